"""How many users a pool may have (behaviour file, 8.2)."""

from poolhouse.context import Ctx
from poolhouse.directory import resource_quotas
from poolhouse.errors import PoolFull
from poolhouse.ports import Tx
from poolhouse.store import counters

COUNTER = "users"


def most(ctx: Ctx) -> int:
    return resource_quotas.of(ctx.env.settings, resource_quotas.USERS)


async def room(tx: Tx, ctx: Ctx) -> int:
    """How many more; less than 0 where the quota was lowered."""
    return most(ctx) - await counters.total(tx, ctx.pool.pool_id, COUNTER)


async def check(tx: Tx, ctx: Ctx) -> None:
    """After a user was added. Raises `PoolFull`."""
    if await room(tx, ctx) < 0:
        raise PoolFull(most=most(ctx))
