"""The attributes of a pool: the 20 standard ones and its own (behaviour file, 3.3 and 3.4)."""

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

VERIFIED_FLAGS = frozenset({"email_verified", "phone_number_verified"})
IDENTITIES = "identities"  # the linked identities of a user, which whoever may read the user may read (4.1)
LONGEST_NUMBER = 308  # digits: bounds go up to 2^1023 [K]
NOT_USER_WRITABLE = VERIFIED_FLAGS | {"sub", IDENTITIES}

_TEXT = [
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "gender",
    "zoneinfo",
    "locale",
    "email",
    "phone_number",
    "address",
]


class Attribute(Struct, frozen=True):
    name: str  # as in a request: `email`, `custom:plan`, `dev:custom:plan`
    data_type: str  # String | Number | DateTime | Boolean
    mutable: bool
    required: bool
    developer_only: bool = False
    min_length: int | None = None
    max_length: int | None = None
    min_value: int | None = None
    max_value: int | None = None

    @property
    def is_custom(self) -> bool:
        return self.name.startswith(("custom:", "dev:"))


def _standard() -> dict[str, Attribute]:
    found = {"sub": Attribute("sub", "String", False, True, min_length=1, max_length=2048)}
    for name in _TEXT:
        found[name] = Attribute(name, "String", True, False, min_length=0, max_length=2048)
    found["birthdate"] = Attribute("birthdate", "String", True, False, min_length=10, max_length=10)
    for name in ("email_verified", "phone_number_verified"):
        found[name] = Attribute(name, "Boolean", True, False)
    found["updated_at"] = Attribute("updated_at", "Number", True, False, min_value=0)
    found["identities"] = Attribute("identities", "String", True, False)
    return found


STANDARD: Mapping[str, Attribute] = _standard()

# What a client may read or write when it does not say (behaviour file, 3.5).
DEFAULT_READ = frozenset(STANDARD) - {"identities"}
DEFAULT_WRITE = frozenset(STANDARD) - NOT_USER_WRITABLE


def from_config(entries: Iterable[Mapping[str, Any]]) -> Mapping[str, Attribute]:
    """The whole schema of a pool from the `SchemaAttributes` form that DescribeUserPool answers."""
    schema = dict(STANDARD)
    for entry in entries:
        attribute = _from_entry(entry)
        schema[attribute.name] = attribute
    return schema


def _from_entry(entry: Mapping[str, Any]) -> Attribute:
    text = entry.get("StringAttributeConstraints") or {}
    number = entry.get("NumberAttributeConstraints") or {}
    return Attribute(
        name=entry["Name"],
        data_type=entry.get("AttributeDataType", "String"),
        mutable=entry.get("Mutable", True),
        required=entry.get("Required", False),
        developer_only=entry.get("DeveloperOnlyAttribute", False),
        min_length=_whole(text.get("MinLength")),
        max_length=_whole(text.get("MaxLength")),
        min_value=_whole(number.get("MinValue")),
        max_value=_whole(number.get("MaxValue")),
    )


def _whole(text: str | None) -> int | None:
    return None if text is None else int(text)


def to_entry(attribute: Attribute) -> dict[str, Any]:
    """One attribute in the form that DescribeUserPool answers."""
    entry: dict[str, Any] = {
        "Name": attribute.name,
        "AttributeDataType": attribute.data_type,
        "DeveloperOnlyAttribute": attribute.developer_only,
        "Mutable": attribute.mutable,
        "Required": attribute.required,
    }
    if attribute.data_type == "String":
        entry["StringAttributeConstraints"] = _bounds("Length", attribute.min_length, attribute.max_length)
    if attribute.data_type == "Number":
        entry["NumberAttributeConstraints"] = _bounds("Value", attribute.min_value, attribute.max_value)
    return entry


def _bounds(suffix: str, low: int | None, high: int | None) -> dict[str, str]:
    found = {f"Min{suffix}": low, f"Max{suffix}": high}
    return {name: str(value) for name, value in found.items() if value is not None}
