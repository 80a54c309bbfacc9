"""One request, from its first byte to its line in the log: an ASGI application, HTTP only.

The order: size of the header, preflight, path and route, token, size of the body; only then whoever answers
is asked. What is not let through never reaches a function or a server.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from msgspec import Struct

from poolhouse.authorizer import AuthorizerError
from poolhouse.errors import (
    GatewayFault,
    GatewayRefusal,
    HeaderTooLarge,
    NoRoute,
    UpstreamBroke,
    UpstreamLate,
)
from poolhouse.gateway import headers as header_rules
from poolhouse.gateway import paths
from poolhouse.gateway.calls import Answer, Body, Call, ClientGone, Headers, Receive
from poolhouse.gateway.compiled import Compiled, Ready
from poolhouse.gateway.outside import Outside

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_UNMATCHED = "unmatched"
_BODILESS = (204, 304)  # RFC 9110, section 6.4.1
_CLIENT_GONE = 499  # in the log only, as nginx has it


class _Seen(Struct):
    """What is known of a request so far, for the log and the metrics."""

    request_id: str
    began: float
    route: str = _UNMATCHED
    status: int = _CLIENT_GONE
    outcome: str = "ok"
    begun: bool = False  # the head of the answer is on its way


class Front:
    """`replace` takes effect with the next request."""

    def __init__(self, compiled: Compiled, outside: Outside) -> None:
        self._compiled = compiled
        self._outside = outside

    @property
    def compiled(self) -> Compiled:
        return self._compiled

    def replace(self, compiled: Compiled) -> None:
        self._compiled = compiled

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        compiled, clock = self._compiled, self._outside.clock
        seen = _Seen(self._outside.rng.uuid(), clock.monotonic())
        headers: Headers = tuple(scope["headers"])
        body = Body(receive, _length(headers))
        exchange = _Exchange(compiled, self._outside, scope, headers, body, seen)
        try:
            async with _while_client_waits(body):
                await exchange.run(send)
        except ClientGone:
            seen.outcome = "ClientGone"
        finally:
            self._record(scope, seen, compiled)

    def _record(self, scope: Scope, seen: _Seen, compiled: Compiled) -> None:
        seconds = self._outside.clock.monotonic() - seen.began
        self._outside.observe(seen.route, seen.status, seconds)
        if compiled.server.access_log:
            self._outside.tell(
                "request",
                request_id=seen.request_id,
                method=scope["method"],
                route=seen.route,
                status=seen.status,
                outcome=seen.outcome,
                milliseconds=round(seconds * 1_000, 2),
                client=_client(scope),
            )


class _Exchange(Struct, frozen=True):
    """The request and everything around it."""

    compiled: Compiled
    outside: Outside
    scope: Scope
    headers: Headers
    body: Body
    seen: _Seen

    async def run(self, send: Send) -> None:
        """Raises `ClientGone`. An answer that breaks off ends the connection: nobody takes it for whole."""
        try:
            await self._pass(send)
        except AuthorizerError as refused:
            said = ((name.encode(), value.encode()) for name, value in refused.headers.items())
            await self._send(Answer(refused.status, tuple(said), refused.body), send, _name(refused))
        except GatewayRefusal as refused:
            await self._refuse(refused, send)
        except (UpstreamBroke, UpstreamLate) as broken:
            self.seen.outcome = _name(broken)
        except ClientGone:
            raise
        except Exception as error:  # noqa: BLE001 - the last line of defence
            self.outside.fault(self.seen.request_id, self.seen.route, error)
            await self._refuse(GatewayFault(), send)

    async def _pass(self, send: Send) -> None:
        cors = self.compiled.cors
        if (
            sum(len(name) + len(value) + 4 for name, value in self.headers)
            > self.compiled.server.header_limit
        ):
            raise HeaderTooLarge
        if cors and cors.is_preflight(self.scope["method"], self.headers):
            self.seen.route = "preflight"
            await self._send(cors.preflight(self.headers), send, share=False)
            return
        ready, call = await self._admitted()
        async with ready.handler(call) as answer:
            self.body.leave()
            await self._send(answer, send)

    async def _admitted(self) -> tuple[Ready, Call]:
        """Raises `GatewayRefusal` and `AuthorizerError`."""
        raw_path = (self.scope.get("raw_path") or self.scope["path"].encode()).decode("latin-1")
        found = self.compiled.find(self.scope["method"], paths.segments(raw_path))
        if found is None:
            raise NoRoute
        ready, parameters = found
        self.seen.route = ready.key
        claims = await ready.gate.check(self.headers)
        self.body.limit(ready.body_limit)
        call = Call(
            request_id=self.seen.request_id,
            at=self.outside.clock.now(),
            method=self.scope["method"],
            raw_path=raw_path,
            path=self.scope["path"],
            query=self.scope["query_string"].decode("latin-1"),
            headers=self.headers,
            host=next((value.decode("latin-1") for name, value in self.headers if name == b"host"), ""),
            scheme=self.scope.get("scheme", "http"),
            client=_client(self.scope),
            protocol=f"HTTP/{self.scope.get('http_version', '1.1')}",
            parameters=parameters,
            claims=claims,
            body=self.body,
        )
        return ready, call

    async def _refuse(self, refusal: GatewayRefusal, send: Send) -> None:
        if self.seen.begun:  # too late for an answer
            self.seen.outcome = _name(refusal)
            return
        headers: Mapping[str, str] = {"content-type": "application/json", **refusal.headers}
        body = msgspec.json.encode({"message": refusal.message})
        said = tuple((name.encode(), value.encode()) for name, value in headers.items())
        await self._send(Answer(refusal.status, said, body), send, _name(refusal))

    async def _send(self, answer: Answer, send: Send, outcome: str = "ok", *, share: bool = True) -> None:
        self.seen.status, self.seen.outcome, self.seen.begun = answer.status, outcome, True
        headers = header_rules.without(answer.headers, {"date"})  # the listener says it, and once
        if self.compiled.cors and share:
            headers = self.compiled.cors.shared(self.headers, headers)
        headers = (*headers, (b"apigw-requestid", self.seen.request_id.encode()))
        body = answer.body
        if answer.status in _BODILESS:
            headers, body = tuple(pair for pair in headers if pair[0] != b"content-length"), b""
        elif isinstance(body, bytes):
            headers = (*headers, (b"content-length", str(len(body)).encode()))
        if isinstance(body, bytes):
            self.body.answered()
            await send({"type": "http.response.start", "status": answer.status, "headers": headers})
            await send({"type": "http.response.body", "body": body})
            return
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send(
            {"type": "http.response.body", "body": b"", "more_body": True}
        )  # the head is not held back
        async for piece in body:
            await self._pass_on(piece, send)
        self.body.answered()
        await send({"type": "http.response.body", "body": b""})

    async def _pass_on(self, piece: bytes, send: Send) -> None:
        """Raises `ClientGone` for one that does not read: it holds a connection to the upstream, too."""
        try:
            async with asyncio.timeout(self.compiled.server.idle_seconds):
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        except TimeoutError:
            raise ClientGone from None


@asynccontextmanager
async def _while_client_waits(body: Body) -> AsyncIterator[None]:
    """Ends the block when the client goes away, whatever is waited for in it. Raises `ClientGone`."""
    here = asyncio.current_task()
    watch = asyncio.ensure_future(body.client_gone())
    finished = False

    def end(watched: "asyncio.Future[None]") -> None:
        if not watched.cancelled() and not finished and here is not None:
            here.cancel()

    watch.add_done_callback(end)
    try:
        yield
    except asyncio.CancelledError:
        if here is not None and watch.done() and not watch.cancelled() and here.uncancel() == 0:
            raise ClientGone from None
        raise
    finally:
        finished = True
        watch.cancel()


def _length(headers: Headers) -> int | None:
    """That it is a number, the parser has seen."""
    return next((int(value) for name, value in headers if name == b"content-length"), None)


def _client(scope: Scope) -> str:
    client = scope.get("client")
    return str(client[0]) if client else ""


def _name(error: BaseException) -> str:
    return type(error).__name__
