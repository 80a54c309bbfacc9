"""The pools' pages and OAuth endpoints, as one of the pages of the gateway: routes, limits, refusals, log."""

from msgspec.structs import replace

from poolhouse.context import Env
from poolhouse.errors import ApiError, InternalError, OAuthError, PageError
from poolhouse.http.request import HttpRequest
from poolhouse.http.response import Response
from poolhouse.oauth import answers, endpoint, error_page, leaving, limits, places, tongues
from poolhouse.oauth.checks import Redirected
from poolhouse.oauth.pages import render
from poolhouse.oauth.routes import COUNTED, ENDPOINTS, ROUTES, Handler
from poolhouse.oauth.visit import Visit
from poolhouse.web import logs, protocols
from poolhouse.web.metrics import Metrics


class Hosted:
    def __init__(self, env: Env, metrics: Metrics) -> None:
        self._env = env
        self._metrics = metrics

    async def page(self, request: HttpRequest) -> Response | None:
        """None where no pool answers at this address."""
        if request.path.startswith(render.STATIC):
            return render.file(request.path.removeprefix(render.STATIC))
        began = self._env.clock.monotonic()
        visit = await places.visit(self._env, request)
        if visit is None:
            return None
        visit = tongues.spoken(visit)
        method = "GET" if request.method == "HEAD" else request.method
        methods = ROUTES[visit.path]
        if method not in methods:
            allowed = ", ".join(methods).encode()
            return Response(405, ((b"allow", allowed), *answers.NO_STORE), b"")
        response, outcome = await self._answered(visit, method, methods[method])
        self._record(visit, method, outcome, response.status, began)
        named = (protocols.REQUEST_ID, visit.request_id.encode())
        return replace(response, headers=(*response.headers, named))

    async def _answered(self, visit: Visit, method: str, handler: Handler) -> tuple[Response, str]:
        """The answer, and "ok" or the name of what was refused."""
        try:
            await self._take(visit, method)
            answer, outcome = await _handled(visit, handler)
            return await leaving.answered(visit, answer), outcome
        except PageError as error:
            return await error_page.shown(visit, error), error.error
        except OAuthError as error:
            return endpoint.refused(visit, error), error.error
        except ApiError as error:
            return await self._refused(visit, error), error.code
        except Exception as error:  # noqa: BLE001 - the last line of defence
            logs.fault(visit.request_id, _name(visit, method), error)
            return await self._refused(visit, InternalError(request_id=visit.request_id)), InternalError.code

    async def _take(self, visit: Visit, method: str) -> None:
        """Count it, and wait for the pool's turn. Raises `TooManyRequests`."""
        await limits.count_page(visit)
        operation = COUNTED.get((method, visit.path))
        if operation is not None:
            await limits.count(visit, operation)
        await visit.env.turns.take(visit.pool.pool_id)

    async def _refused(self, visit: Visit, error: ApiError) -> Response:
        if visit.path in ENDPOINTS:
            return endpoint.failed(visit, error)
        return await error_page.of_api_error(visit, error)

    def _record(self, visit: Visit, method: str, outcome: str, status: int, began: float) -> None:
        seconds = self._env.clock.monotonic() - began
        name = _name(visit, method)
        self._metrics.observe(name, outcome, seconds)
        if self._env.spans:
            self._env.spans.named(name, visit.pool.pool_id, outcome)
        logs.request(visit.request_id, name, visit.pool.pool_id, outcome, seconds * 1000, status)


def _name(visit: Visit, method: str) -> str:
    """As CloudTrail calls it (6.7): Login_GET, Token_POST."""
    last = visit.path.rpartition("/")[2]
    return f"{last[:1].upper()}{last[1:]}_{method}"


async def _handled(visit: Visit, handler: Handler) -> tuple[Response, str]:
    try:
        return await handler(visit), "ok"
    except Redirected as refused:
        return _told(visit, refused), refused.error.error


def _told(visit: Visit, refused: Redirected) -> Response:
    found = answers.error_parameters(refused.error, refused.state, visit.issuer)
    return answers.redirect(answers.with_parameters(refused.redirect_uri, found, fragment=refused.fragment))
