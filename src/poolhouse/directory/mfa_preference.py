"""Which second factors a user turns on, and which one is asked first (behaviour file, 1.7). Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from poolhouse.directory import factors
from poolhouse.directory.factors import EMAIL, SMS, TOTP
from poolhouse.directory.pools import Pool
from poolhouse.directory.users import Factors, User
from poolhouse.errors import (
    LastFactorOfRequired,
    NoDeliveryConfig,
    OnlySmsOptions,
    PasskeyAlone,
    PasskeyIsOneFactor,
    PreferredButOff,
    SeveralPreferred,
    SoftwareTokenNotVerified,
)

Members = Mapping[str, Any]

_MEMBERS = {"SMSMfaSettings": SMS, "SoftwareTokenMfaSettings": TOTP, "EmailMfaSettings": EMAIL}
_FIELDS = {SMS: "sms", TOTP: "totp", EMAIL: "email"}


def changed(pool: Pool, user: User, request: Members, *, by_admin: bool) -> Factors:
    """The factors after SetUserMFAPreference or its administrator's twin: what is left out stays.

    A factor that is set without PreferredMfa is not the preferred one from then on [K].
    Raises an `InvalidParameter`.
    """
    wanted = {factor: request[member] for member, factor in _MEMBERS.items() if member in request}
    for factor, settings in wanted.items():
        _check_one(pool, user, factor, settings, by_admin)
    preferred = [factor for factor, settings in wanted.items() if settings.get("PreferredMfa")]
    if len(preferred) > 1:
        raise SeveralPreferred
    kept = "" if user.factors.preferred in wanted else user.factors.preferred
    on = {_FIELDS[factor]: settings.get("Enabled", False) for factor, settings in wanted.items()}
    after = msgspec.structs.replace(user.factors, preferred=preferred[0] if preferred else kept, **on)
    if "WebAuthnMfaSettings" in request:
        passkey = request["WebAuthnMfaSettings"].get("Enabled", False)
        after = msgspec.structs.replace(after, passkey=passkey)
    return _allowed(pool, user.factors, after)


def _check_one(pool: Pool, user: User, factor: str, settings: Members, by_admin: bool) -> None:
    """Enabled is what the pool has and the user can answer, and nothing else can be preferred.

    Which of the two wordings belongs to which operation for an app that is not set up is [K].
    """
    if not settings.get("Enabled"):
        if settings.get("PreferredMfa"):
            raise PreferredButOff
        return
    if factor in factors.usable(pool, user):
        return
    if factor == TOTP and TOTP in pool.mfa_factors and not by_admin:
        raise SoftwareTokenNotVerified
    raise NoDeliveryConfig(factor=factor)


def with_options(pool: Pool, user: User, options: Sequence[Mapping[str, Any]]) -> Factors:
    """The factors after SetUserSettings, of before authenticator apps: SMS on, or with no option off."""
    for option in options:
        if option.get("DeliveryMedium") != "SMS" or option.get("AttributeName") != "phone_number":
            raise OnlySmsOptions
    return changed(pool, user, {"SMSMfaSettings": {"Enabled": bool(options)}}, by_admin=False)


def _allowed(pool: Pool, before: Factors, after: Factors) -> Factors:
    """Where MFA is required, one factor stays on [K]; the model's text forbids to turn off any.

    A passkey counts where the pool says so, and only beside a factor that lets in who has lost it.
    """
    if after.passkey and not before.passkey and not pool.passkeys.multi_factor:
        raise PasskeyIsOneFactor
    if after.passkey and not _any(after):
        raise PasskeyAlone
    if pool.mfa == "ON" and _any(before) and not _any(after):
        raise LastFactorOfRequired
    return after


def _any(chosen: Factors) -> bool:
    return chosen.sms or chosen.totp or chosen.email


def without_token(chosen: Factors) -> Factors:
    """After AdminDeleteSoftwareToken."""
    preferred = "" if chosen.preferred == TOTP else chosen.preferred
    return msgspec.structs.replace(chosen, token=False, totp=False, preferred=preferred)
