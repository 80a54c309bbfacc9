"""What the whole server may do only so often in a day (behaviour file, 3.6 and 8.2)."""

from poolhouse.ports import DAY, HOUR, Instant, Statement, Tx

EMAIL = "EMAIL"

_RESET: Instant = 9 * HOUR  # after midnight UTC

_TAKE = Statement("""
    INSERT INTO daily_uses (action, started_at, uses)
    VALUES (:action, :day, 1)
    ON CONFLICT (action) DO UPDATE
       SET uses = CASE WHEN daily_uses.started_at = :day THEN daily_uses.uses + 1 ELSE 1 END,
           started_at = :day
     WHERE daily_uses.started_at <> :day OR daily_uses.uses < :most
 RETURNING uses
""")
_USES = Statement("SELECT uses FROM daily_uses WHERE action = :action AND started_at = :day")


async def take(tx: Tx, action: str, now: Instant, most: int) -> bool:
    """Count one use. False when those of this day are spent; that one is not counted."""
    return await tx.one(_TAKE, action=action, day=_day(now), most=most) is not None


async def spent(tx: Tx, action: str, now: Instant, most: int) -> bool:
    """Are the uses of this day spent? Counts nothing."""
    row = await tx.one(_USES, action=action, day=_day(now))
    return row is not None and int(row["uses"]) >= most


def _day(now: Instant) -> Instant:
    """When the day that `now` belongs to began."""
    return (now - _RESET) // DAY * DAY + _RESET
