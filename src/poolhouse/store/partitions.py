"""Keeping the partitions of `events`, where the store divides tables by time (docs/adr/0027).

Any number of workers may do so at once: each change looks again, under a lock, whether it is still to be
made. What cannot be changed now is tried again by the next sweep of the janitor. Until then events of a time
without a partition are in the default one, and old rows are deleted one by one.
"""

import structlog

from poolhouse.context import Env
from poolhouse.directory import audit as rules
from poolhouse.directory import partitions as plan
from poolhouse.directory.audit import HOUSE, Act, Change
from poolhouse.directory.partitions import Partition
from poolhouse.errors import CannotPartition, PartitionGone
from poolhouse.ports import DAY, Db, Instant, Partitions, Tx
from poolhouse.store import audit

TABLE = "events"
_ACT = Act("service:janitor", "drop partition")

_log = structlog.get_logger("poolhouse.janitor")


async def make(db: Db, now: Instant, days: int) -> int:
    """Make those of now and of the near future, where events are kept for so many days; how many."""
    partitions = db.partitions(TABLE)
    if partitions is None:
        return 0
    missing = plan.missing(await _all(db, partitions), now, plan.width(days))
    return sum([await _make(db, partitions, since, until) for since, until in missing])


async def keep(env: Env) -> int:
    """Make those that are coming and drop those that are old; how many were dropped."""
    partitions = env.db.partitions(TABLE)
    if partitions is None:
        return 0
    days, now = env.settings.event_retention_days, env.clock.now()
    await make(env.db, now, days)
    dropped = 0
    try:
        for one in plan.old(await _all(env.db, partitions), now - days * DAY):
            dropped += await _drop(env, partitions, one)
    except CannotPartition as reason:
        _log.warning("an old partition of events cannot be dropped now", reason=str(reason))
    return dropped


async def rows_before(db: Db, cutoff: Instant) -> Instant:
    """Which rows the janitor deletes one by one, where those before `cutoff` are old."""
    partitions = db.partitions(TABLE)
    return cutoff if partitions is None else plan.rows_before(await _all(db, partitions), cutoff)


async def _all(db: Db, partitions: Partitions) -> list[Partition]:
    spans = await db.read(partitions.all)
    return [Partition(since, until, name) for name, (since, until) in spans.items()]


async def _make(db: Db, partitions: Partitions, since: Instant, until: Instant) -> bool:
    async def add(tx: Tx) -> bool:
        return await partitions.add(tx, since, until)

    try:
        return await db.run(add)
    except CannotPartition as reason:
        _log.warning("a partition of events cannot be made now", reason=str(reason))
        return False


async def _drop(env: Env, partitions: Partitions, old: Partition) -> bool:
    """With a record in the chain of the house, which is there before anybody has to wait for the table."""
    keys, now = await audit.keys(env), env.clock.now()
    bounds = {"since": old.since, "until": old.until}
    change = Change("events-partition", old.name, before=rules.image(bounds, (), HOUSE, None))

    async def drop(tx: Tx) -> None:
        await audit.append(tx, keys, HOUSE, _ACT, [change], now)
        await partitions.drop(tx, old.name)

    try:
        await env.db.run(drop)
    except PartitionGone:
        return False
    return True
