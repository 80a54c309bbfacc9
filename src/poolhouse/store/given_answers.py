"""The answer that a form got, for whoever posts it once more within a minute: sealed, found by a digest."""

from poolhouse.ports import Instant, Statement, Tx

_BEGIN = Statement("""
    INSERT INTO given_answers (pool_id, digest, sealed, expires_at)
    VALUES (:pool_id, :digest, NULL, :expires_at)
    ON CONFLICT (pool_id, digest) DO UPDATE SET sealed = NULL, expires_at = :expires_at
     WHERE given_answers.expires_at <= :now
 RETURNING digest
""")
_KEEP = Statement("""
    UPDATE given_answers SET sealed = :sealed WHERE pool_id = :pool_id AND digest = :digest
""")
_FORGET = Statement("DELETE FROM given_answers WHERE pool_id = :pool_id AND digest = :digest")
_FIND = Statement("""
    SELECT sealed FROM given_answers
     WHERE pool_id = :pool_id AND digest = :digest AND expires_at > :now
""")


async def begin(tx: Tx, pool_id: str, digest: str, now: Instant, expires_at: Instant) -> bool:
    """True for exactly one of all who post this form until `expires_at`."""
    key = {"pool_id": pool_id, "digest": digest}
    return await tx.one(_BEGIN, **key, now=now, expires_at=expires_at) is not None


async def keep(tx: Tx, pool_id: str, digest: str, sealed: bytes) -> None:
    await tx.run(_KEEP, pool_id=pool_id, digest=digest, sealed=sealed)


async def forget(tx: Tx, pool_id: str, digest: str) -> None:
    """The form came to nothing: it may be posted again."""
    await tx.run(_FORGET, pool_id=pool_id, digest=digest)


async def find(tx: Tx, pool_id: str, digest: str, now: Instant) -> tuple[bool, bytes | None]:
    """Whether somebody posts this form, and the answer if it is known."""
    row = await tx.one(_FIND, pool_id=pool_id, digest=digest, now=now)
    return row is not None, row["sealed"] if row is not None else None
