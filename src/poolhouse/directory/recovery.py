"""Where the code for a lost password goes (behaviour file, 3.7)."""

from collections.abc import Mapping

from poolhouse.directory import factors
from poolhouse.directory.pools import Pool
from poolhouse.directory.users import User
from poolhouse.errors import ContactAdministrator

_ATTRIBUTES: Mapping[str, str] = {"verified_email": "email", "verified_phone_number": "phone_number"}
_FACTORS: Mapping[str, str] = {"email": factors.EMAIL, "phone_number": factors.SMS}
_ADMIN_ONLY = "admin_only"

# Without AccountRecoverySetting.
_LEGACY = ("phone_number", "email")


def channels(pool: Pool) -> tuple[str, ...]:
    """The attributes that may get the code, the preferred one first.

    Raises `ContactAdministrator` where users cannot help themselves.
    """
    mechanisms = pool.config.get("AccountRecoverySetting", {}).get("RecoveryMechanisms")
    if not mechanisms:
        return _LEGACY
    ordered = [entry["Name"] for entry in sorted(mechanisms, key=lambda entry: int(entry["Priority"]))]
    if _ADMIN_ONLY in ordered:
        raise ContactAdministrator
    return tuple(_ATTRIBUTES[name] for name in ordered)


def channel(pool: Pool, user: User) -> str | None:
    """The attribute of this user that gets the code: the first that is verified. None: there is none."""
    return next((name for name in channels(pool) if user.verified(name) and allowed(pool, user, name)), None)


def allowed(pool: Pool, user: User, attribute: str) -> bool:
    """May a lost password be replaced over this medium? Not where it is the user's second factor as well:
    whoever reads the messages would have both (2.5).
    """
    if pool.mfa == "OFF":
        return True
    active = {*factors.asked(pool, user), *factors.turned_on(user)} & pool.mfa_factors
    return _FACTORS[attribute] not in active


def likely_channels(pool: Pool) -> tuple[str, ...]:
    """As `channels`, those that the pool verifies by itself first: what a code for nobody pretends to use."""
    return tuple(sorted(channels(pool), key=lambda name: name not in pool.auto_verified))
