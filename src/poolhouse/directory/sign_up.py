"""What a user name may be, by the kind of pool, and what a sign-up verifies (behaviour file, 3.2 and 3.6)."""

from collections.abc import Mapping

from poolhouse.directory.attributes import alias_by_shape, is_email, is_phone
from poolhouse.directory.pools import Pool
from poolhouse.errors import InvalidParameter

EITHER = "Username should be either an email or a phone number."
_ONLY: Mapping[str, str] = {
    "email": "Username should be an email.",
    "phone_number": "Username should be a phone number.",  # [K]
}
_NO_ALIAS: Mapping[str, str] = {
    "email": "Username cannot be of email format, since user pool is configured for email alias.",
    "phone_number": (
        "Username cannot be of phone number format, since user pool is configured for phone number alias."
    ),
}
_LOOKS_LIKE = {"email": is_email, "phone_number": is_phone}


def address_kind(pool: Pool, username: str) -> str | None:
    """The attribute of UsernameAttributes that the name can be a value of."""
    return next((kind for kind in pool.username_attributes if _LOOKS_LIKE[kind](username)), None)


def _refuse_alias_shape(pool: Pool, username: str) -> None:
    """A name that could be somebody's alias is not to be had as a user name. The second text is [K]."""
    kind = alias_by_shape(pool, username)
    if kind:
        raise InvalidParameter(_NO_ALIAS[kind])


def _no_address(pool: Pool) -> str:
    kinds = pool.username_attributes
    return EITHER if len(kinds) > 1 else _ONLY[kinds[0]]


def stored_username(pool: Pool, username: str) -> str | None:
    """The user name to store. None: the user gets the `sub` as user name (3.2).

    A case-insensitive pool keeps names in lower case, as it does for federated users (gotcha 23); that it
    does so for all others is [K].
    """
    return None if pool.username_attributes else pool.fold("username", username)


def named_by(
    pool: Pool, username: str, given: Mapping[str, str], *, otherwise: str | None = None
) -> dict[str, str]:
    """The attribute that the user name fills. Empty where user names are names of their own.

    otherwise  what to say of a name that is no address, where it is not what SignUp says

    Raises `InvalidParameter` for a name that the pool cannot have, and when the request gives the
    attribute another value; that this is refused and not overwritten is [K].
    """
    if not pool.username_attributes:
        _refuse_alias_shape(pool, username)
        return {}
    kind = address_kind(pool, username)
    if kind is None:
        raise InvalidParameter(otherwise or _no_address(pool))
    value = given.get(kind)
    if value and pool.fold(kind, value) != pool.fold(kind, username):
        raise InvalidParameter(f"Username and the attribute {kind} are not the same.")
    return {kind: username}


def verified_by_pool(pool: Pool) -> tuple[str, ...]:
    """The attributes that a sign-up can verify, in the order of 3.6: the phone number comes first."""
    return tuple(kind for kind in ("phone_number", "email") if kind in pool.auto_verified)


def attribute_to_verify(pool: Pool, attributes: Mapping[str, str]) -> str | None:
    """Where the code of this sign-up goes. None: nowhere."""
    return next((kind for kind in verified_by_pool(pool) if attributes.get(kind)), None)


def with_flags(attributes: Mapping[str, str], verified: Mapping[str, bool]) -> dict[str, str]:
    """The attributes of somebody who has just signed up: only the addresses in `verified` are proven."""
    flags = {
        f"{kind}_verified": "true" if verified.get(kind) else "false"
        for kind in ("email", "phone_number")
        if attributes.get(kind)
    }
    return {**attributes, **flags}
