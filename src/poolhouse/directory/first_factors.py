"""First factors: with what a user may begin a sign-in by choice (behaviour file, 2.5 and 2.7). Pure."""

from collections.abc import Mapping

from msgspec.structs import replace

from poolhouse.directory import factors, passkeys
from poolhouse.directory.attributes import is_phone
from poolhouse.directory.pools import Pool
from poolhouse.directory.users import User, UserStatus

PASSWORD, PASSWORD_SRP, PASSKEY = "PASSWORD", "PASSWORD_SRP", "WEB_AUTHN"
EMAIL_OTP, SMS_OTP = "EMAIL_OTP", "SMS_OTP"

# Where the code of a one-time password goes.
ADDRESS_OF: Mapping[str, str] = {EMAIL_OTP: "email", SMS_OTP: "phone_number"}

# The challenges that a client may prefer or select; only the order of the passwords was observed (2.4).
CHALLENGES = (PASSWORD_SRP, PASSWORD, EMAIL_OTP, SMS_OTP, PASSKEY)


def available(pool: Pool, user: User) -> tuple[str, ...]:
    """The challenges that this user could answer; `user` was read with the credential.

    Who has to choose a password, or is not confirmed, has passwords only (gotcha 33). A user with a second
    factor is offered no one-time password: it would be the whole of the sign-in.
    """
    if user.factors.native_off:
        return ()
    found = passwords(pool) if user.credential is not None else ()
    if user.status is not UserStatus.CONFIRMED:
        return found
    if not factors.asked(pool, user):
        found += tuple(
            factor
            for factor, name in ADDRESS_OF.items()
            if factor in pool.first_factors and user.verified(name)
        )
    if PASSKEY in pool.first_factors and user.factors.passkeys and _enough(pool, user):
        found += (PASSKEY,)
    return found


def _enough(pool: Pool, user: User) -> bool:
    """Is a passkey the whole of the sign-in? Where a second factor is asked it must be that too (1.7)."""
    return not factors.asked(pool, user) or passkeys.count_as_second(pool.passkeys, user)


def of_nobody(pool: Pool, name: str) -> tuple[str, ...]:
    """What a name without an owner seems to have: what most users of the pool have [K]."""
    allowed = [factor for factor in ADDRESS_OF if factor in pool.first_factors and pool.mfa != "ON"]
    if len(allowed) > 1:
        allowed = [SMS_OTP if is_phone(name) else EMAIL_OTP]
    return (*passwords(pool), *allowed)


def passwords(pool: Pool) -> tuple[str, ...]:
    """Both ways to prove a password, the one that was observed first first; argon2id hashes have no SRP."""
    return (PASSWORD,) if pool.password_storage == "argon2id" else (PASSWORD_SRP, PASSWORD)


def without_password(pool: Pool, user: User) -> tuple[str, ...]:
    """With what this user could sign in, once confirmed, without having a password (1.1)."""
    return available(pool, replace(user, status=UserStatus.CONFIRMED, credential=None))


def once_verified(pool: Pool, user: User) -> tuple[str, ...]:
    """As `without_password`, once the addresses are proven: what SignUp asks."""
    proven = {f"{name}_verified": "true" for name in ADDRESS_OF.values() if user.attributes.get(name)}
    return without_password(pool, replace(user, attributes={**user.attributes, **proven}))


def configured(pool: Pool, user: User) -> tuple[str, ...]:
    """`ConfiguredUserAuthFactors`; `user` was read with the credential.

    PASSWORD is a first factor only, SOFTWARE_TOKEN a second one only, the others are either (service model).
    """
    first = available(pool, user)
    second = factors.turned_on(user)
    has = {
        PASSWORD: PASSWORD in first,
        EMAIL_OTP: EMAIL_OTP in first or factors.EMAIL in second,
        SMS_OTP: SMS_OTP in first or factors.SMS in second,
        PASSKEY: PASSKEY in first,
        "SOFTWARE_TOKEN": user.factors.token,
    }
    return tuple(name for name, there in has.items() if there)
