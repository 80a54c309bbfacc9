"""What users tried, and what is said of it (behaviour file, 1.16 and 7.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from poolhouse.auth import event_feedback as feedback
from poolhouse.auth import lookup
from poolhouse.context import Ctx
from poolhouse.directory.events import Event, Risk, Seen
from poolhouse.ports import Instant, Tx
from poolhouse.store import event_feedback, events, paging
from poolhouse.store.event_feedback import Feedback
from poolhouse.wire.operations import operation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from poolhouse.wire.models.cognito_idp import (
        AdminListUserAuthEventsRequest,
        AdminUpdateAuthEventFeedbackRequest,
        UpdateAuthEventFeedbackRequest,
    )

    Place = tuple[Instant, str]  # of an event in the listing: when, and its id
    Page = tuple[list[tuple[Event, Place]], Mapping[str, Feedback]]

Response = dict[str, Any]

_USUAL_PAGE = 60
_NEWEST: Place = (2**62, "")
_LEVELS = {"LOW": "Low", "MEDIUM": "Medium", "HIGH": "High"}  # RiskLevelType


@operation("AdminListUserAuthEvents")
async def admin_list_user_auth_events(ctx: Ctx, req: AdminListUserAuthEventsRequest) -> Response:
    """A user's attempts, newest first. Of a sign-in of several requests the last one stands for all.

    MaxResults 0 counts as left out [K]: a page of nothing would have no next one.
    """
    feedback.check_enabled(ctx)
    size = req.get("MaxResults") or _USUAL_PAGE

    async def read(tx: Tx) -> tuple[str, Page]:
        user = await lookup.for_admin(tx, ctx, req["Username"])
        listing = f"auth-events|{ctx.pool.pool_id}|{user.sub}"
        before = _place(ctx, listing, req.get("NextToken"))
        return listing, await _page(tx, ctx.pool.pool_id, user.sub, before, size + 1)

    listing, (found, said) = await ctx.env.db.read(read)
    answer: Response = {
        "AuthEvents": [_described(event, said.get(event.attempt_id)) for event, _ in found[:size]]
    }
    if len(found) > size:
        last = found[size - 1][1]
        answer["NextToken"] = paging.seal(ctx.keys.session, ctx.env.rng, ctx.now, listing, last)
    return answer


def _place(ctx: Ctx, listing: str, token: str | None) -> Place:
    """Before which event the page begins."""
    if token is None:
        return _NEWEST
    at, event_id = paging.open_token(ctx.keys.session, ctx.now, listing, token)
    return int(at), str(event_id)


async def _page(tx: Tx, pool_id: str, sub: str, before: Place, most: int) -> Page:
    found = await events.page(tx, pool_id, sub, before, most)
    oldest = min((event.at for event, _ in found), default=0)
    return found, await event_feedback.of_user(tx, pool_id, sub, oldest) if found else {}


@operation("AdminUpdateAuthEventFeedback")
async def admin_update_auth_event_feedback(ctx: Ctx, req: AdminUpdateAuthEventFeedbackRequest) -> Response:
    """An administrator says whether it was the user."""
    feedback.check_enabled(ctx)

    async def write(tx: Tx) -> None:
        user = await lookup.for_admin(tx, ctx, req["Username"])
        await feedback.by_admin(tx, ctx, user, req["EventId"], req["FeedbackValue"])

    await ctx.env.db.run(write)
    return {}


@operation("UpdateAuthEventFeedback")
async def update_auth_event_feedback(ctx: Ctx, req: UpdateAuthEventFeedbackRequest) -> Response:
    """Whoever has the mail says whether it was them."""
    feedback.check_enabled(ctx)

    async def write(tx: Tx) -> None:
        about = {"name": req["Username"], "event_id": req["EventId"]}
        await feedback.by_token(tx, ctx, req["FeedbackToken"], req["FeedbackValue"], **about)

    await ctx.env.db.run(write)
    return {}


def _described(event: Event, said: Feedback | None) -> Response:
    """AuthEventType."""
    shown: Response = {
        "EventId": event.event_id,
        "EventType": event.kind,
        "CreationDate": event.at,
        "EventResponse": event.response,
        "EventRisk": _risk(event.risk or Risk()),
        "ChallengeResponses": [
            {"ChallengeName": name, "ChallengeResponse": result} for name, result in event.challenges
        ],
        "EventContextData": _context(event.seen),
    }
    if said:
        shown["EventFeedback"] = {
            "FeedbackValue": said.value,
            "Provider": said.provider,
            "FeedbackDate": said.at,
        }
    return shown


def _risk(risk: Risk) -> Response:
    """EventRiskType; without a level there is none to show."""
    level = {"RiskLevel": _LEVELS[risk.level]} if risk.level else {}
    return {"RiskDecision": risk.decision, **level, "CompromisedCredentialsDetected": risk.compromised}


def _context(seen: Seen) -> Response:
    """EventContextDataType: what is known of it."""
    members = {
        "IpAddress": seen.address,
        "DeviceName": seen.device_name,
        "Timezone": seen.timezone,
        "City": seen.city,
        "Country": seen.country,
    }
    return {member: value for member, value in members.items() if value}
