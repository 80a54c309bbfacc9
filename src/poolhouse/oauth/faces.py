"""Whose page it is: from a visit and an app client to what every page of it needs (oauth/pages/face.py)."""

from typing import Literal
from urllib.parse import urlsplit

from poolhouse.directory.clients import Client
from poolhouse.errors import OAuthError, PagesUnavailable
from poolhouse.http import parameters
from poolhouse.http.parameters import Parameters
from poolhouse.http.response import Headers, Response
from poolhouse.oauth import branding, forms
from poolhouse.oauth.branding import Shown
from poolhouse.oauth.checks import Authorization
from poolhouse.oauth.pages import language, render
from poolhouse.oauth.pages.endings import Error, Leaving, Onward, SignedOut
from poolhouse.oauth.pages.face import Brand, Face, Hidden
from poolhouse.oauth.pages.parts import View
from poolhouse.oauth.visit import Visit

LANGUAGE_COOKIE = "lang"
_YEAR = 365 * 24 * 3_600  # seconds


async def shown(
    visit: Visit,
    view: View,
    *,
    client: Client | None = None,
    authorization: Authorization | None = None,
    status: int = 200,
    path: str = "",
    query: str = "",
    hidden: Hidden = (),
    targets: tuple[str, ...] = (),
    headers: Headers = (),
) -> Response:
    """The page as an answer, its form bound to this browser.

    client   whose name and look it has; None where none is known
    path     where its forms are posted; "": to the path of the visit
    query    what its addresses carry, where there is no authorization
    hidden   further fields of every form, such as the state of a sign-in
    targets  where its posts may lead beside our origin and the app's: addresses of providers

    Raises `PagesUnavailable` where managed login has no style for the client; an error is told all the same.
    """
    lang, remembered = _language(visit)
    look = await _look(visit, client, lang)
    if client and not look.available and not isinstance(view, Error):
        raise PagesUnavailable(client_id=client.client_id)
    csrf, bound = forms.token(visit)
    app_address = (authorization.redirect_uri,) if authorization else ()
    face = Face(
        app=client.name if client else "",
        base=urlsplit(visit.base).path,
        path=path or visit.path,
        query=authorization.query if authorization else query,
        lang=lang,
        menu=_menu(visit, view),
        csrf=csrf,
        hidden=hidden,
        targets=tuple(dict.fromkeys(render.target(address) for address in (*app_address, *targets))),
        brand=look.brand,
        terms=look.terms,
        privacy=look.privacy,
    )
    page = render.page(face, view, status)
    return Response(page.status, (*page.headers, *bound, *remembered, *headers), page.body)


def _menu(visit: Visit, view: View) -> Literal["links", "buttons", ""]:
    """What a post was answered with cannot be asked for by GET, and where a visit ends by no post either."""
    if visit.request.method in ("GET", "HEAD"):
        return "links"
    return "" if isinstance(view, Error | Leaving | Onward | SignedOut) else "buttons"


async def _look(visit: Visit, client: Client | None, lang: str) -> Shown:
    if client is None:
        return Shown(Brand())
    return await branding.shown(visit.env, visit.snapshot, visit.base, client.client_id, lang)


def _language(visit: Visit) -> tuple[str, Headers]:
    """What the visit asks for; a choice is remembered."""
    given = _given(visit)
    lang = language.chosen(
        given.get("lang", ""),
        given.get("ui_locales", ""),
        visit.cookie(LANGUAGE_COOKIE),
        visit.request.header("accept-language"),
    )
    if "lang" not in given or visit.cookie(LANGUAGE_COOKIE) == lang:
        return lang, ()
    return lang, visit.set_cookie(LANGUAGE_COOKIE, lang, _YEAR)


def _given(visit: Visit) -> Parameters:
    """Also a page that says that the query cannot be read is in some language."""
    try:
        return visit.query
    except OAuthError:
        return parameters.NONE
