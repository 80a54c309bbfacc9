"""/eventFeedback: where the links of a mail about a sign-in lead (behaviour file, 7.2). The page is ours.

It acts on the press of a button: scanners open the links in mails, and must say nothing of anybody (ADR 14).
Whoever has no token that is good gets one answer, so nobody learns who exists.
"""

from datetime import UTC, datetime
from typing import Literal

from msgspec import Struct

from poolhouse.auth import event_feedback
from poolhouse.directory.clients import Client
from poolhouse.directory.events import Event
from poolhouse.errors import ApiError, OAuthError, PagesUnavailable, UnknownClientOnPage
from poolhouse.http.response import Response
from poolhouse.oauth import entry, faces, forms, tongues
from poolhouse.oauth.pages.parts import View
from poolhouse.oauth.pages.views import BadLink, Done, WasItYou
from poolhouse.oauth.recovery import forgot
from poolhouse.oauth.visit import Visit
from poolhouse.ports import SECOND, Tx
from poolhouse.store.event_feedback import INVALID, VALID

OPERATION = "UpdateAuthEventFeedback"

Answer = Literal["Valid", "Invalid"]

_TOO_LATE = "too_late"  # in `tongues.SHOWN`, beside the answers


class _Link(Struct, frozen=True):
    """`client` is for the look of the page alone; None: none is named, or it is gone."""

    client: Client | None = None
    token: str = ""
    answer: Answer = "Invalid"


async def page(visit: Visit) -> Response:
    """What sign-in it was, and the two buttons."""
    link = await _followed(visit)
    ctx = visit.ctx(OPERATION, link.client)

    async def read(tx: Tx) -> Event:
        return await event_feedback.told_by(tx, ctx, link.token)

    try:
        event_feedback.check_enabled(ctx)
        event = await ctx.env.db.read(read)
    except ApiError:
        return await _shown(visit, link, _TOO_LATE)
    return await _answered(visit, link, _question(event, link.answer))


async def post(visit: Visit) -> Response:
    """Raises `FormOutOfDate`."""
    form = forms.posted(visit)
    link = await _followed(visit)
    if tongues.changed(form):
        return await _shown(visit, link, form.get(tongues.SHOWN, ""))
    answer = _read(form.get("answer", ""))
    ctx = visit.ctx(OPERATION, link.client)

    async def write(tx: Tx) -> None:
        await event_feedback.by_token(tx, ctx, link.token, answer)

    try:
        event_feedback.check_enabled(ctx)
        await ctx.env.db.run(write)
    except ApiError:
        return await _shown(visit, link, _TOO_LATE)
    return await _shown(visit, link, answer)


async def _followed(visit: Visit) -> _Link:
    """What the link says. One that says nothing is followed by nobody who has the mail."""
    try:
        given = visit.query
    except OAuthError:
        return _Link()
    try:
        client = await visit.client(given["client_id"]) if "client_id" in given else None
    except UnknownClientOnPage:
        client = None
    return _Link(client, given.get("token", ""), _read(given.get("value", "")))


def _read(text: str) -> Answer:
    """What cannot be read makes nobody trusted."""
    return "Valid" if text == VALID else "Invalid"


def _question(event: Event, answer: Answer) -> View:
    seen = event.seen
    return WasItYou(
        mine=answer == VALID,
        time=f"{datetime.fromtimestamp(event.at // SECOND, UTC):%Y-%m-%d %H:%M:%S} UTC",
        place=", ".join(filter(None, (seen.city, seen.country))),
        address=seen.address,
        device=seen.device_name,
    )


async def _shown(visit: Visit, link: _Link, what: str) -> Response:
    """The page after the answer, by `what`: an answer, or that there is nothing to answer any more."""
    hidden = ((tongues.SHOWN, what),)
    if what == VALID:
        return await _answered(visit, link, Done(what="valid"), hidden)
    if what == INVALID:
        return await _answered(visit, link, Done(what="invalid", to=_reset(visit, link.client)), hidden)
    return await _answered(visit, link, BadLink(what="feedback"), hidden, 400)


def _reset(visit: Visit, client: Client | None) -> str:
    """Where a new password is chosen; empty: not on a page that is known."""
    return entry.address(visit, client, forgot.PATH) if client else ""


async def _answered(
    visit: Visit, link: _Link, view: View, hidden: tuple[tuple[str, str], ...] = (), status: int = 200
) -> Response:
    query = visit.request.query
    try:
        return await faces.shown(visit, view, client=link.client, status=status, query=query, hidden=hidden)
    except PagesUnavailable:  # the app has pages of its own, and the mail is ours
        return await faces.shown(visit, view, status=status, query=query, hidden=hidden)
