"""The one ledger of failed proofs, for all flows and workers (behaviour file, 7.1; security.md, rule 3).

A try is counted before anything is compared and forgotten when it succeeds, so that of many tries
at the same moment no more than the free ones are ever evaluated.
"""

from poolhouse.context import Ctx
from poolhouse.directory.pools import Lockout
from poolhouse.errors import ApiError, LockedOut
from poolhouse.ports import HOUR, MINUTE, SECOND, Instant, Statement, Tx

FORGOTTEN_AFTER: Instant = 15 * MINUTE

# n tries are counted; from the last free one on, each locks for 2^(n - free) seconds, but no longer
# than the pool says. `:doublings` is where the power would pass that, so the shift stays small. A lock
# that ends later than any could was set before the clock was moved back (`poolhouse dev`): it must not
# shut the user out.
_BEGIN = Statement("""
    INSERT INTO attempts (pool_id, principal, failures, last_at, locked_until)
    VALUES (:pool_id, :principal, 1, :now, :first_lock)
    ON CONFLICT (pool_id, principal) DO UPDATE
       SET failures = CASE
               WHEN attempts.last_at <= :forgotten AND attempts.locked_until <= :forgotten
                 OR attempts.locked_until >= :latest THEN 1
               ELSE attempts.failures + 1 END,
           last_at = :now,
           locked_until = CASE
               WHEN attempts.last_at <= :forgotten AND attempts.locked_until <= :forgotten
                 OR attempts.locked_until >= :latest THEN :first_lock
               WHEN attempts.failures + 1 < :free THEN 0
               WHEN attempts.failures + 1 - :free >= :doublings THEN :longest_lock
               ELSE :now + 1000000 * (CAST(1 AS BIGINT) << CAST(attempts.failures + 1 - :free AS INTEGER))
               END
     WHERE attempts.locked_until <= :now OR attempts.locked_until >= :latest
 RETURNING failures
""")
_LAST = Statement("SELECT last_at FROM attempts WHERE pool_id = :pool_id AND principal = :principal")
_LOCK = Statement("SELECT locked_until FROM attempts WHERE pool_id = :pool_id AND principal = :principal")
_FORGET_ONLY = Statement("""
    DELETE FROM attempts WHERE pool_id = :pool_id AND principal = :principal AND failures <= 1
""")
_TAKE_BACK = Statement("""
    UPDATE attempts SET failures = failures - 1, locked_until = 0
     WHERE pool_id = :pool_id AND principal = :principal AND failures > 1
""")
_CLEAR = Statement("DELETE FROM attempts WHERE pool_id = :pool_id AND principal = :principal")


async def begin(tx: Tx, ctx: Ctx, principal: str) -> ApiError | None:
    """Count a try, or answer `LockedOut`: then nothing is counted, and nothing may be compared.

    principal  the user's sub, or the decoy's for a name without an owner

    The count is forgotten 15 minutes after the last try and the end of its lock.
    """
    lockout = ctx.pool.lockout
    counted = await tx.one(
        _BEGIN,
        pool_id=ctx.pool.pool_id,
        principal=principal,
        now=ctx.now,
        forgotten=ctx.now - FORGOTTEN_AFTER,
        first_lock=ctx.now + SECOND if lockout.free_tries <= 1 else 0,
        free=lockout.free_tries,
        doublings=_doublings(lockout),
        longest_lock=ctx.now + lockout.longest_seconds * SECOND,
        latest=_latest(ctx),
    )
    if counted is None:
        return LockedOut()
    ctx.trail.limits["tries before a lock"] = (counted["failures"], lockout.free_tries)
    return None


async def locked(tx: Tx, ctx: Ctx, principal: str) -> bool:
    """Would `begin` answer `LockedOut` now? Counts nothing."""
    row = await tx.one(_LOCK, pool_id=ctx.pool.pool_id, principal=principal)
    return row is not None and ctx.now < row["locked_until"] < _latest(ctx)


def _latest(ctx: Ctx) -> Instant:
    """No lock that was set now ends later."""
    return ctx.now + ctx.pool.lockout.longest_seconds * SECOND + HOUR


async def last_try(tx: Tx, ctx: Ctx, principal: str) -> Instant | None:
    """When the last try that counted began; None: nothing is counted."""
    row = await tx.one(_LAST, pool_id=ctx.pool.pool_id, principal=principal)
    return None if row is None else row["last_at"]


async def take_back(tx: Tx, ctx: Ctx, principal: str) -> None:
    """Let one try that was right not count; those that were wrong before still do.

    Its lock is lifted: it began when there was none, so at most one try follows at once, as after any lock.
    """
    key = {"pool_id": ctx.pool.pool_id, "principal": principal}
    await tx.run(_FORGET_ONLY, **key)
    await tx.run(_TAKE_BACK, **key)


async def clear(tx: Tx, ctx: Ctx, principal: str) -> None:
    """Forget what was counted: the user has proven who they are."""
    await tx.run(_CLEAR, pool_id=ctx.pool.pool_id, principal=principal)


def _doublings(lockout: Lockout) -> int:
    """The least n for which 2^n seconds are not shorter than the longest lock."""
    return (lockout.longest_seconds - 1).bit_length()
