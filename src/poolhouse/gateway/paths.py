"""What the path of a request says, and the paths of which nobody can be sure (security: another route).

A path is compared by its decoded segments, so no spelling of a path reaches another route than its plain
form does. What upstreams are known to read in more than one way is refused: dot segments, slashes and
backslashes that are encoded, empty segments, control characters, what is encoded twice.
"""

import re
from urllib.parse import quote, unquote

from poolhouse.errors import UnreadableRequest

_FORM = re.compile(r"/(?:[!$&'()*+,\-./0-9:;=@A-Z_a-z~]|%[0-9A-Fa-f]{2})*")
_TWICE = re.compile(r"%(2[ef]|5c|25|00)", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f/\\]")


def segments(path: str) -> tuple[str, ...]:
    """The decoded segments of a path as it was sent; a slash at its end says nothing.

    Raises `UnreadableRequest`.
    """
    if _FORM.fullmatch(path) is None:
        raise UnreadableRequest
    parts = path[1:].split("/")
    if parts[-1] == "":
        parts.pop()
    return tuple(_decoded(part) for part in parts)


def plain(segment: str) -> str:
    """Without matrix parameters, which Java servers take away before they compare (RFC 3986, section 3.3)."""
    return segment.partition(";")[0]


def encoded(segment: str) -> str:
    """A segment, ready for a path."""
    return quote(segment, safe="!$&'()*+,-.:;=@_~")


def _decoded(part: str) -> str:
    try:
        segment = unquote(part, errors="strict")
    except UnicodeDecodeError:
        raise UnreadableRequest from None
    if plain(segment) in ("", ".", "..") or _CONTROL.search(segment) or _TWICE.search(segment):
        raise UnreadableRequest
    return segment
