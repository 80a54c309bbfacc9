"""A gateway in process: its ASGI application, functions and servers in the test's hands, and what it logged.

    door = opened(ROUTES)
    door.functions["greet"] = lambda event: {"statusCode": 200}
    got = await door.ask("GET", "/notes", token=issuer.token())

What was asked of functions is `door.functions.fired`, of servers `door.upstreams.asked`.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import msgspec
from tests.authorizer import issuer
from tests.authorizer.issuer import Issuer
from tests.functions import Functions

from poolhouse.gateway.compiled import compiled
from poolhouse.gateway.config import read
from poolhouse.gateway.front import Front
from poolhouse.gateway.outside import Outside
from poolhouse.ports import SECOND, Patience, Streamed

AUTHORIZER = f"""
[[authorizers.users.pools]]
issuer = "{issuer.ISSUER}"
client_ids = ["{issuer.CLIENT}"]
"""
REQUEST_ID = "00000000-0000-4000-8000-000000000001"
PEER = "203.0.113.7"

Pairs = Sequence[tuple[str, str]]


@dataclass
class Got:
    """What the client saw."""

    status: int = 0
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    def header(self, name: str) -> str:
        return ", ".join(value for found, value in self.headers if found == name)

    def json(self) -> Any:
        return msgspec.json.decode(self.body)


@dataclass
class Asked:
    method: str
    url: str
    headers: list[tuple[str, str]]
    body: bytes
    patience: Patience

    def header(self, name: str) -> str | None:
        return next((value for found, value in self.headers if found == name), None)


class FakeUpstreams:
    """`ports.Upstreams`. `answer` is a status, headers and pieces; `error` is raised in its place."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.status, self.headers, self.pieces = 200, [(b"content-type", b"text/plain")], [b"hello"]
        self.error: Exception | None = None
        self.left = 0  # exchanges that ended
        self.linger = 0.0  # seconds that the end of one takes

    @asynccontextmanager
    async def exchange(
        self, method: str, url: str, headers: Any, body: Any, patience: Patience
    ) -> AsyncIterator[Streamed]:
        whole = body if isinstance(body, bytes) else b"".join([piece async for piece in body])
        sent = [(name.decode(), value.decode("latin-1")) for name, value in headers]
        self.asked.append(Asked(method, url, sent, whole, patience))
        if self.error is not None:
            raise self.error
        try:
            yield Streamed(self.status, tuple(self.headers), self._body())
        finally:
            self.left += 1
            await asyncio.sleep(self.linger)

    async def _body(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            if isinstance(piece, Exception):
                raise piece
            yield piece


class StillClock:
    """NOW of the issuer."""

    def now(self) -> int:
        return issuer.NOW * SECOND

    def monotonic(self) -> float:
        return 0.0


class OneId:
    def uuid(self) -> str:
        return REQUEST_ID


@dataclass
class Door:
    front: Front
    outside: Outside
    functions: Functions
    upstreams: FakeUpstreams
    issuer: Issuer
    lines: list[dict[str, Any]]
    faults: list[BaseException]
    counted: list[tuple[str, int]]

    async def ask(
        self,
        method: str,
        target: str,
        headers: Pairs = (),
        body: bytes | None = None,
        *,
        token: str | None = None,
        peer: str = PEER,
    ) -> Got:
        """`target` is a path with its query, as on the wire."""
        sent = [("host", "api.example.com"), *headers]
        if token is not None:
            sent.append(("authorization", f"Bearer {token}"))
        if body is not None and not any(name == "transfer-encoding" for name, _ in sent):
            sent.append(("content-length", str(len(body))))
        got = Got()
        await self.front(scope(method, target, sent, peer), receiving(body or b""), _sending(got))
        return got

    @property
    def touched(self) -> bool:
        """Was a function or a server asked?"""
        return bool(self.functions.fired or self.upstreams.asked)


def scope(method: str, target: str, headers: Pairs = (), peer: str = PEER) -> dict[str, Any]:
    path, _, query = target.partition("?")
    return {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "https",
        "path": unquote(path),
        "raw_path": path.encode("latin-1"),
        "query_string": query.encode("latin-1"),
        "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers],
        "client": (peer, 40_000),
    }


def receiving(body: bytes) -> Callable[[], Any]:
    """The body in two pieces; then the client waits for ever."""
    half = len(body) // 2
    events = [
        {"type": "http.request", "body": body[:half], "more_body": True},
        {"type": "http.request", "body": body[half:], "more_body": False},
    ]

    async def receive() -> dict[str, Any]:
        if not events:
            await asyncio.Event().wait()
        return events.pop(0)

    return receive


def _sending(got: Got) -> Callable[[dict[str, Any]], Any]:
    async def send(event: dict[str, Any]) -> None:
        if event["type"] == "http.response.start":
            got.status = event["status"]
            got.headers = [(name.decode(), value.decode("latin-1")) for name, value in event["headers"]]
        else:
            got.body += event["body"]

    return send


def opened(
    toml: str,
    environ: Mapping[str, str] | None = None,
    keys: Issuer | None = None,
    *,
    authorizers: str = AUTHORIZER,
) -> Door:
    """toml  beside the authorizer `users`, which there is where nothing else is said"""
    functions, upstreams, keys = Functions(), FakeUpstreams(), keys or Issuer()
    lines: list[dict[str, Any]] = []
    faults: list[BaseException] = []
    counted: list[tuple[str, int]] = []
    outside = Outside(
        StillClock(),
        OneId(),
        upstreams,
        functions,
        tell=lambda name, **details: lines.append({"event": name, **details}),
        fault=lambda request_id, route, error: faults.append(error),
        observe=lambda route, status, seconds: counted.append((route, status)),
        environ=environ or {},
        verifying={"fetch": keys, "clock": lambda: float(issuer.NOW)},
    )
    front = Front(compiled(read(toml + authorizers, "gateway.toml", environ or {}), outside), outside)
    return Door(front, outside, functions, upstreams, keys, lines, faults, counted)
