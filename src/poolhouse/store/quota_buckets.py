"""Rate limits that workers share: how far into the future each bucket is spent (GCRA)."""

from poolhouse.ports import MINUTE, Instant, Statement, Tx

# A bucket is never spent for more than its burst. Where it seems to be spent for a minute, the clock
# was set back, and the bucket begins anew.
_IMPOSSIBLE = MINUTE

_TAKE = Statement("""
    INSERT INTO quota_buckets (pool_id, category, arrival_at)
    VALUES (:pool_id, :category, :first)
    ON CONFLICT (pool_id, category) DO UPDATE
       SET arrival_at = CASE WHEN quota_buckets.arrival_at > :now
                              AND quota_buckets.arrival_at < :impossible
                             THEN quota_buckets.arrival_at + :cost
                             ELSE :first END
     WHERE quota_buckets.pool_id = :pool_id
       AND (quota_buckets.arrival_at <= :latest OR quota_buckets.arrival_at >= :impossible)
 RETURNING arrival_at
""")


async def take(tx: Tx, pool_id: str, name: str, *, now: Instant, cost: Instant, burst: Instant) -> bool:
    """Spend `cost` microseconds of a bucket, unless that would spend it for more than `burst` from now."""
    row = await tx.one(
        _TAKE,
        pool_id=pool_id,
        category=name,
        first=now + cost,
        cost=cost,
        now=now,
        latest=now + burst - cost,
        impossible=now + _IMPOSSIBLE,
    )
    return row is not None
