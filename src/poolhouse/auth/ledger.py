"""The one ledger of tries, shared by every flow and every worker (behaviour file, 7.1)."""

from poolhouse.context import Ctx
from poolhouse.errors import LockedOut
from poolhouse.ports import Tx
from poolhouse.store import attempts


async def counted(ctx: Ctx, principal: str) -> None:
    """Count one try, before the secret is compared. Raises `LockedOut` while the principal is locked."""

    async def begin(tx: Tx) -> None:
        refused = await attempts.begin(tx, ctx, principal)
        if refused:
            raise refused

    try:
        await ctx.env.db.run_one(begin)
    except LockedOut:
        ctx.env.count("lockouts")
        raise


async def cleared(ctx: Ctx, principal: str) -> None:
    """Forget the tries of somebody who has just proven the secret."""

    async def clear(tx: Tx) -> None:
        await attempts.clear(tx, ctx, principal)

    await ctx.env.db.run_one(clear)
