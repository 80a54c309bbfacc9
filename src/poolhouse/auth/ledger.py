"""The one ledger of tries, shared by every flow and every worker (behaviour file, 7.1)."""

import asyncio
from collections.abc import Awaitable, Callable

from poolhouse.context import Ctx
from poolhouse.errors import LockedOut
from poolhouse.ports import SECOND, Instant, Tx
from poolhouse.store import attempts

_IN_FLIGHT: Instant = SECOND  # a try that began so lately may still turn out right
_PAUSES = 10
_PAUSE = 0.03  # seconds


async def counted(ctx: Ctx, principal: str) -> None:
    """Count one try, before the secret is compared. Raises `LockedOut` while the principal is locked.

    Tries in flight are counted before they are known to be right, so a program that signs one user in
    many times at once would lock itself out. A try that meets a lock as young as that waits a moment:
    a right one in flight takes the lock away. Never are more tries compared than the free ones.
    """
    await _waited_for(ctx, principal, _begun)


async def refuse_locked(ctx: Ctx, principal: str) -> None:
    """Raise `LockedOut` while the principal is locked, where nothing is compared yet: before the pool's
    functions are asked. Counts nothing, and so takes nothing back: whoever has proven nothing must not be
    able to lift a lock.
    """
    await _waited_for(ctx, principal, _free)


async def _waited_for(ctx: Ctx, principal: str, passes: Callable[[Ctx, str], Awaitable[bool]]) -> None:
    for _ in range(_PAUSES):
        if await passes(ctx, principal):
            return
        if not await _in_flight(ctx, principal):
            break
        await asyncio.sleep(_PAUSE)
    ctx.env.count("lockouts")
    raise LockedOut


async def _begun(ctx: Ctx, principal: str) -> bool:
    async def begin(tx: Tx) -> bool:
        return await attempts.begin(tx, ctx, principal) is None

    return await ctx.env.db.run_singly(begin, durable=False)


async def _free(ctx: Ctx, principal: str) -> bool:
    async def look(tx: Tx) -> bool:
        return not await attempts.locked(tx, ctx, principal)

    return await ctx.env.db.read(look)


async def _in_flight(ctx: Ctx, principal: str) -> bool:
    async def last(tx: Tx) -> Instant | None:
        return await attempts.last_try(tx, ctx, principal)

    began = await ctx.env.db.read(last)
    return began is None or ctx.env.clock.now() - began < _IN_FLIGHT


async def taken_back(ctx: Ctx, principal: str) -> None:
    """The try was right, but the sign-in is not done: what was wrong before goes on counting.

    Else whoever knows the password could guess at the second factor for ever, five tries at a time.
    """

    async def take_back(tx: Tx) -> None:
        await attempts.take_back(tx, ctx, principal)

    await ctx.env.db.run_singly(take_back, durable=False)


async def cleared(ctx: Ctx, principal: str) -> None:
    """Forget the tries of somebody who has just signed in."""

    async def clear(tx: Tx) -> None:
        await attempts.clear(tx, ctx, principal)

    await ctx.env.db.run_singly(clear, durable=False)
