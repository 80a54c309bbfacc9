"""Sessions of a sign-in under way that may be answered once: every answer to them is another attempt."""

from poolhouse.context import Ctx
from poolhouse.ports import Instant, Statement, Tx

_SPEND = Statement("""
    INSERT INTO spent_sessions (pool_id, session_id, expires_at)
    VALUES (:pool_id, :session_id, :expires_at)
    ON CONFLICT (pool_id, session_id) DO NOTHING
 RETURNING session_id
""")


async def spend(tx: Tx, ctx: Ctx, family_id: str, rounds: int) -> bool:
    """Use up the session of this round of a sign-in. True for exactly one of all who show it."""
    expires_at = ctx.now + ctx.client.session_validity
    return await spend_once(tx, ctx.pool.pool_id, f"{family_id}:{rounds}", expires_at)


async def spend_once(tx: Tx, pool_id: str, session_id: str, expires_at: Instant) -> bool:
    """Use up whatever has this id and is worth nothing after `expires_at`. True for exactly one."""
    spent = await tx.one(_SPEND, pool_id=pool_id, session_id=session_id, expires_at=expires_at)
    return spent is not None
