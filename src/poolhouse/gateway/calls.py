"""One request on its way through the gateway, and its answer, as values."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping
from contextlib import AbstractAsyncContextManager
from typing import Any

from msgspec import Struct

from poolhouse.authorizer import Claims
from poolhouse.errors import BodyTooLarge
from poolhouse.ports import Instant

Headers = tuple[tuple[bytes, bytes], ...]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]


class ClientGone(Exception):
    """The client closed the connection: nobody waits for an answer."""


class Body:
    """The body of a request, which is read once, piece by piece, and up to `most` bytes."""

    def __init__(self, receive: Receive, length: int | None) -> None:
        """length  what Content-Length says; None: nothing"""
        self._receive = receive
        self._length = length
        self._ended = asyncio.Event()
        self._answered = False
        self.most = 0

    def limit(self, most: int) -> None:
        """Raises `BodyTooLarge` before anything is read."""
        self.most = most
        if self._length is not None and self._length > most:
            raise BodyTooLarge

    async def pieces(self) -> AsyncIterator[bytes]:
        """Raises `BodyTooLarge`, and `ClientGone` where it ends before it is whole."""
        size = 0
        while not self._ended.is_set():
            event = await self._receive()
            if event["type"] == "http.disconnect":
                raise ClientGone
            piece = event.get("body", b"")
            size += len(piece)
            if size > self.most:
                raise BodyTooLarge
            if not event.get("more_body"):
                self._ended.set()
            if piece:
                yield piece

    async def whole(self) -> bytes:
        """Raises as `pieces` does."""
        return b"".join([piece async for piece in self.pieces()])

    @property
    def is_read(self) -> bool:
        return self._ended.is_set()

    def leave(self) -> None:
        """Whatever is still to come of it is of no use."""
        self._ended.set()

    def answered(self) -> None:
        """The last of the answer is on its way: the client may go."""
        self._answered = True

    async def client_gone(self) -> None:
        """Comes back when the client has gone away before its answer was whole; never else.

        Nobody looks before the body was read, for one reader alone may.
        """
        await self._ended.wait()
        while (await self._receive())["type"] != "http.disconnect":
            pass
        if self._answered:
            await asyncio.Event().wait()


class Call(Struct, frozen=True):
    """A request that may go on: it has a route, and what the route asks for.

    raw_path    percent-encoded, as sent; `path` is decoded
    query       percent-encoded, without the question mark
    headers     names in lower case, in the order received
    host        of the Host header, with its port
    client      the address of the client; behind a proxy that is trusted, what the proxy says
    parameters  of the path, decoded
    claims      None: the route is open
    """

    request_id: str
    at: Instant
    method: str
    raw_path: str
    path: str
    query: str
    headers: Headers
    host: str
    scheme: str
    client: str
    protocol: str
    parameters: Mapping[str, str]
    claims: Claims | None
    body: Body

    def header(self, name: bytes) -> str:
        """RFC 9110, section 5.3: of several values one list."""
        return ", ".join(value.decode("latin-1") for found, value in self.headers if found == name)


class Answer(Struct, frozen=True):
    """What goes back; names of headers are in lower case. A body that is no bytes is sent as it comes."""

    status: int
    headers: Headers
    body: bytes | AsyncIterator[bytes]


# What a route does: the answer is good inside the block. Raises `GatewayRefusal` and `ClientGone`.
Handler = Callable[[Call], AbstractAsyncContextManager[Answer]]
