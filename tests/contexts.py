"""A `Ctx` for tests of what lies below the operations."""

from poolhouse.context import Ctx, Env
from poolhouse.store import snapshots
from tests.pool_parts import POOL


async def context(env: Env, pool_id: str = POOL) -> Ctx:
    """A request to this pool, now."""
    return Ctx(
        env=env,
        request_id=env.rng.uuid(),
        operation="Test",
        region="us-east-1",
        now=env.clock.now(),
        snapshot=await snapshots.of_pool(env, pool_id),
    )
