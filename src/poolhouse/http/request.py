"""What came from an HTTP client, whole."""

from collections.abc import Mapping

from msgspec import Struct


class HttpRequest(Struct, frozen=True):
    """One request. `path` and `query` are as sent, percent-encoded; header names are in lower case.

    by_name  a header that came more than once has all its values there, as one list
    """

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    peer: str  # the address of the other end, "" where there is none
    by_name: Mapping[str, str]

    def header(self, name: str) -> str:
        return self.by_name.get(name, "")
