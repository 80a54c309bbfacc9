"""GET /oauth2/authorize: into the pages, to a provider, or back at once (behaviour file, 6.2)."""

from poolhouse.directory import assurance
from poolhouse.directory.clients import Client
from poolhouse.errors import LoginRequired
from poolhouse.http.response import Response
from poolhouse.oauth import answers, browser, checks, federate, finish, pool_rules
from poolhouse.oauth.checks import Authorization
from poolhouse.oauth.visit import Visit
from poolhouse.ports import SECOND
from poolhouse.store.sso_sessions import SsoSession

_ASK_ANYWAY = frozenset({"login", "select_account"})


async def authorize(visit: Visit) -> Response:
    """Nothing is written for a browser that shows no cookie."""
    authorization, client = await checks.authorization(visit)
    session, user = await browser.signed_in(visit)
    if session and user and _is_enough(visit, authorization, client, session):
        return await finish.again(visit, authorization, client, session)
    if "none" in authorization.prompt:
        raise checks.to_app(authorization, LoginRequired())
    provider = federate.chosen(visit, authorization, client)
    if provider is not None:
        return await federate.begin(visit, authorization, client, provider)
    return answers.redirect(visit.url("/login", authorization.query))


def _is_enough(visit: Visit, authorization: Authorization, client: Client, session: SsoSession) -> bool:
    """Need the user not sign in again? `max_age` is in seconds (OpenID Connect Core, section 3.1.2.1)."""
    if authorization.prompt & _ASK_ANYWAY:
        return False
    age = visit.now - session.auth_time
    if age >= client.browser_life or not _is_high_enough(visit, session):
        return False
    return authorization.max_age is None or age <= authorization.max_age * SECOND


def _is_high_enough(visit: Visit, session: SsoSession) -> bool:
    """Does the sign-in reach one of the levels of `acr_values`? Unknown ones are passed over."""
    levels = pool_rules.levels(visit, visit.query.get("acr_values", ""))
    return not levels or min(levels) <= assurance.reached(session.claims)
