"""What goes back to an HTTP client."""

from msgspec import Struct

Headers = tuple[tuple[bytes, bytes], ...]


class Response(Struct, frozen=True):
    """A whole answer; header names are in lower case, as ASGI asks for."""

    status: int
    headers: Headers
    body: bytes
