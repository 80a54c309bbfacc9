"""The Lambda Runtime API (2018-06-01), where processes of local functions ask for events. Loopback only.

Every process has a path of its own, which begins with a secret that nobody else knows:
`http://127.0.0.1:<port>/<secret>/2018-06-01/runtime/...`. A waiting `next` is tied to its connection: when
that ends, the process waits no longer and is given no event. When a process ends whose connection holds an
event that it has not read, the system resets that connection, and so we know that the event is still ours.
"""

import asyncio
import select
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import httptools
import msgspec

from poolhouse.errors import FunctionFailed

LARGEST_ANSWER = 6_291_556  # bytes, of Lambda's synchronous calls
_VERSION = "2018-06-01"
_LONGEST_HEAD = 2_097_152  # bytes; clients report an error in a header too
_PHRASES = {200: "OK", 202: "Accepted", 400: "Bad Request", 403: "Forbidden", 404: "Not Found"}
_LAST_WORDS = 1.0  # seconds between the end of a process and that of its connection
_NO_REASON = FunctionFailed("Runtime.ExitError", "Runtime exited without providing a reason")
_TOO_LARGE = "Response payload size exceeded maximum allowed payload size (6291556 bytes)."


class Gone(Exception):
    """The process ended before it had taken the event; `why` is how a call fails that this happens to."""

    def __init__(self, why: FunctionFailed) -> None:
        super().__init__(why)
        self.why = why


class Line:
    """One process, as the Runtime API sees it: it asks for an event, is given one, and answers."""

    def __init__(self) -> None:
        self._waiting: _Connection | None = None  # whose GET next has no answer yet
        self._given: _Connection | None = None  # that was sent the event of the call in progress
        self._asked: asyncio.Future[None] | None = None
        self._answer: asyncio.Future[bytes] | None = None
        self._request_id = ""
        self._ended: FunctionFailed | None = None

    async def call(self, request_id: str, headers: Mapping[str, str], event: bytes) -> bytes:
        """Hand the event over as soon as the process asks for one, and give its answer.

        Raises `FunctionFailed`, also when the process ends in mid-call, and `Gone` when it ended before.
        """
        await self._until_asked()
        loop = asyncio.get_running_loop()
        self._request_id, self._answer = request_id, loop.create_future()
        self._given, self._waiting = self._waiting, None
        if self._given is not None:
            self._given.send(200, event, {"Lambda-Runtime-Aws-Request-Id": request_id, **headers})
        try:
            return await self._answer
        finally:
            self._request_id, self._answer, self._given = "", None, None

    async def ended(self, why: FunctionFailed) -> None:
        """The process is gone. A call in progress fails with `why`, unless the event was never read."""
        if self._given is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._given.lost.wait(), _LAST_WORDS)
        self.end(why)

    def end(self, why: FunctionFailed) -> None:
        """No event from now on. A call in progress fails with `why`."""
        self._ended = self._ended or why
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(self._ended)
        if self._asked is not None and not self._asked.done():
            self._asked.set_result(None)

    async def _until_asked(self) -> None:
        while self._waiting is None or not self._waiting.is_open():
            if self._ended is not None:
                raise Gone(self._ended)
            self._asked = asyncio.get_running_loop().create_future()
            await self._asked

    # What connections say

    def asks(self, connection: "_Connection") -> None:
        self._waiting = connection
        if self._asked is not None and not self._asked.done():
            self._asked.set_result(None)

    def lost(self, connection: "_Connection", *, unread: bool) -> None:
        if self._waiting is connection:
            self._waiting = None
        if unread and self._given is connection and self._answer is not None and not self._answer.done():
            self._answer.set_exception(Gone(self._ended or _NO_REASON))

    def answers(self, request_id: str, body: bytes) -> int:
        """Gives the status to say."""
        if not self._is_about(request_id) or self._answer is None:
            return 400
        self._answer.set_result(body)
        return 202

    def fails(self, request_id: str, body: bytes) -> int:
        if not self._is_about(request_id) or self._answer is None:
            return 400
        self._answer.set_exception(failure(body))
        return 202

    def fails_at_start(self, body: bytes) -> int:
        self.end(failure(body))
        return 202

    def _is_about(self, request_id: str) -> bool:
        return self._answer is not None and not self._answer.done() and request_id == self._request_id


class RuntimeApi:
    """The server. `add` opens a path, `remove` closes it."""

    def __init__(self) -> None:
        self._lines: dict[str, Line] = {}
        self._server: asyncio.Server | None = None
        self.address = ""

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Connection(self._lines), "127.0.0.1", 0)
        self.address = f"127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def add(self, secret: str) -> Line:
        line = self._lines[secret] = Line()
        return line

    def remove(self, secret: str) -> None:
        self._lines.pop(secret, None)

    def close(self) -> None:
        self._lines.clear()
        if self._server is not None:
            self._server.close()


class _Connection(asyncio.Protocol):
    """One connection of a process, with any number of requests after each other."""

    def __init__(self, lines: Mapping[str, Line]) -> None:
        self._lines = lines
        self._line: Line | None = None
        self._parser: Any = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport | None = None
        self._poll = select.poll()
        self.lost = asyncio.Event()
        self.on_message_begin()

    # Of asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]
        self._poll.register(transport.get_extra_info("socket").fileno(), select.POLLIN | select.POLLRDHUP)

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self.lost.set()
        if self._line is not None:
            self._line.lost(self, unread=isinstance(exc, ConnectionResetError))

    # Of the parser; what is raised here ends the connection

    def on_message_begin(self) -> None:
        self._path = b""
        self._body: list[bytes] = []
        self._head_size = self._body_size = 0

    def on_url(self, url: bytes) -> None:
        self._path += url
        self._count_head(len(url))

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count_head(len(name) + len(value))
        if name.lower() == b"expect" and self._transport is not None:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        self._body_size += len(body)
        if self._body_size <= LARGEST_ANSWER:
            self._body.append(body)

    def on_message_complete(self) -> None:
        _, secret, *rest = self._path.decode("latin-1").split("/")
        line = self._lines.get(secret)
        if line is None:
            self.send(403)
            return
        self._line = line
        match (self._parser.get_method(), rest):
            case (b"GET", [_, "runtime", "invocation", "next"]) if rest[0] == _VERSION:
                line.asks(self)
            case (b"POST", [_, "runtime", "invocation", request_id, "response"]) if rest[0] == _VERSION:
                self.send(self._answered(line, request_id))
            case (b"POST", [_, "runtime", "invocation", request_id, "error"]) if rest[0] == _VERSION:
                self.send(line.fails(request_id, b"".join(self._body)))
            case (b"POST", [_, "runtime", "init", "error"]) if rest[0] == _VERSION:
                self.send(line.fails_at_start(b"".join(self._body)))
            case _:
                self.send(404)

    # What the line asks for

    def is_open(self) -> bool:
        """Would the process get what is sent now? It waits, so there is nothing to read but its end."""
        return self._transport is not None and not self._transport.is_closing() and not self._poll.poll(0)

    def send(self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> None:
        if self._transport is None:
            return
        lines = [f"HTTP/1.1 {status} {_PHRASES.get(status, 'Error')}"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}", "", ""]
        self._transport.write("\r\n".join(lines).encode() + body)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def _answered(self, line: Line, request_id: str) -> int:
        if self._body_size <= LARGEST_ANSWER:
            return line.answers(request_id, b"".join(self._body))
        line.fails(request_id, _said("Function.ResponseSizeTooLarge", _TOO_LARGE))
        return 413

    def _count_head(self, size: int) -> None:
        self._head_size += size
        if self._head_size > _LONGEST_HEAD:
            raise ValueError("the head of the request is too large")


def failure(body: bytes) -> FunctionFailed:
    """What a function's error says of itself; it may say anything."""
    try:
        said = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        said = None
    if not isinstance(said, dict):
        said = {}
    error_type, message = said.get("errorType"), said.get("errorMessage")
    return FunctionFailed(
        error_type if isinstance(error_type, str) else "Unhandled",
        message if isinstance(message, str) else "",
    )


def _said(error_type: str, message: str) -> bytes:
    return msgspec.json.encode({"errorType": error_type, "errorMessage": message})
