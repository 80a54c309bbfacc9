"""The front door: an ASGI application that finds out what is asked, and in which protocol to answer."""

from collections.abc import Awaitable, Callable

from msgspec import Struct

from poolhouse.context import Env
from poolhouse.errors import ApiError, InternalError, RequestTooLarge
from poolhouse.http.request import HttpRequest
from poolhouse.http.response import Headers, Response
from poolhouse.identity import discovery
from poolhouse.imports.uploads import UploadRefused
from poolhouse.oauth import well_known
from poolhouse.web import api, caller, cors, logs, protocols, uploads
from poolhouse.web.metrics import Metrics
from poolhouse.web.protocols import Protocol
from poolhouse.web.request import ClientGone, Receive, Scope, Send, read

Page = Callable[[HttpRequest], Awaitable[Response | None]]

# Reading a body of a megabyte takes as long as a sign-in, and whose it is is known only then: all that are
# large take turns with the pools as if they were one pool's.
_LARGE = 65_536  # bytes
_LARGE_BODIES = "large bodies"

_NOTHING = Response(
    404,
    ((b"content-type", b"application/json"), (b"cache-control", b"no-store")),
    b'{"message":"There is nothing at this address."}',
)


class _Seen(Struct):
    """What is known of an API call so far: for its line in the log and for the metrics."""

    request_id: str
    began: float
    operation: str = "unknown"
    pool_id: str = ""
    outcome: str = "ok"


class Gateway:
    """ASGI application, HTTP only. `pages` are asked in turn for whatever is not an API call."""

    def __init__(self, env: Env, metrics: Metrics, pages: tuple[Page, ...] = ()) -> None:
        self._env = env
        self._metrics = metrics
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            if uploads.is_upload(scope):
                response = await self._upload(scope, receive)
            else:
                response = await self._answer(await read(scope, receive))
        except ClientGone:
            return
        except RequestTooLarge as error:
            response = protocols.JSON.refused(error, self._env.rng.uuid())
        headers = [*self._named(response), (b"content-length", str(len(response.body)).encode())]
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        body = b"" if scope["method"] == "HEAD" else response.body
        await send({"type": "http.response.body", "body": body})

    def _named(self, response: Response) -> Headers:
        """Its headers, with the id of the request: everybody can name what they ask about."""
        if any(name == protocols.REQUEST_ID for name, _ in response.headers):
            return response.headers
        return (*response.headers, (protocols.REQUEST_ID, self._env.rng.uuid().encode()))

    async def _answer(self, request: HttpRequest) -> Response:
        if request.path == "/" and (request.method == "POST" or protocols.is_query(request)):
            return await self._api(request)
        if request.method == "OPTIONS":
            return cors.PREFLIGHT
        try:
            return await self._page(request)
        except ApiError as error:
            return protocols.JSON.refused(error, self._env.rng.uuid())
        except Exception as error:  # noqa: BLE001 - the last line of defence
            request_id = self._env.rng.uuid()
            logs.fault(request_id, "page", error)
            return protocols.JSON.refused(InternalError(request_id=request_id), request_id)

    async def _upload(self, scope: Scope, receive: Receive) -> Response:
        """The file of a user import, which is the one body that is not read whole."""
        seen = _Seen(self._env.rng.uuid(), self._env.clock.monotonic(), uploads.NAME)
        try:
            response = await uploads.answer(self._env, scope, receive)
        except UploadRefused as error:
            seen.outcome = error.code
            response = uploads.refused(error, seen.request_id)
        except ClientGone:
            raise
        except Exception as error:  # noqa: BLE001 - the last line of defence
            seen.outcome = InternalError.code
            logs.fault(seen.request_id, seen.operation, error)
            response = protocols.JSON.refused(InternalError(request_id=seen.request_id), seen.request_id)
        self._record(seen, response.status)
        return response

    async def _page(self, request: HttpRequest) -> Response:
        for page in self._pages:
            response = await page(request)
            if response is not None:
                return response
        found = await discovery.answer(self._env, request) or await well_known.answer(self._env, request)
        return cors.shared(_NOTHING if found is None else found)

    async def _api(self, request: HttpRequest) -> Response:
        protocol = protocols.spoken_in(request)
        seen = _Seen(self._env.rng.uuid(), self._env.clock.monotonic())
        try:
            response = await self._called(request, protocol, seen)
        except ApiError as error:
            seen.outcome = error.code
            response = protocol.refused(error, seen.request_id)
        except Exception as error:  # noqa: BLE001 - the last line of defence
            seen.outcome = InternalError.code
            logs.fault(seen.request_id, seen.operation, error)
            response = protocol.refused(InternalError(request_id=seen.request_id), seen.request_id)
        self._record(seen, response.status)
        return response

    async def _called(self, request: HttpRequest, protocol: Protocol, seen: _Seen) -> Response:
        operation, parse = protocol.operation(request)
        seen.operation = operation.name
        signer = await caller.identify(self._env, operation, request, self._env.clock.now())
        agent = request.header("user-agent")
        call = api.Call(self._env, operation, signer, seen.request_id, request.peer, agent)
        if len(request.body) > _LARGE:
            await self._env.turns.take(_LARGE_BODIES, len(request.body) // _LARGE)
        try:
            result = await call.run(parse())
        finally:
            seen.pool_id = call.pool_id
        return protocol.answered(operation, result, seen.request_id)

    def _record(self, seen: _Seen, status: int) -> None:
        seconds = self._env.clock.monotonic() - seen.began
        self._metrics.observe(seen.operation, seen.outcome, seconds)
        if self._env.spans:
            self._env.spans.named(seen.operation, seen.pool_id, seen.outcome)
        logs.request(seen.request_id, seen.operation, seen.pool_id, seen.outcome, seconds * 1000, status)
