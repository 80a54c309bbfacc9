"""What a change of attributes means for the user: flags, and addresses to prove (1.5, 3.2, 3.6). Pure."""

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from poolhouse.directory.pools import Pool
from poolhouse.directory.users import User
from poolhouse.errors import InvalidParameter

ADDRESSES = ("email", "phone_number")


class Change(Struct, frozen=True):
    """after     the user as it is at once
    to_prove  new addresses that need a code, by attribute. Where the pool keeps the original value
              until the new one is proven, `after` still has the old one.
    """

    after: User
    to_prove: Mapping[str, str]


def plan(pool: Pool, user: User, given: Mapping[str, str]) -> Change:
    """`given` has passed directory/attributes.py: an empty value deletes, flags come from administrators.

    Raises `InvalidParameter` when the user would lose the address that is the sign-in name.
    """
    attributes = dict(user.attributes)
    to_prove = {}
    for name, value in given.items():
        if name not in ADDRESSES:
            _put(attributes, name, value)
    for name in ADDRESSES:
        if name not in given or given[name] == user.attributes.get(name, ""):
            continue
        if not given[name]:
            _refuse_losing_sign_in_name(pool, name)
            attributes.pop(name)
            attributes.pop(f"{name}_verified", None)
        elif given.get(f"{name}_verified") == "true":
            attributes[name] = given[name]
        else:
            _change_unproven(pool, user, attributes, name, given[name])
            if name in pool.auto_verified:
                to_prove[name] = given[name]
    return Change(replace(user, attributes=attributes), to_prove)


def proven(pool: Pool, user: User, name: str, address: str) -> User | None:
    """The user whose `address` was proven by a code; None when it is not the user's any more."""
    if user.attributes.get(name) != address and name not in pool.keep_original:
        return None
    return replace(user, attributes={**user.attributes, name: address, f"{name}_verified": "true"})


def moved(before: User, after: User) -> list[str]:
    """The addresses that are not what they were."""
    return [name for name in ADDRESSES if before.attributes.get(name) != after.attributes.get(name)]


def _put(attributes: dict[str, str], name: str, value: str) -> None:
    if value:
        attributes[name] = value
    else:
        attributes.pop(name, None)


def _change_unproven(pool: Pool, user: User, attributes: dict[str, str], name: str, address: str) -> None:
    """A new address is the user's at once, but not proven, unless the pool keeps the original.

    Then the flag stays as well: one that came with the new address is not about the old one [K].
    """
    flag = f"{name}_verified"
    if name in pool.keep_original:
        _put(attributes, flag, user.attributes.get(flag, ""))
    else:
        attributes[name] = address
        attributes[flag] = "false"


def _refuse_losing_sign_in_name(pool: Pool, name: str) -> None:
    """An e-mail address may only become another one, a number another number (3.2; the words are [K])."""
    if name in pool.username_attributes:
        raise InvalidParameter(f"user.{name}: Attribute is a sign-in name and cannot be deleted.\n")
