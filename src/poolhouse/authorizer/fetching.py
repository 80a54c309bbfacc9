"""The one request that this library makes: GET, over TLS, without following where it is sent.

With the standard library alone. An application that has a client of its own gives it as `fetch`.
"""

import time
from collections.abc import Callable, Mapping
from email.message import Message
from http.client import HTTPException
from typing import IO, Protocol
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import msgspec

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_PIECE = 65_536  # bytes


class FetchFailed(Exception):
    """There is no answer, or none that will do."""


class Fetched(msgspec.Struct, frozen=True):
    """An answer, whatever its status."""

    status: int
    body: bytes


# Given the address and the headers of a GET. Raises anything where there is no answer; may block.
Fetch = Callable[[str, Mapping[str, str]], Fetched]


class _Answer(Protocol):
    status: int

    def read1(self, most: int, /) -> bytes: ...


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> None:
        return None


def check_url(url: str, *, allow_http: bool) -> None:
    """Raises `ValueError` for what must not be asked: keys come over TLS, or from this computer."""
    split = urlsplit(url)
    plain = split.scheme == "http" and (allow_http or split.hostname in _LOOPBACK)
    if not split.hostname or not (split.scheme == "https" or plain):
        raise ValueError(f"{url!r} must begin with https://. For tests on other computers: allow_http=True.")
    if split.query or split.fragment or split.username is not None or url.endswith("/"):
        raise ValueError(f"{url!r} has a query, a fragment, a user or a slash at its end.")


def fetcher(seconds: float, most_bytes: int) -> Fetch:
    """A `Fetch` that gives up after so long, and on an answer that is larger."""
    opener = build_opener(_NoRedirects)

    def fetch(url: str, headers: Mapping[str, str]) -> Fetched:
        deadline = time.monotonic() + seconds
        request = Request(url, headers=dict(headers))  # noqa: S310 - the scheme is checked by check_url
        try:
            with opener.open(request, timeout=seconds) as answer:
                return Fetched(answer.status, _read(answer, most_bytes, deadline))
        except HTTPError as refused:
            refused.close()
            return Fetched(refused.code, b"")
        except (OSError, HTTPException) as error:
            raise FetchFailed(f"{url} does not answer: {type(error).__name__}.") from error

    return fetch


def _read(answer: _Answer, most_bytes: int, deadline: float) -> bytes:
    """The body. A server that sends a byte now and then keeps nobody waiting past the deadline for long."""
    pieces, size = [], 0
    while piece := answer.read1(_PIECE):
        pieces.append(piece)
        size += len(piece)
        if size > most_bytes:
            raise FetchFailed("The answer is too large.")
        if time.monotonic() > deadline:
            raise FetchFailed("The answer takes too long.")
    return b"".join(pieces)
