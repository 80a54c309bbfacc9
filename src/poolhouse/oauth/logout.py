"""GET /logout: the browser is signed out, then sent to a registered address or to the sign-in page (6.7).

Refresh tokens stay good, and so do sessions at OIDC and social providers; those at SAML providers are ended
where IDPSignout says so.
"""

from poolhouse.directory.clients import Client
from poolhouse.errors import RedirectMismatch
from poolhouse.http.parameters import Parameters
from poolhouse.http.response import Headers, Response
from poolhouse.oauth import answers, browser, faces, saml
from poolhouse.oauth.pages.endings import SignedOut
from poolhouse.oauth.visit import Visit
from poolhouse.store.sso_sessions import SsoSession


async def logout(visit: Visit) -> Response:
    """Signed out whatever else is wrong with the request: whoever asks for it wants that.

    An app client without an address to go to ends at /login, which says what is missing (6.7). Who names no
    client comes from no app: there is a page of ours, where Cognito ends in an error too (UI guide, 7.15).
    """
    given = visit.query
    session, cookie = await browser.signed_out(visit)
    if "client_id" not in given:
        return await faces.shown(visit, SignedOut(), headers=cookie)
    client = await visit.client(given["client_id"])
    if "logout_uri" in given:
        return await _onward(visit, session, _app(client, given), cookie)
    if "redirect_uri" in given:
        return await _onward(visit, session, _sign_in(visit, client, given), cookie)
    return await _onward(visit, session, visit.url("/login", given), cookie)


async def _onward(visit: Visit, session: SsoSession | None, address: str, cookie: Headers) -> Response:
    """To the address; by way of the SAML provider that the browser came from, if that wants to be told."""
    away = await saml.leave_to_sign_out(visit, session.federated, address, cookie) if session else None
    return away or answers.redirect(address, cookie)


def _app(client: Client, given: Parameters) -> str:
    if given["logout_uri"] not in client.logout_urls:
        raise RedirectMismatch(client_id=client.client_id)
    return given["logout_uri"]


def _sign_in(visit: Visit, client: Client, given: Parameters) -> str:
    """With every scope of the client where none is asked for [D23]. /login checks the rest."""
    asked = {name: value for name, value in given.items() if name != "logout_uri"}
    if "scope" not in asked:
        asked["scope"] = " ".join(client.scopes)
    return visit.url("/login", asked)
