"""GET /oauth2/authorize: into the pages, to a provider, or back at once (behaviour file, 6.2)."""

from poolhouse.errors import LoginRequired
from poolhouse.http.response import Response
from poolhouse.oauth import answers, browser, checks, finish
from poolhouse.oauth.checks import Redirected
from poolhouse.oauth.visit import Visit

_ASK_ANYWAY = frozenset({"login", "select_account", "consent"})


async def authorize(visit: Visit) -> Response:
    """Nothing is written for a browser that shows no cookie."""
    authorization, client = await checks.authorization(visit)
    session, user = await browser.signed_in(visit)
    if session and user and not authorization.prompt & _ASK_ANYWAY:
        return await finish.again(visit, authorization, client, session)
    if "none" in authorization.prompt:
        fragment = authorization.response_type == "token"
        raise Redirected(LoginRequired(), authorization.redirect_uri, authorization.state, fragment=fragment)
    return answers.redirect(visit.url("/login", authorization.query))
