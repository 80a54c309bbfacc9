"""Forms that only this browser can post: the token of the page is in the cookie too (6.7)."""

import hmac

from poolhouse.errors import FormOutOfDate
from poolhouse.http.parameters import Parameters
from poolhouse.http.response import Headers
from poolhouse.oauth.visit import Visit

COOKIE = "XSRF-TOKEN"
FIELD = "_csrf"


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
    """The form, if this browser got it from us. Raises `FormOutOfDate`."""
    form = visit.form
    value = visit.cookie(COOKIE)
    if not value or not hmac.compare_digest(form.get(FIELD, "").encode(), value.encode()):
        raise FormOutOfDate(client_id=visit.query.get("client_id", ""))
    return form
