"""What may be in a pool's schema (behaviour file, 1.17, 3.3 and 3.4).

Entries have the `SchemaAttributes` form of DescribeUserPool, with full names.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from poolhouse.directory.schema import LONGEST_NUMBER, NOT_USER_WRITABLE, STANDARD, Attribute, to_entry
from poolhouse.errors import InvalidParameter

Entry = dict[str, Any]

_MOST_CUSTOM = 50
_LONGEST_TEXT = 2048


def new_schema(requested: Iterable[Mapping[str, Any]]) -> list[Entry]:
    """The `Schema` of CreateUserPool: standard attributes that differ from their default, and the pool's own.

    Raises `InvalidParameter`.
    """
    entries: list[Entry] = []
    for request in requested:
        standard = STANDARD.get(request.get("Name", ""))
        attribute = _custom(request) if standard is None else _changed_standard(standard, request)
        _add(entries, attribute)
    return entries


def with_custom(existing: Sequence[Entry], requested: Iterable[Mapping[str, Any]]) -> list[Entry]:
    """The schema after AddCustomAttributes. Raises `InvalidParameter`."""
    entries = list(existing)
    for request in requested:
        _add(entries, _custom(request))
    custom = [entry for entry in entries if entry["Name"] not in STANDARD]
    if len(custom) > _MOST_CUSTOM:
        raise InvalidParameter(f"A user pool can have {_MOST_CUSTOM} custom attributes at most.")
    return entries


def _add(entries: list[Entry], attribute: Attribute) -> None:
    if any(entry["Name"] == attribute.name for entry in entries):
        raise InvalidParameter(f"{attribute.name}: Existing attribute already has name {attribute.name}.")
    entries.append(to_entry(attribute))


def _custom(request: Mapping[str, Any]) -> Attribute:
    """An attribute of the pool's own. Mutable where nothing is said [K]."""
    if not request.get("Name"):
        raise InvalidParameter("An attribute of the schema needs a Name.")
    developer_only = request.get("DeveloperOnlyAttribute", False)
    name = f"dev:custom:{request['Name']}" if developer_only else f"custom:{request['Name']}"
    if request.get("Required"):
        raise InvalidParameter("Required custom attributes are not supported currently.")
    if not request.get("AttributeDataType"):
        raise InvalidParameter(
            "Invalid AttributeDataType input, consider using the provided AttributeDataType enum."
        )
    plain = Attribute(
        name=name,
        data_type=request["AttributeDataType"],
        mutable=request.get("Mutable", True),
        required=False,
        developer_only=developer_only,
    )
    return _bounded(plain, request)


def _changed_standard(standard: Attribute, request: Mapping[str, Any]) -> Attribute:
    """A standard attribute as the request wants it: required or not, mutable or not, other bounds."""
    data_type = request.get("AttributeDataType", standard.data_type)
    if data_type != standard.data_type or request.get("DeveloperOnlyAttribute"):
        raise InvalidParameter(
            "You can not change AttributeDataType or set developerOnlyAttribute for standard schema "
            f"attribute {standard.name}"
        )
    changed = replace(
        standard,
        mutable=request.get("Mutable", standard.mutable),
        required=request.get("Required", standard.required),
    )
    if standard.name in NOT_USER_WRITABLE and (changed.mutable, changed.required) != (
        standard.mutable,
        standard.required,
    ):
        raise InvalidParameter(f"Mutable and Required of the attribute {standard.name} cannot be changed.")
    return _bounded(changed, request)


def _bounded(attribute: Attribute, request: Mapping[str, Any]) -> Attribute:
    text = request.get("StringAttributeConstraints")
    number = request.get("NumberAttributeConstraints")
    if text and attribute.data_type != "String":
        raise _bad_constraints("String", attribute)
    if number and attribute.data_type != "Number":
        raise _bad_constraints("Number", attribute)
    if text:
        attribute = replace(
            attribute,
            min_length=_whole(text.get("MinLength"), "String", attribute),
            max_length=_whole(text.get("MaxLength"), "String", attribute),
        )
    if number:
        attribute = replace(
            attribute,
            min_value=_whole(number.get("MinValue"), "Number", attribute),
            max_value=_whole(number.get("MaxValue"), "Number", attribute),
        )
    _check_bounds(attribute)
    return attribute


def _check_bounds(attribute: Attribute) -> None:
    low, high = attribute.min_length, attribute.max_length
    if (low is not None and low < 0) or (high is not None and high < 0):
        raise _bad_constraints("String", attribute)
    if max(low or 0, high or 0) > _LONGEST_TEXT:
        raise InvalidParameter(
            f"user.{attribute.name}: String attributes cannot have a length of more than {_LONGEST_TEXT}"
        )
    if low is not None and high is not None and high < low:
        raise InvalidParameter(f"user.{attribute.name}: Max length cannot be less than min length.")
    low, high = attribute.min_value, attribute.max_value
    if low is not None and high is not None and high < low:
        raise InvalidParameter(f"user.{attribute.name}: Max value cannot be less than min value.")


def _whole(text: str | None, kind: str, attribute: Attribute) -> int | None:
    """The bounds come as texts of whole numbers."""
    if text is None:
        return None
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_NUMBER):
        raise _bad_constraints(kind, attribute)
    return int(text)


def _bad_constraints(kind: str, attribute: Attribute) -> InvalidParameter:
    return InvalidParameter(f"Invalid {kind}AttributeConstraints for schema attribute {attribute.name}")
