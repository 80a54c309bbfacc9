"""Every attempt becomes an event, whatever comes of it (directory/events.py; behaviour file, 7.2)."""

from collections.abc import Awaitable, Callable, Iterator
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from poolhouse.context import Ctx, Trail
from poolhouse.directory import events, log_delivery, log_entries
from poolhouse.directory.events import Event, Note
from poolhouse.errors import ApiError
from poolhouse.ports import Tx
from poolhouse.store import events as stored
from poolhouse.store import log_outbox
from poolhouse.trail import surroundings

P = ParamSpec("P")
R = TypeVar("R")

_Work = Callable[Concatenate[Ctx, P], Awaitable[R]]


def recorded(kind: str) -> Callable[[_Work[P, R]], _Work[P, R]]:
    """Decorates what somebody tries. Its event is in the store before anybody learns how the attempt ended.

    A first question, to which nothing was answered yet, is no attempt and leaves no event.
    """

    def around(work: _Work[P, R]) -> _Work[P, R]:
        @wraps(work)
        async def run(ctx: Ctx, /, *args: P.args, **kwargs: P.kwargs) -> R:
            trail = ctx.trail
            trail.kind, trail.began, trail.kept = kind, ctx.env.clock.monotonic(), False
            try:
                result = await work(ctx, *args, **kwargs)
            except ApiError as error:
                await _keep(ctx, _event(ctx, events.FAIL, error))
                raise
            waits = isinstance(result, dict) and "ChallengeName" in result
            if not trail.kept and (not waits or trail.answered):
                response = events.IN_PROGRESS if waits else events.PASS
                await _keep(ctx, _event(ctx, response, asked=_asked(result)))
            return result

        return run

    return around


async def keep_passed(tx: Tx, ctx: Ctx) -> None:
    """Keep the event of a sign-in that ends well with what makes it good; then it is `kept`.

    Saves it a transaction of its own. Where statements commit each on its own, it comes after what makes the
    sign-in good, and before anybody learns of it. Its id must be known by now: all of it may run again.
    """
    if ctx.trail.kind:
        await _add(tx, ctx, _event(ctx, events.PASS))


def _asked(result: Any) -> str:
    return str(result.get("ChallengeName", "")) if isinstance(result, dict) else ""


def _event(ctx: Ctx, response: str, error: ApiError | None = None, asked: str = "") -> Event:
    trail = ctx.trail
    event_id = trail.event_id or ctx.env.rng.uuid()
    return Event(
        pool_id=ctx.pool.pool_id,
        sub=trail.sub,
        event_id=event_id,
        attempt_id=trail.attempt_id or event_id,
        request_id=ctx.request_id,
        kind=trail.kind,
        response=response,
        at=ctx.now,
        operation=ctx.operation,
        client_id=ctx.app_client.client_id if ctx.app_client else "",
        username=trail.username,
        flow=trail.flow,
        rule=trail.rule or _rule(error, asked),
        error=error.code if error else "",
        provider=trail.provider,
        seen=surroundings.seen(ctx),
        risk=trail.risk,
        challenges=trail.challenges + ((trail.answering, "Failure"),) * bool(error and trail.answering),
        trail=(*trail.notes, *_limits(trail), *_refusal(error)),
        milliseconds=round((ctx.env.clock.monotonic() - trail.began) * 1000, 1),
    )


def _rule(error: ApiError | None, asked: str) -> str:
    if error is not None:
        return type(error).__name__
    return f"asks {asked}" if asked else "done"


def _limits(trail: Trail) -> Iterator[Note]:
    for name, (used, most) in trail.limits.items():
        yield Note("limit", {"name": name, "used": used, "of": most})


def _refusal(error: ApiError | None) -> tuple[Note, ...]:
    return (Note("refusal", {"class": type(error).__name__, "code": error.code}),) if error else ()


async def _keep(ctx: Ctx, event: Event) -> None:
    async def add(tx: Tx) -> None:
        await _add(tx, ctx, event)

    await ctx.env.db.run_singly(add, durable=False)


async def _add(tx: Tx, ctx: Ctx, event: Event) -> None:
    if log_delivery.AUTH_EVENTS in ctx.pool.logs:
        await log_outbox.put(tx, event.pool_id, log_entries.of_event(event))
    await stored.add(tx, event)
