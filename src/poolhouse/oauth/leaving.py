"""From a form of ours to another site: in a browser by way of a page, which leads on by itself (ADR 28).

Browsers hold every redirect that follows a form to the policy of the form's page (CSP 3, `form-action`). It
names the app, but nobody knows where the app sends the browser next. A page ends that: no form leads further.
"""

from urllib.parse import urlsplit

from poolhouse.http.response import Response
from poolhouse.oauth import faces
from poolhouse.oauth.pages.endings import Leaving
from poolhouse.oauth.visit import Visit

_WEB = frozenset({"http", "https"})

# Pages that posts are redirected to. Our other addresses lead on to an app or a provider.
_OUR_PAGES = frozenset(
    {
        "/confirm",
        "/confirmForgotPassword",
        "/consent",
        "/error",
        "/forgotPassword",
        "/passkeys/add",
    }
)


async def answered(visit: Visit, answer: Response) -> Response:
    """The answer; or the page in place of a redirect, with that redirect's address and its cookies."""
    address = dict(answer.headers).get(b"location", b"").decode()
    if not (_is_browser_with_a_form(visit) and _leaves(visit, address)):
        return answer
    named = visit.query.get("client_id")
    client = await visit.client(named) if named else None
    cookies = tuple(header for header in answer.headers if header[0] == b"set-cookie")
    return await faces.shown(visit, Leaving(to=address), client=client, headers=cookies)


def _is_browser_with_a_form(visit: Visit) -> bool:
    """Does the browser itself say so (Fetch Metadata, 2)? All others get the redirect, as from Cognito.

    What a page of another site posts, a SAML response say, is held to that page's policy and not to ours.
    """
    header = visit.request.header
    navigates = header("sec-fetch-mode") == "navigate" and header("sec-fetch-site") == "same-origin"
    return visit.request.method == "POST" and navigates


def _leaves(visit: Visit, address: str) -> bool:
    """Does it lead out of our pages? An app on the device (`shop://signed-in`) is the end of its way, and
    browsers may open one only after a click, which a redirect after a form still is.
    """
    path = address.partition("?")[0].removeprefix(visit.base)
    return urlsplit(address).scheme in _WEB and path not in _OUR_PAGES
