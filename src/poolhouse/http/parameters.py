"""Parameters of a query or a form, each of which may be there once (RFC 6749, section 3.1)."""

from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import parse_qsl

MOST = 100

Parameters = Mapping[str, str]
NONE: Parameters = MappingProxyType({})


class BadParameters(Exception):
    """They cannot be read, or one of them is there twice."""


def parse(text: str) -> Parameters:
    """Raises `BadParameters`. A parameter without a value is as good as none (RFC 6749, section 3.1)."""
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST, errors="strict")
    except ValueError:
        raise BadParameters from None
    found = dict(pairs)
    if len(found) < len(pairs) or any("\0" in value for value in found.values()):
        raise BadParameters
    return MappingProxyType({name: value for name, value in found.items() if value})
