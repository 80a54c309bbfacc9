"""ASGI middleware: no request without a good token reaches the application.

app = Authorizer(app, Verifier(...), public=["/health"])
"""

from collections.abc import Awaitable, Callable, Collection, MutableMapping
from typing import Any

from poolhouse.authorizer import bearer
from poolhouse.authorizer.claims import Claims
from poolhouse.authorizer.errors import AuthorizerError
from poolhouse.authorizer.verifier import Verifier

CLAIMS = "poolhouse.claims"  # in the scope; in its state they are `claims`
_POLICY_VIOLATION = 1008  # RFC 6455, section 7.4.1

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


class Authorizer:
    """public: paths that need no token, each as a whole. Preflights of browsers (CORS) come without a token
    as well: middleware that answers them goes around this one.
    """

    def __init__(self, app: App, verifier: Verifier, public: Collection[str] = ()) -> None:
        self._app = app
        self._verifier = verifier
        self._public = frozenset([public] if isinstance(public, str) else public)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or scope["path"] in self._public:
            await self._app(scope, receive, send)
            return
        try:
            claims = await self._verifier.verify_async(bearer.token(_headers(scope)))
        except AuthorizerError as refused:
            await (_close(send) if scope["type"] == "websocket" else _answer(refused, send))
        else:
            await self._app(_with(claims, scope), receive, send)


def _headers(scope: Scope) -> list[str]:
    return [value.decode("latin-1") for name, value in scope["headers"] if name.lower() == b"authorization"]


def _with(claims: Claims, scope: Scope) -> Scope:
    """A scope of its own: the server's is not changed."""
    return {**scope, CLAIMS: claims, "state": {**scope.get("state", {}), "claims": claims}}


async def _answer(refused: AuthorizerError, send: Send) -> None:
    headers = [(name.encode(), value.encode()) for name, value in refused.headers.items()]
    headers.append((b"content-length", str(len(refused.body)).encode()))
    await send({"type": "http.response.start", "status": refused.status, "headers": headers})
    await send({"type": "http.response.body", "body": refused.body})


async def _close(send: Send) -> None:
    """Before it was accepted: the server answers the handshake with 403."""
    await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
