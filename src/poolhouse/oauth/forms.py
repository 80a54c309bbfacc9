"""Forms that only this browser can post: the token of the page is in the cookie too (6.7)."""

import hmac
from urllib.parse import urlsplit

from poolhouse.errors import FormOutOfDate
from poolhouse.http.parameters import Parameters
from poolhouse.http.response import Headers
from poolhouse.oauth.visit import Visit

COOKIE = "XSRF-TOKEN"
FIELD = "_csrf"

_OUR_SITES = frozenset({"", "same-origin", "none"})  # Sec-Fetch-Site; none: the person did it (a reload)


def token(visit: Visit) -> tuple[str, Headers]:
    """The value of the hidden field `_csrf`, and the header that binds it to the browser.

    A browser keeps its token, so that two pages of it can be open at once.
    """
    value = visit.cookie(COOKIE)
    if value:
        return value, ()
    value = visit.env.rng.uuid()
    return value, visit.set_cookie(COOKIE, value)


def posted(visit: Visit) -> Parameters:
    """The form, if this browser got it from us and posts it from our page. Raises `FormOutOfDate`."""
    form = visit.form
    value = visit.cookie(COOKIE)
    right = hmac.compare_digest(form.get(FIELD, "").encode(), value.encode())
    if not value or not right or not _from_here(visit):
        raise FormOutOfDate(client_id=visit.query.get("client_id", ""))
    return form


def _from_here(visit: Visit) -> bool:
    """Does the browser say that a page of ours posts it?

    Older browsers say nothing, and our pages, which send no referrer, post with the origin `null` (Fetch,
    3.2); then the token alone decides.
    """
    header = visit.request.header
    if header("sec-fetch-site") not in _OUR_SITES:
        return False
    origin = header("origin")
    if origin in ("", "null"):
        return True
    parts = urlsplit(origin)
    return parts.netloc in (header("host"), urlsplit(visit.base).netloc)
