"""Somebody says of a sign-in whether it was the user (behaviour file, 1.16)."""

from poolhouse.context import Ctx
from poolhouse.delivery import feedback_tokens
from poolhouse.directory.events import Event
from poolhouse.directory.users import User
from poolhouse.errors import AddOnNotEnabled, EventNotFound, InvalidFeedbackToken, UserNotFound
from poolhouse.ports import Tx
from poolhouse.store import event_feedback, events, users
from poolhouse.store.event_feedback import Feedback

ADMIN, USER = "Admin", "User"  # `Provider` of EventFeedbackType [K]


def check_enabled(ctx: Ctx) -> None:
    """Raises `AddOnNotEnabled` where the pool has no threat protection."""
    if not ctx.pool.protection.on:
        raise AddOnNotEnabled(pool_id=ctx.pool.pool_id)


async def by_admin(tx: Tx, ctx: Ctx, user: User, event_id: str, value: str) -> None:
    """Raises `EventNotFound`."""
    await _put(tx, ctx, await _event(tx, ctx, user.sub, event_id), Feedback(value, ADMIN, ctx.now))


async def by_token(tx: Tx, ctx: Ctx, token: str, value: str, *, name: str = "", event_id: str = "") -> None:
    """
    name, event_id  what the caller says that the token is about; empty: nothing

    Raises `InvalidFeedbackToken`, also where it is about something else, so that it tells nobody who exists;
    `UserNotFound` where its own user is gone, and `EventNotFound`.
    """
    event = await told_by(tx, ctx, token)
    if event_id and event_id != event.event_id:
        raise InvalidFeedbackToken
    named = await users.by_any_name(tx, ctx.pool, name) if name else None
    if name and (named is None or named.sub != event.sub):
        raise InvalidFeedbackToken
    await _put(tx, ctx, event, Feedback(value, USER, ctx.now))


async def told_by(tx: Tx, ctx: Ctx, token: str) -> Event:
    """The event that a token is about. Raises as `by_token` does."""
    about = feedback_tokens.open_token(ctx.keys, ctx.pool.pool_id, ctx.now, token)
    if await users.by_sub(tx, ctx.pool.pool_id, about.sub) is None:
        raise UserNotFound
    return await _event(tx, ctx, about.sub, about.event_id)


async def _event(tx: Tx, ctx: Ctx, sub: str, event_id: str) -> Event:
    found = await events.get(tx, ctx.pool.pool_id, sub, event_id)
    if found is None:
        raise EventNotFound
    return found


async def _put(tx: Tx, ctx: Ctx, event: Event, feedback: Feedback) -> None:
    await event_feedback.put(tx, event.pool_id, event.sub, event.attempt_id, feedback)
