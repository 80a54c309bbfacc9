"""What a provider says of somebody, as attributes of the pool (6.8). Pure."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus

import msgspec

from poolhouse.directory.schema import VERIFIED_FLAGS


def attributes(mapping: Mapping[str, str], claims: Mapping[str, Any]) -> dict[str, str]:
    """The mapped claims that are there, as the texts that attributes are.

    mapping  from attributes of the pool to claims
    """
    found = {}
    for name, claim in mapping.items():
        value = text(claims.get(claim))
        if value:
            found[name] = flag(value) if name in VERIFIED_FLAGS else value
    return found


def text(value: Any) -> str:
    """A claim as a text; nothing is the empty text, which no attribute has.

    Of several values: `[a, b]`, each form-encoded where it is not alphanumeric (developer guide on SAML;
    that OIDC does the same is [K]).
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return _several(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return msgspec.json.encode(value).decode()


def flag(value: str) -> str:
    """Only what says so is verified: a text that is not `true` is `false`."""
    return "true" if value.lower() == "true" else "false"


def _several(values: list[Any]) -> str:
    if len(values) == 1:
        return text(values[0])
    return f"[{', '.join(_encoded(text(value)) for value in values)}]" if values else ""


def _encoded(value: str) -> str:
    """As Java's URLEncoder does it: letters, digits and `. - * _` stay [D23]."""
    return quote_plus(value, safe="*").replace("~", "%7E")
