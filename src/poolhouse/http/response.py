"""What goes back to an HTTP client."""

from dataclasses import dataclass

Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class Response:
    """A whole answer; header names are in lower case, as ASGI asks for."""

    status: int
    headers: Headers
    body: bytes
