"""The filter language of ListUsers: one attribute, `=` or `^=`, one quoted value (1.6, gotcha 29). Pure."""

import re

from msgspec import Struct

from poolhouse.directory.aliases import SEARCHABLE
from poolhouse.errors import FilterAttribute, FilterSyntax

SUB = "sub"
STATUS = "cognito:user_status"
ENABLED = "status"
INDEXED = frozenset({"username", *SEARCHABLE})
_KNOWN = INDEXED | {SUB, STATUS, ENABLED}
_WITH_CASE = frozenset({"username", ENABLED})

# No part can match what another part could match too, so the time is linear in the text.
_FILTER = re.compile(r'\s*([^\s"=^]+)\s*(\^?=)\s*"((?:[^"\\]|\\.)*)"\s*', re.DOTALL)
_ESCAPED = re.compile(r'\\(["\\])')


class Filter(Struct, frozen=True):
    """What a user must have to be listed.

    value      as it is compared: in lower case, unless the attribute is compared with case
    is_prefix  `^=`: the attribute begins with the value
    """

    name: str
    value: str
    is_prefix: bool

    def matches(self, found: str) -> bool:
        """`found` is the user's value, folded as `fold` does."""
        return found.startswith(self.value) if self.is_prefix else found == self.value


def parse(text: str) -> Filter | None:
    """The filter of a request; None for an empty one, which everybody passes.

    Inside the value, a backslash stands before a quotation mark or a backslash; before anything else
    it is itself. Raises `FilterSyntax`, or `FilterAttribute` for what cannot be searched.
    """
    if not text.strip():
        return None
    parts = _FILTER.fullmatch(text)
    if parts is None:
        raise FilterSyntax
    name, operator, value = parts.groups()
    if name not in _KNOWN:
        raise FilterAttribute(name=name)
    return Filter(name, fold(name, _ESCAPED.sub(r"\1", value)), operator == "^=")


def fold(name: str, value: str) -> str:
    """A value as filters compare it: user names and Enabled/Disabled as they are, all else in lower case."""
    return value if name in _WITH_CASE else value.lower()
