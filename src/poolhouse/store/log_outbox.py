"""Log entries on their way out. An entry is put with the event that it tells of.

A lane is the entries of one source of one pool, in the order of their ids, which begin with the source and
the time. One worker at a time has a lane: `turn` counts its leases, so that whoever had it before cannot end
the lease of the next. `due_at` of a lane is when it may be taken: the end of the lease, or of a wait.

What a sink will never take, and what was tried too often, is in `log_dead_letters`.
"""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from poolhouse.ports import Instant, LogEntry, Row, Statement, Tx

_AT_ONCE = 50  # entries that one statement deletes

_PUT = Statement("""
    INSERT INTO log_outbox (pool_id, entry_id, at, body) VALUES (:pool_id, :entry_id, :at, :body)
    ON CONFLICT (pool_id, entry_id) DO NOTHING
""")
_OPEN = Statement("""
    INSERT INTO log_lanes (pool_id, source, turn, failures, due_at) VALUES (:pool_id, :source, 0, 0, :now)
    ON CONFLICT (pool_id, source) DO UPDATE SET failures = 0, due_at = :now
""")
_DUE = Statement("""
    SELECT pool_id, source, turn, failures FROM log_lanes lane
     WHERE due_at <= :now
       AND EXISTS (SELECT 1 FROM log_outbox entry
                    WHERE entry.pool_id = lane.pool_id
                      AND entry.entry_id > lane.source || '/' AND entry.entry_id < lane.source || '0')
     ORDER BY CASE WHEN failures = 0 THEN 0 ELSE 1 END, due_at LIMIT :most
""")
_LEASE = Statement("""
    UPDATE log_lanes SET turn = turn + 1, due_at = :until
     WHERE pool_id = :pool_id AND source = :source AND turn = :turn
 RETURNING turn
""")
_END = Statement("""
    UPDATE log_lanes SET failures = :failures, due_at = :due_at
     WHERE pool_id = :pool_id AND source = :source AND turn = :turn
""")
_HEAD = Statement("""
    SELECT entry_id, at, body FROM log_outbox
     WHERE pool_id = :pool_id AND entry_id > :first AND entry_id < :beyond
     ORDER BY entry_id LIMIT :most
""")
_IDS = ", ".join(f":id_{place}" for place in range(_AT_ONCE))
_DELETE = Statement(f"DELETE FROM log_outbox WHERE pool_id = :pool_id AND entry_id IN ({_IDS})")
_BURY = Statement(f"""
    INSERT INTO log_dead_letters (pool_id, entry_id, at, body, died_at, reason)
    SELECT pool_id, entry_id, at, body, CAST(:now AS BIGINT), :reason
      FROM log_outbox WHERE pool_id = :pool_id AND entry_id IN ({_IDS})
    ON CONFLICT (pool_id, entry_id) DO NOTHING
""")
_REVIVE = Statement("""
    INSERT INTO log_outbox (pool_id, entry_id, at, body)
    SELECT pool_id, entry_id, at, body FROM log_dead_letters WHERE pool_id = :pool_id
    ON CONFLICT (pool_id, entry_id) DO NOTHING
""")
_UNBURY = Statement("DELETE FROM log_dead_letters WHERE pool_id = :pool_id")
_TRIM = Statement("""
    DELETE FROM log_outbox
     WHERE pool_id = :pool_id AND entry_id > :first AND entry_id <= (
           SELECT entry_id FROM log_outbox
            WHERE pool_id = :pool_id AND entry_id > :first AND entry_id < :beyond
            ORDER BY entry_id DESC LIMIT 1 OFFSET :most)
""")
_LANES = Statement("""
    SELECT pool_id, source, failures,
           (SELECT COUNT(*) FROM log_outbox entry
             WHERE entry.pool_id = lane.pool_id
               AND entry.entry_id > lane.source || '/' AND entry.entry_id < lane.source || '0') AS waiting
      FROM log_lanes lane ORDER BY pool_id, source
""")
_DEAD = Statement("""
    SELECT pool_id, COUNT(*) AS entries FROM log_dead_letters GROUP BY pool_id ORDER BY pool_id
""")


class Lane(Struct, frozen=True):
    """
    turn      of the lease, or of the last one
    failures  of this sink in a row
    """

    pool_id: str
    source: str
    turn: int
    failures: int


class Depth(Struct, frozen=True):
    pool_id: str
    source: str
    failures: int
    waiting: int


async def put(tx: Tx, pool_id: str, entry: LogEntry) -> None:
    """Let the entry go out. Twice is once: a transaction may run again."""
    await tx.run(_PUT, pool_id=pool_id, entry_id=entry.entry_id, at=entry.at, body=entry.body.decode())


async def open_lane(tx: Tx, pool_id: str, source: str, now: Instant) -> None:
    """The source has a destination, a new one perhaps: try it at once."""
    await tx.run(_OPEN, pool_id=pool_id, source=source, now=now)


async def due(tx: Tx, now: Instant, most: int) -> list[Lane]:
    """Lanes of all pools that have entries and may be taken; first those whose sink is well, by `due_at`."""
    rows = await tx.all(_DUE, now=now, most=most)
    return [Lane(row["pool_id"], row["source"], row["turn"], row["failures"]) for row in rows]


async def lease(tx: Tx, lane: Lane, until: Instant) -> int | None:
    """Take the lane until then: the number of the turn. None where another worker was first."""
    row = await tx.one(_LEASE, pool_id=lane.pool_id, source=lane.source, turn=lane.turn, until=until)
    return None if row is None else int(row["turn"])


async def end(tx: Tx, lane: Lane, failures: int, due_at: Instant) -> None:
    """Give the lane back, if it is still this turn's."""
    await tx.run(
        _END,
        pool_id=lane.pool_id,
        source=lane.source,
        turn=lane.turn,
        failures=failures,
        due_at=due_at,
    )


async def head(tx: Tx, lane: Lane, most: int) -> list[LogEntry]:
    """The oldest entries of the lane."""
    rows = await tx.all(_HEAD, pool_id=lane.pool_id, **_bounds(lane.source), most=most)
    return [LogEntry(row["entry_id"], row["at"], row["body"].encode()) for row in rows]


async def delete(tx: Tx, pool_id: str, entry_ids: Sequence[str]) -> None:
    """They are with their sink, or have nowhere to go."""
    for ids in _some(entry_ids):
        await tx.run(_DELETE, pool_id=pool_id, **ids)


async def bury(tx: Tx, pool_id: str, entry_ids: Sequence[str], reason: str, now: Instant) -> None:
    """Send them no more. They stay for a while, to be counted and to be sent all the same (`revive`)."""
    for ids in _some(entry_ids):
        await tx.run(_BURY, pool_id=pool_id, now=now, reason=reason, **ids)
        await tx.run(_DELETE, pool_id=pool_id, **ids)


async def revive(tx: Tx, pool_id: str) -> int:
    """Let the dead letters of a pool be tried anew; their number."""
    await tx.run(_REVIVE, pool_id=pool_id)
    return await tx.run(_UNBURY, pool_id=pool_id)


async def trim(tx: Tx, pool_id: str, source: str, most: int) -> int:
    """Drop the oldest entries of the lane beyond so many; how many those were."""
    return await tx.run(_TRIM, pool_id=pool_id, **_bounds(source), most=most)


async def depths(tx: Tx) -> list[Depth]:
    """How many entries wait in each lane, and how often its sink has failed in a row."""
    rows: Sequence[Row] = await tx.all(_LANES)
    return [Depth(row["pool_id"], row["source"], row["failures"], row["waiting"]) for row in rows]


async def dead(tx: Tx) -> dict[str, int]:
    """How many dead letters each pool has that has any."""
    return {row["pool_id"]: row["entries"] for row in await tx.all(_DEAD)}


def _bounds(source: str) -> dict[str, str]:
    """What comes before and after every id of the source: 0 follows the slash in ASCII."""
    return {"first": f"{source}/", "beyond": f"{source}0"}


def _some(entry_ids: Sequence[str]) -> Iterator[dict[str, str]]:
    """The parameters for each of as many statements as are needed; the empty text is nobody's id."""
    for start in range(0, len(entry_ids), _AT_ONCE):
        ids = entry_ids[start : start + _AT_ONCE]
        yield {f"id_{place}": ids[place] if place < len(ids) else "" for place in range(_AT_ONCE)}
