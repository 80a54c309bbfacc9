"""What a user can prove beside the password, and what a pool asks for (behaviour file, 2.5 and 2.7). Pure."""

from collections.abc import Mapping
from typing import Any

from poolhouse.directory.pools import Pool
from poolhouse.directory.users import User

SMS, TOTP, EMAIL = "SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"
SETUP = "MFA_SETUP"

# The step of auth/table.py that asks for a second factor.
STEPS: Mapping[str, str] = {SMS: SMS, TOTP: TOTP, EMAIL: "EMAIL_MFA", SETUP: SETUP}


def usable(pool: Pool, user: User) -> tuple[str, ...]:
    """The second factors that the pool has and the user could answer, turned on or not."""
    can = {
        SMS: bool(user.attributes.get("phone_number")),
        TOTP: user.factors.token,
        EMAIL: bool(user.attributes.get("email")),
    }
    return tuple(factor for factor, able in can.items() if able and factor in pool.mfa_factors)


def members(user: User) -> dict[str, Any]:
    """How GetUser, AdminGetUser and GetUserAuthFactors show the factors; without any, no member."""
    found: dict[str, Any] = {}
    if turned_on(user):
        found["UserMFASettingList"] = list(turned_on(user))
    if user.factors.preferred:
        found["PreferredMfaSetting"] = user.factors.preferred
    return found


def turned_on(user: User) -> tuple[str, ...]:
    """`UserMFASettingList`."""
    on = {SMS: user.factors.sms, TOTP: user.factors.totp, EMAIL: user.factors.email}
    return tuple(factor for factor, chosen in on.items() if chosen)


def asked(pool: Pool, user: User) -> tuple[str, ...]:
    """The second factors that a sign-in must offer: none, one, several to choose from, or `(SETUP,)`."""
    if pool.mfa == "OFF":
        return ()
    able, on = usable(pool, user), turned_on(user)
    active = tuple(factor for factor in able if factor in on)
    if user.factors.preferred in active:
        return (user.factors.preferred,)
    if active:
        return active
    if pool.mfa == "OPTIONAL":
        return ()
    return able or (SETUP,)
