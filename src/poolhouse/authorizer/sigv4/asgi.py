"""ASGI middleware: no request reaches the application that was not signed, or whose signer may not do it.

app = SignedRequests(app, SigV4(Credentials(bundle="verifier.json"), service="s3"), s3.actions)
"""

from collections.abc import Awaitable, Callable, Collection, Iterable, MutableMapping
from typing import Any
from urllib.parse import quote

from poolhouse.authorizer.sigv4 import answers
from poolhouse.authorizer.sigv4.body import Body
from poolhouse.authorizer.sigv4.errors import Refused, TooLarge
from poolhouse.authorizer.sigv4.verifier import Asked, SigV4, Verified
from poolhouse.wire.sigv4 import Request

VERIFIED = "poolhouse.signed"  # in the scope; in its state it is `signed`
LARGEST_WHOLE = 10_485_760  # bytes of a body whose hash is not said in its head
_POLICY_VIOLATION = 1008  # RFC 6455, section 7.4.1

Event = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Actions = Callable[[Request], Iterable[Asked]]


class SignedRequests:
    """
    actions  what a request does; all of it must be allowed. For S3: `s3.actions`
    public   paths that need no signature, each as a whole. Preflights of browsers (CORS) come without one as
             well: middleware that answers them goes around this one
    largest  bytes of a body that must be held to verify it; those of S3 are not
    """

    def __init__(
        self,
        app: App,
        verifier: SigV4,
        actions: Actions,
        public: Collection[str] = (),
        largest: int = LARGEST_WHOLE,
    ) -> None:
        self._app = app
        self._verifier = verifier
        self._actions = actions
        self._public = frozenset([public] if isinstance(public, str) else public)
        self._largest = largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or scope["path"] in self._public:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
        elif self._verifier.is_s3:
            await self._streamed(scope, receive, send)
        else:
            await self._whole(scope, receive, send)

    async def _streamed(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = _request(scope, b"")
        exchange = _Exchange(receive, send, lambda refused: self._answer(refused, request))
        try:
            verified = self._verifier.verify_head(request, **_place(scope))
            verified.demand(self._actions(request))
        except Refused as refused:
            await exchange.refuse(refused)
            return
        exchange.body = verified.body
        await self._app(_with(verified, scope), exchange.receive, exchange.send)

    async def _whole(self, scope: Scope, receive: Receive, send: Send) -> None:
        exchange = _Exchange(receive, send, lambda refused: self._answer(refused, _request(scope, b"")))
        try:
            content = await _read(receive, self._largest)
            if content is None:
                return
            request = _request(scope, content)
            verified = self._verifier.verify(request, **_place(scope))
            verified.demand(self._actions(request))
        except Refused as refused:
            await exchange.refuse(refused)
            return
        exchange.whole = content
        await self._app(_with(verified, scope), exchange.receive, exchange.send)

    def _answer(self, refused: Refused, request: Request) -> answers.Answer:
        said = answers.of(refused, is_s3=self._verifier.is_s3, method=request.method)
        if any(name.lower() == "expect" for name, _ in request.headers):
            # RFC 9110, section 10.1.1: the body may come yet, or never
            return said._replace(headers={**said.headers, "connection": "close"})
        return said


class _Exchange:
    """A request on its way to the application, and the answer on its way back.

    When the body turns out to be wrong the application sees that its client is gone, and the client is told
    why, or has the connection closed where the application has begun to answer.
    """

    def __init__(self, receive: Receive, send: Send, answer: Callable[[Refused], answers.Answer]) -> None:
        self._receive = receive
        self._send = send
        self._answer = answer
        self._begun = False
        self._refused = False
        self.body: Body | None = None
        self.whole: bytes | None = None

    async def receive(self) -> Event:
        if self._refused:
            return {"type": "http.disconnect"}
        if self.whole is not None:
            whole, self.whole = self.whole, None
            return {"type": "http.request", "body": whole, "more_body": False}
        if self.body is None:
            return await self._receive()
        try:
            return await self._next(self.body)
        except Refused as refused:
            await self.refuse(refused)
            return {"type": "http.disconnect"}

    async def _next(self, body: Body) -> Event:
        while True:
            event = await self._receive()
            if event["type"] != "http.request":
                return event
            more = event.get("more_body", False)
            ready = body.feed(event.get("body", b""))
            if not more:
                ready += body.end()
                self.body = None
            if ready or not more:
                return {"type": "http.request", "body": ready, "more_body": more}

    async def send(self, event: Event) -> None:
        if self._refused:
            return
        self._begun = True
        await self._send(event)

    async def refuse(self, refused: Refused) -> None:
        """Raises it where an answer has begun: the server then closes the connection."""
        self._refused = True
        if self._begun:
            raise refused
        answer = self._answer(refused)
        headers = [(name.encode(), value.encode("latin-1")) for name, value in answer.headers.items()]
        await self._send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await self._send({"type": "http.response.body", "body": answer.body})


def _request(scope: Scope, body: bytes) -> Request:
    raw = scope.get("raw_path") or quote(scope["path"]).encode()
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"])
    query = scope.get("query_string", b"").decode("latin-1")
    return Request(scope["method"], raw.decode("latin-1"), query, headers, body)


def _place(scope: Scope) -> dict[str, Any]:
    client = scope.get("client")
    return {"secure": scope.get("scheme") == "https", "address": client[0] if client else ""}


def _with(verified: Verified, scope: Scope) -> Scope:
    """A scope of its own, whose headers are those of the decoded body."""
    state = {**scope.get("state", {}), "signed": verified}
    body = verified.body
    headers = decoded_headers(scope["headers"], body.length) if body and body.coded else scope["headers"]
    return {**scope, VERIFIED: verified, "state": state, "headers": headers}


def decoded_headers(headers: Iterable[tuple[bytes, bytes]], length: int | None) -> list[tuple[bytes, bytes]]:
    """Without what speaks of the `aws-chunked` coding. Names in lower case."""
    gone = {b"content-length", b"transfer-encoding", b"x-amz-decoded-content-length", b"x-amz-trailer"}
    kept = [(name, value) for name, value in headers if name not in gone]
    found = [(name, _uncoded(value) if name == b"content-encoding" else value) for name, value in kept]
    own = [] if length is None else [(b"content-length", str(length).encode())]
    return [(name, value) for name, value in found if name != b"content-encoding" or value] + own


def _uncoded(value: bytes) -> bytes:
    codings = [coding.strip() for coding in value.split(b",")]
    return b",".join(coding for coding in codings if coding and coding.lower() != b"aws-chunked")


async def _read(receive: Receive, largest: int) -> bytes | None:
    """The whole body; None where the client is gone. Raises `TooLarge`."""
    pieces: list[bytes] = []
    size = 0
    while True:
        event = await receive()
        if event["type"] != "http.request":
            return None
        pieces.append(event.get("body", b""))
        size += len(pieces[-1])
        if size > largest:
            raise TooLarge
        if not event.get("more_body", False):
            return b"".join(pieces)
