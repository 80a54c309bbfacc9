"""The one filter that every attribute write passes (security.md, rule 6; behaviour file, 3.3-3.5)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from poolhouse.directory.clients import Client
from poolhouse.directory.pools import Pool
from poolhouse.directory.schema import LONGEST_NUMBER, NOT_USER_WRITABLE, VERIFIED_FLAGS, Attribute
from poolhouse.errors import AttributesRequired, InvalidParameter, UnauthorizedAttribute

if TYPE_CHECKING:
    from poolhouse.wire.models.cognito_idp import AttributeType

# Deliberately loose: one @, something on either side, a dot in the domain, no spaces or control characters.
_EMAIL = re.compile(r"[^\s@\x00-\x1f\x7f<>]{1,128}@[^\s@\x00-\x1f\x7f<>.]+(\.[^\s@\x00-\x1f\x7f<>.]+)+")
_PHONE = re.compile(r"\+[0-9]{2,15}")
_NUMBER = re.compile(rf"-?[0-9]{{1,{LONGEST_NUMBER}}}")
_LONGEST_BYTES = 2048
_OURS = ("sub", "identities")  # written by Poolhouse alone, for administrators too
_DOES_NOT_CONFORM = "Attributes did not conform to the schema: "


def from_list(entries: Iterable[AttributeType] | None) -> dict[str, str]:
    """An API attribute list as a mapping. A name that is given twice keeps its last value."""
    return {entry["Name"]: entry.get("Value", "") for entry in entries or ()}


def validation(entries: Iterable[AttributeType] | None) -> dict[str, str] | None:
    """ValidationData as a PreSignUp function gets it; none is null."""
    return from_list(entries) or None


def for_new_user(
    pool: Pool, client: Client, given: Mapping[str, str], named: Mapping[str, str]
) -> dict[str, str]:
    """What SignUp may store. Required attributes must be there; empty values count as absent.

    named  what the user name fills in, for which the client needs no permission
    """
    written = {name: value for name, value in given.items() if value}
    attributes = {**written, **named}
    _conform(pool, attributes, missing=_missing(pool, attributes))
    _permit(client, written)
    return attributes


def for_new_user_by_admin(pool: Pool, given: Mapping[str, str]) -> dict[str, str]:
    """What AdminCreateUser may store: required attributes are not enforced there (1.1)."""
    attributes = {name: value for name, value in given.items() if value}
    ours = [f"{name}: Attribute cannot be set.\n" for name in _OURS if name in attributes]
    if ours:
        raise InvalidParameter(_DOES_NOT_CONFORM + "".join(ours))
    _conform(pool, attributes, missing=[])
    return attributes


def for_import(pool: Pool, given: Mapping[str, str]) -> dict[str, str]:
    """What a row of an import may store: required attributes must be there (9)."""
    attributes = for_new_user_by_admin(pool, given)
    _conform(pool, attributes, missing=_missing(pool, attributes))
    return attributes


def for_update(pool: Pool, client: Client | None, given: Mapping[str, str]) -> dict[str, str]:
    """What an update may store; an empty value means: delete. `client` is None for administrators."""
    _known(pool, given)
    if client is not None:
        _permit(client, given)
    _changeable(pool, given)
    _keep_required(pool, [name for name, value in given.items() if not value])
    _conform(pool, {name: value for name, value in given.items() if value}, missing=[])
    return dict(given)


def of_provider(
    pool: Pool, client: Client, known: Mapping[str, str] | None, given: Mapping[str, str]
) -> dict[str, str]:
    """All attributes of a user once an identity provider has overwritten those that it gives (6.8).

    known  what the user has; None: a new user
    given  without empty values. What is the same as before is no change, also of what cannot be changed [K]

    An address is proven only where the provider says so; one that stays the same stays what it was.
    Raises `InvalidParameter` and `UnauthorizedAttribute`.
    """
    before = dict(known or {})
    changed = {name: value for name, value in given.items() if before.get(name) != value}
    _known(pool, changed)
    _permit(client, [name for name in changed if name not in VERIFIED_FLAGS])
    if known is not None:
        _changeable(pool, changed)
    _conform(pool, changed, missing=[])
    after = {**before, **changed}
    for name in ("email", "phone_number"):
        _settle_flag(after, name, moved=name in changed, said=given.get(f"{name}_verified"))
    missing = [name for name in required(pool) if not after.get(name)]
    if missing:
        raise AttributesRequired(names=", ".join(missing))
    return after


def _settle_flag(attributes: dict[str, str], name: str, *, moved: bool, said: str | None) -> None:
    flag = f"{name}_verified"
    if not attributes.get(name):
        attributes.pop(flag, None)
    elif moved or flag not in attributes:
        attributes[flag] = said or "false"


def required(pool: Pool) -> list[str]:
    """What every user must have, beside `sub`."""
    return [a.name for a in pool.schema.values() if a.required and a.name != "sub"]


def for_deletion(pool: Pool, client: Client | None, names: Iterable[str]) -> list[str]:
    """Which attributes may be deleted: known, writable, changeable and not required."""
    wanted = list(dict.fromkeys(names))
    unknown = [name for name in wanted if name not in pool.schema]
    if unknown:
        lines = "".join(f"user.{name}: Attribute does not exist in the schema.\n" for name in unknown)
        raise InvalidParameter(f"Invalid user attributes: {lines}")
    if client is not None:
        _permit(client, wanted)
    _changeable(pool, wanted)
    _keep_required(pool, wanted)
    return wanted


def is_email(text: str) -> bool:
    return len(text) <= _LONGEST_BYTES and _EMAIL.fullmatch(text) is not None


def is_phone(text: str) -> bool:
    """E.164 as Cognito checks it: `+` and digits."""
    return _PHONE.fullmatch(text) is not None


def alias_by_shape(pool: Pool, name: str) -> str | None:
    """The alias attribute, `email` or `phone_number`, that the name could be a value of."""
    if "email" in pool.alias_attributes and is_email(name):
        return "email"
    if "phone_number" in pool.alias_attributes and is_phone(name):
        return "phone_number"
    return None


def _permit(client: Client, names: Iterable[str]) -> None:
    for name in names:
        if name in NOT_USER_WRITABLE or name not in client.writable:
            raise UnauthorizedAttribute


def _known(pool: Pool, names: Iterable[str]) -> None:
    unknown = [
        f"{name}: Attribute does not exist in the schema.\n" for name in names if name not in pool.schema
    ]
    if unknown:
        raise InvalidParameter(_DOES_NOT_CONFORM + "".join(unknown))


def _changeable(pool: Pool, names: Iterable[str]) -> None:
    fixed = [name for name in names if name in _OURS or not pool.schema[name].mutable]
    if fixed:
        raise InvalidParameter("".join(f"user.{name}: Attribute cannot be updated.\n" for name in fixed))


def _keep_required(pool: Pool, deleted: Iterable[str]) -> None:
    required = [name for name in deleted if pool.schema[name].required]
    if required:
        lines = "".join(f"user.{name}: Required attributes cannot be deleted.\n" for name in required)
        raise InvalidParameter(f"Invalid user attributes: {lines}")


def _missing(pool: Pool, attributes: Mapping[str, str]) -> list[str]:
    return [f"{name}: The attribute is required\n" for name in required(pool) if name not in attributes]


def _conform(pool: Pool, attributes: Mapping[str, str], *, missing: list[str]) -> None:
    """Every rule that is broken, in one answer; the formats of addresses have answers of their own."""
    broken = [
        f"{name}: {wrong}\n" for name, value in attributes.items() if (wrong := fault(pool, name, value))
    ]
    if broken or missing:
        raise InvalidParameter(_DOES_NOT_CONFORM + "".join(broken + missing))
    if "email" in attributes and not is_email(attributes["email"]):
        raise InvalidParameter("Invalid email address format.")
    if "phone_number" in attributes and not is_phone(attributes["phone_number"]):
        raise InvalidParameter("Invalid phone number format.")
    _refuse_address_as_name(pool, attributes.get("preferred_username", ""))


def _refuse_address_as_name(pool: Pool, preferred: str) -> None:
    """Names are looked up before addresses, and nobody has to prove a preferred name: who could prefer the
    address of somebody else would be taken for them. The words are [K].
    """
    kind = alias_by_shape(pool, preferred) if "preferred_username" in pool.alias_attributes else None
    if kind:
        raise InvalidParameter(
            f"user.preferred_username: Attribute cannot be the value of another alias, {kind}.\n"
        )


def fault(pool: Pool, name: str, value: str) -> str | None:
    """What is wrong with the value. The words after the first rule are [K]."""
    attribute = pool.schema.get(name)
    if attribute is None:
        return "Attribute does not exist in the schema."
    if attribute.data_type == "Boolean":
        return None if value in ("true", "false") else "Attribute must be true or false."
    if attribute.data_type == "Number":
        return _number_fault(attribute, value)
    if attribute.data_type == "DateTime":
        return None if _is_instant(value) else "Attribute must be a date or a time."
    return _length_fault(attribute, value)


def _number_fault(attribute: Attribute, value: str) -> str | None:
    if not _NUMBER.fullmatch(value):
        return "Attribute must be a number."
    if attribute.min_value is not None and int(value) < attribute.min_value:
        return f"Number must be no less than {attribute.min_value}."
    if attribute.max_value is not None and int(value) > attribute.max_value:
        return f"Number must be no more than {attribute.max_value}."
    return None


def _is_instant(value: str) -> bool:
    """ISO 8601, or seconds since 1970. Which forms Cognito takes is not documented [K]."""
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return _NUMBER.fullmatch(value) is not None
    return True


def _length_fault(attribute: Attribute, value: str) -> str | None:
    if attribute.min_length is not None and len(value) < attribute.min_length:
        return f"String must be at least {attribute.min_length} characters long."
    if attribute.max_length is not None and len(value) > attribute.max_length:
        return f"String must be no longer than {attribute.max_length} characters."
    if len(value.encode()) > _LONGEST_BYTES:
        return f"String must be no longer than {_LONGEST_BYTES} bytes."
    return None
