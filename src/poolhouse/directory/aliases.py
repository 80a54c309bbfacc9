"""Which names a user owns in the pool, and which values ListUsers finds the user by (3.2, 1.6)."""

from collections.abc import Mapping

from msgspec import Struct

from poolhouse.directory.pools import Pool
from poolhouse.directory.users import User, UserStatus

SEARCHABLE = ("email", "phone_number", "name", "given_name", "family_name", "preferred_username")

# A filter has at most 256 characters, 512 in lower case, so none tells a longer value from its beginning;
# and an index of PostgreSQL takes 2,704 bytes at most.
_INDEXED_CHARACTERS = 600


class Claim(Struct, frozen=True):
    """A name in one of the three name spaces of a pool: `username`, `email` or `phone_number`."""

    kind: str
    value: str  # folded as the pool says


def claims(pool: Pool, user: User) -> dict[Claim, str]:
    """The names that nobody else in the pool may own while the user has them, and what each is of the user.

    * the user name, always;
    * with UsernameAttributes: the address or number, verified or not;
    * with AliasAttributes: the address or number once it is verified, `preferred_username` once the
      user is confirmed. That is a user name like any other: nobody can sign up under it [K];
    * a user of an identity provider owns the user name alone: what the provider says of an address must not
      take it from somebody, and two users may well have one address, each in their own way [K].
    """
    owned = {}
    if user.status is UserStatus.EXTERNAL_PROVIDER:
        return {_claim(pool, "username", user.username): "username"}
    for kind in pool.alias_attributes:
        if _alias_is_active(user, kind):
            owned[_claim(pool, kind, user.attributes[kind])] = kind
    for kind in pool.username_attributes:
        if user.attributes.get(kind):
            owned[_claim(pool, kind, user.attributes[kind])] = kind
    owned[_claim(pool, "username", user.username)] = "username"
    return owned


def _claim(pool: Pool, kind: str, value: str) -> Claim:
    return Claim("username" if kind == "preferred_username" else kind, pool.fold(kind, value))


def _alias_is_active(user: User, kind: str) -> bool:
    if kind == "preferred_username":
        return bool(user.attributes.get(kind)) and user.status is not UserStatus.UNCONFIRMED
    return user.verified(kind)


def search_values(user: User) -> Mapping[str, str]:
    """What ListUsers' filter compares: user names as they are, all else without regard to case."""
    found = {"username": user.username}
    for name in SEARCHABLE:
        value = user.attributes.get(name)
        if value:
            found[name] = value.lower()[:_INDEXED_CHARACTERS]
    return found
