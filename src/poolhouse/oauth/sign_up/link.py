"""/confirmUser: where the link in a mail leads (behaviour file, 3.6 and 6.1; UI guide, 7.11).

It confirms by the press of a button: scanners open the links in mails, and must confirm nobody. Whoever has
not the right code gets one answer, so nobody learns whether a user exists.
"""

from typing import Literal, cast, get_args

from msgspec import Struct

from poolhouse.auth import confirmation
from poolhouse.directory.clients import Client
from poolhouse.errors import (
    AliasExists,
    ApiError,
    CodeMismatch,
    ExpiredCode,
    LimitExceeded,
    OAuthError,
    PageError,
    TooManyRequests,
)
from poolhouse.http.response import Response
from poolhouse.oauth import entry, faces, forms, tongues, typed
from poolhouse.oauth.pages.parts import View
from poolhouse.oauth.pages.views import BadLink, ConfirmLink, Done
from poolhouse.oauth.visit import Visit

What = Literal["old", "wrong", "taken", "many", "busy", "failed"]
Confirmed = Literal["confirmed", "already"]

_SAYS: tuple[tuple[type[ApiError], What, int], ...] = (
    (ExpiredCode, "old", 400),
    (CodeMismatch, "wrong", 400),
    (AliasExists, "taken", 400),
    (LimitExceeded, "many", 429),
    (TooManyRequests, "busy", 429),
)
_STATUS = {what: 429 if what in ("many", "busy") else 400 for what in get_args(What)}


class _Link(Struct, frozen=True):
    client: Client
    username: str
    code: str


async def page(visit: Visit) -> Response:
    """Nothing is looked up of the user."""
    link = await _followed(visit)
    if link is None:
        return await _bad(visit, "wrong", 400)
    return await faces.shown(visit, ConfirmLink(), client=link.client, query=visit.request.query)


async def post(visit: Visit) -> Response:
    """Raises `FormOutOfDate`."""
    form = forms.posted(visit)
    link = await _followed(visit)
    if tongues.changed(form):
        return await _in_another_language(visit, link, form.get(tongues.SHOWN, ""))
    if link is None:
        return await _bad(visit, "wrong", 400)
    try:
        first = await confirmation.by_link(visit.ctx("ConfirmSignUp", link.client), link.username, link.code)
    except ApiError as error:
        what, status = _told(error)
        return await _bad(visit, what, status, link.client)
    return await _done(visit, link.client, "confirmed" if first else "already")


async def _in_another_language(visit: Visit, link: _Link | None, shown: str) -> Response:
    """The page that was shown last. It says what is true of no user: whoever writes it reads it."""
    client = link.client if link else None
    if client and shown in get_args(Confirmed):
        return await _done(visit, client, cast(Confirmed, shown))
    known = cast(What, shown) if shown in get_args(What) else "wrong"
    return await _bad(visit, known, _STATUS[known], client)


async def _followed(visit: Visit) -> _Link | None:
    """What the link says; None where it cannot be one of ours."""
    try:
        given = visit.query
        client = await visit.client(given.get("client_id", ""))
    except (OAuthError, PageError):
        return None
    username, code = given.get("user_name", ""), given.get("confirmation_code", "")
    members = {"ClientId": client.client_id, "Username": username, "ConfirmationCode": code}
    if not typed.fits("ConfirmSignUp", **members):
        return None
    return _Link(client, username, code)


def _told(error: ApiError) -> tuple[What, int]:
    for kind, what, status in _SAYS:
        if isinstance(error, kind):
            return what, status
    return "failed", 400


async def _done(visit: Visit, client: Client, what: Confirmed) -> Response:
    view = Done(what=what, to=entry.address(visit, client))
    return await _shown(visit, view, what, client)


async def _bad(visit: Visit, what: What, status: int, client: Client | None = None) -> Response:
    view = BadLink(what=what, to=entry.address(visit, client) if client else "")
    return await _shown(visit, view, what, client, status)


async def _shown(visit: Visit, view: View, what: str, client: Client | None, status: int = 200) -> Response:
    hidden = ((tongues.SHOWN, what),)
    query = visit.request.query
    return await faces.shown(visit, view, client=client, status=status, query=query, hidden=hidden)
