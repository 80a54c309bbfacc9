"""The pools' pages and OAuth endpoints, as one of the pages of the gateway."""

from poolhouse.context import Env
from poolhouse.errors import OAuthError, PageError
from poolhouse.http.request import HttpRequest
from poolhouse.http.response import Response
from poolhouse.oauth import answers, places
from poolhouse.oauth.checks import Redirected
from poolhouse.oauth.routes import ROUTES
from poolhouse.oauth.visit import Visit


class Hosted:
    def __init__(self, env: Env) -> None:
        self._env = env

    async def page(self, request: HttpRequest) -> Response | None:
        visit = await places.visit(self._env, request)
        if visit is None:
            return None
        methods = ROUTES[visit.path]
        handler = methods.get("GET" if request.method == "HEAD" else request.method)
        if handler is None:
            allowed = ", ".join(methods).encode()
            return Response(405, ((b"allow", allowed), *answers.NO_STORE), b"")
        try:
            return await handler(visit)
        except Redirected as refused:
            return _told(visit, refused)
        except PageError as error:
            return _error_page(visit, error)
        except OAuthError as error:
            return answers.refused(error)


def _told(visit: Visit, refused: Redirected) -> Response:
    found = answers.error_parameters(refused.error, refused.state, visit.issuer)
    return answers.redirect(answers.with_parameters(refused.redirect_uri, found, fragment=refused.fragment))


def _error_page(visit: Visit, error: PageError) -> Response:
    values = {"error": error.error} | ({"client_id": error.client_id} if error.client_id else {})
    return answers.redirect(visit.url("/error", values))
