"""The secrets of authenticator apps: sealed, a new one PENDING until a code proves that the app has it."""

from collections.abc import Mapping
from typing import Any

from poolhouse.context import Ctx
from poolhouse.crypto import totp
from poolhouse.ports import HOUR, Statement, Tx

PENDING = "PENDING"
VERIFIED = "VERIFIED"

_PUT = Statement("""
    INSERT INTO software_tokens (pool_id, sub, state, sealed, name, last_step, created_at)
    VALUES (:pool_id, :sub, 'PENDING', :sealed, '', 0, :now)
    ON CONFLICT (pool_id, sub, state) DO UPDATE SET sealed = excluded.sealed, created_at = excluded.created_at
""")
_FIND = Statement("""
    SELECT sealed, name FROM software_tokens WHERE pool_id = :pool_id AND sub = :sub AND state = :state
""")
_DROP_OLD = Statement("""
    DELETE FROM software_tokens
     WHERE pool_id = :pool_id AND sub = :sub AND state = 'VERIFIED' AND sealed <> :sealed
""")
_VERIFY = Statement("""
    UPDATE software_tokens SET state = 'VERIFIED', name = :name, last_step = :step
     WHERE pool_id = :pool_id AND sub = :sub AND state = 'PENDING' AND sealed = :sealed
 RETURNING sub
""")
_IS_VERIFIED = Statement("""
    SELECT sub FROM software_tokens
     WHERE pool_id = :pool_id AND sub = :sub AND state = 'VERIFIED' AND sealed = :sealed
""")
# A step from the far future was used before the clock was moved back (`poolhouse dev`): it must not shut
# the user out.
_USE = Statement("""
    UPDATE software_tokens SET last_step = :step
     WHERE pool_id = :pool_id AND sub = :sub AND state = 'VERIFIED' AND sealed = :sealed
       AND (last_step < :step OR last_step > :latest)
 RETURNING sub
""")
_REMOVE = Statement("DELETE FROM software_tokens WHERE pool_id = :pool_id AND sub = :sub")


async def put(tx: Tx, ctx: Ctx, sub: str, sealed: bytes) -> None:
    """Keep a new secret, which is not good yet, in place of the last that never became good (gotcha 50)."""
    await tx.run(_PUT, pool_id=ctx.pool.pool_id, sub=sub, sealed=sealed, now=ctx.now)


async def find(tx: Tx, ctx: Ctx, sub: str, state: str) -> Mapping[str, Any] | None:
    """`sealed` and `name` of the user's secret in this state."""
    return await tx.one(_FIND, pool_id=ctx.pool.pool_id, sub=sub, state=state)


async def verify(tx: Tx, ctx: Ctx, sub: str, sealed: bytes, *, step: int, name: str) -> bool:
    """Make the pending secret the user's, in place of the one before; `step` is good no more.

    False, and the transaction must be undone: it was not pending.
    """
    key = {"pool_id": ctx.pool.pool_id, "sub": sub, "sealed": sealed}
    await tx.run(_DROP_OLD, **key)
    return await tx.one(_VERIFY, **key, step=step, name=name) is not None


async def is_verified(tx: Tx, ctx: Ctx, sub: str, sealed: bytes) -> bool:
    """Is it this secret that signs the user in?"""
    return await tx.one(_IS_VERIFIED, pool_id=ctx.pool.pool_id, sub=sub, sealed=sealed) is not None


async def use(tx: Tx, ctx: Ctx, sub: str, sealed: bytes, step: int) -> bool:
    """Use up a time step and all before it. True for exactly one of all who show its code."""
    used = await tx.one(
        _USE,
        pool_id=ctx.pool.pool_id,
        sub=sub,
        sealed=sealed,
        step=step,
        latest=(ctx.now + HOUR) // totp.STEP,
    )
    return used is not None


async def remove(tx: Tx, ctx: Ctx, sub: str) -> None:
    """Forget every secret of the user."""
    await tx.run(_REMOVE, pool_id=ctx.pool.pool_id, sub=sub)
