"""Passwords in the store: sealed, never readable without the master key."""

from collections.abc import Sequence

from poolhouse.context import Ctx
from poolhouse.ports import Statement, Tx

_PUT = Statement("""
    INSERT INTO credentials (pool_id, sub, kind, sealed, set_at)
    VALUES (:pool_id, :sub, 'PASSWORD', :sealed, :set_at)
    ON CONFLICT (pool_id, sub, kind) DO UPDATE SET sealed = excluded.sealed, set_at = excluded.set_at
""")

_REMEMBER = Statement("""
    INSERT INTO password_history (pool_id, sub, set_at, entry_id, sealed)
    VALUES (:pool_id, :sub, :set_at, :entry_id, :sealed)
""")

_HISTORY = Statement("""
    SELECT sealed FROM password_history
     WHERE pool_id = :pool_id AND sub = :sub
     ORDER BY set_at DESC, entry_id DESC LIMIT :size
""")

_LATEST = Statement("""
    SELECT set_at, entry_id FROM password_history
     WHERE pool_id = :pool_id AND sub = :sub
     ORDER BY set_at DESC, entry_id DESC LIMIT :size
""")

_FORGET = Statement("""
    DELETE FROM password_history
     WHERE pool_id = :pool_id AND sub = :sub AND set_at < :oldest
""")

_UPGRADE = Statement("""
    UPDATE credentials SET sealed = :new
     WHERE pool_id = :pool_id AND sub = :sub AND kind = 'PASSWORD' AND sealed = :old
""")


_REMOVE = Statement("""
    DELETE FROM credentials WHERE pool_id = :pool_id AND sub = :sub AND kind = 'PASSWORD'
""")


async def put(tx: Tx, ctx: Ctx, sub: str, sealed: bytes) -> None:
    """Make this the user's password, and remember it as far as the pool's policy asks for."""
    pool_id, size = ctx.pool.pool_id, ctx.pool.password_policy.history_size
    await tx.run(_PUT, pool_id=pool_id, sub=sub, sealed=sealed, set_at=ctx.now)
    if size:
        entry = ctx.env.rng.uuid()
        await tx.run(_REMEMBER, pool_id=pool_id, sub=sub, set_at=ctx.now, entry_id=entry, sealed=sealed)
        kept = await tx.all(_LATEST, pool_id=pool_id, sub=sub, size=size)
        await tx.run(_FORGET, pool_id=pool_id, sub=sub, oldest=kept[-1]["set_at"])


async def history(tx: Tx, pool_id: str, sub: str, size: int) -> Sequence[bytes]:
    """The sealed credentials of the user's latest passwords, newest first."""
    return [row["sealed"] for row in await tx.all(_HISTORY, pool_id=pool_id, sub=sub, size=size)]


async def upgrade(tx: Tx, pool_id: str, sub: str, old: bytes, new: bytes) -> None:
    """The same password kept another way, unless it was changed meanwhile."""
    await tx.run(_UPGRADE, pool_id=pool_id, sub=sub, old=old, new=new)


async def remove(tx: Tx, pool_id: str, sub: str) -> None:
    """Leave the user without a password. What the history remembers stays."""
    await tx.run(_REMOVE, pool_id=pool_id, sub=sub)
