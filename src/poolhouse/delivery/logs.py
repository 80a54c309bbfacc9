"""The worker that takes log entries from their outbox to the sinks of their pools, at least once.

Any number of workers may run: each lane is leased by one of them, for one batch. An entry is deleted when
its sink has it; a worker that is killed in between leaves it there, and it is sent again, with the same id,
when the lease ends. While a sink is away its lane waits, longer each time, and no other lane waits for it.
"""

import asyncio
from collections.abc import Callable, Collection, Sequence

import structlog
from msgspec import Struct
from msgspec.structs import replace

from poolhouse.context import Env
from poolhouse.errors import LogRefused, LogSinkAway, PoolNotFound
from poolhouse.ports import MINUTE, SECOND, Instant, LogBatch, LogEntry, LogSink, LogSinks, Tx
from poolhouse.store import log_outbox, snapshots
from poolhouse.store.log_outbox import Lane

Observe = Callable[[str, int], None]  # (waiting | dead, entries)

PAUSE = 1.0  # seconds between two looks for lanes
MOST_TRIES = 100  # of one batch: a day and a little less
IN_FLIGHT = 8  # batches that one process sends at a time

_OF_FAILING = 4  # of these, to sinks that have failed the last time
_MOST_BYTES = 900_000  # of a batch: CloudWatch Logs takes a mebibyte
_LEASE: Instant = 3 * MINUTE
_SENDING = 120.0  # seconds that one batch may take, with all its halves; well within the lease
_LONGEST_WAIT: Instant = 15 * MINUTE
_LAST_WORDS = 10.0  # seconds that the end of a worker waits for what it is sending
_AFTER_TROUBLE = 5.0  # seconds
_WATCHING = 30.0  # seconds between two counts of the outbox

_log = structlog.get_logger("poolhouse.log_delivery")


class _Outcome(Struct):
    """What became of a batch: ids of entries that were taken, and of those that never will be."""

    taken: list[str]
    dead: list[str]
    reason: str = ""
    away: LogSinkAway | None = None


async def run(env: Env, sinks: LogSinks) -> None:
    """Deliver until cancelled. `IN_FLIGHT` bounds what is in memory; everything else waits in the store."""
    under_way: dict[asyncio.Task[None], Lane] = {}
    try:
        while True:
            try:
                lanes = await _due(env, under_way.values())
            except Exception as error:  # noqa: BLE001 - the store may be away; it comes back
                _log.error("the outbox of logs could not be read", error=type(error).__name__)
                await asyncio.sleep(_AFTER_TROUBLE)
                continue
            under_way |= {asyncio.create_task(_surely(env, sinks, lane)): lane for lane in lanes}
            await _pause(under_way)
            under_way = {task: lane for task, lane in under_way.items() if not task.done()}
    except asyncio.CancelledError:
        if under_way:
            await asyncio.wait(under_way, timeout=_LAST_WORDS)
        for task in under_way:
            task.cancel()
        raise


async def deliver_due(env: Env, sinks: LogSinks) -> int:
    """One batch of each lane that is due now; how many lanes there were."""
    lanes = await _due(env, ())
    await asyncio.gather(*(deliver(env, sinks, lane) for lane in lanes))
    return len(lanes)


async def watch(env: Env, observe: Observe) -> None:
    """Hold the lanes to the setting `log_outbox_limit`, and tell how much waits, until cancelled."""
    while True:
        try:
            await trim(env)
            for state, entries in (await depths(env)).items():
                observe(state, entries)
        except Exception as error:  # noqa: BLE001 - the store may be away; it comes back
            _log.error("the outbox of logs could not be counted", error=type(error).__name__)
        await asyncio.sleep(_WATCHING)


async def depths(env: Env) -> dict[str, int]:
    """How many entries wait, and how many were given up."""

    async def read(tx: Tx) -> dict[str, int]:
        waiting = sum(lane.waiting for lane in await log_outbox.depths(tx))
        return {"waiting": waiting, "dead": sum((await log_outbox.dead(tx)).values())}

    return await env.db.read(read)


async def trim(env: Env) -> int:
    """Drop the oldest entries of lanes that are over the limit; how many."""
    most = env.settings.log_outbox_limit
    dropped = 0
    for lane in await env.db.read(log_outbox.depths):
        if lane.waiting > most:
            number = await _trimmed(env, lane.pool_id, lane.source, most)
            _log.error("log entries dropped", user_pool_id=lane.pool_id, source=lane.source, entries=number)
            dropped += number
    if dropped:
        env.count("logs_dropped", dropped)
    return dropped


async def _trimmed(env: Env, pool_id: str, source: str, most: int) -> int:
    return await env.db.run_singly(lambda tx: log_outbox.trim(tx, pool_id, source, most))


async def _due(env: Env, under_way: Collection[Lane]) -> list[Lane]:
    """Lanes to begin with: as many as have places, and of those whose sink fails fewer than that, so that
    sinks which do not answer leave places to the others."""
    now, free = env.clock.now(), IN_FLIGHT - len(under_way)
    if not free:
        return []
    lanes = await env.db.read(lambda tx: log_outbox.due(tx, now, free))
    well = [lane for lane in lanes if not lane.failures]
    failing = [lane for lane in lanes if lane.failures]
    room = _OF_FAILING - sum(lane.failures > 0 for lane in under_way)
    return well + failing[: max(0, room)]


async def _pause(under_way: Collection[asyncio.Task[None]]) -> None:
    """Until a batch is done, which makes room and may leave more behind, or for `PAUSE`."""
    if under_way:
        await asyncio.wait(under_way, timeout=PAUSE, return_when=asyncio.FIRST_COMPLETED)
    else:
        await asyncio.sleep(PAUSE)


async def _surely(env: Env, sinks: LogSinks, lane: Lane) -> None:
    """The lease of a lane whose turn fails ends by itself."""
    try:
        await deliver(env, sinks, lane)
    except Exception as error:  # noqa: BLE001 - the store may be away; the lane is taken again
        _log.error("a batch of logs was not finished", error=type(error).__name__)


async def deliver(env: Env, sinks: LogSinks, lane: Lane) -> None:
    """One batch of a lane, if nobody else has the lane."""
    until = env.clock.now() + _LEASE
    turn = await env.db.run_singly(lambda tx: log_outbox.lease(tx, lane, until))
    if turn is None:
        return
    lane = replace(lane, turn=turn)
    arn = await _destination(env, lane)
    if not arn:
        await _forget(env, lane)
        return
    sink = sinks.of(arn)
    if sink is None:
        await _failed(env, lane, await _head(env, lane, 1), LogSinkAway("No sink is set up for the ARN."))
        return
    entries = await _head(env, lane, max(1, sink.most >> min(lane.failures, 10)))
    outcome = await _sent(sink, LogBatch(lane.pool_id, lane.source, arn, tuple(entries)))
    await _settle(env, lane, outcome)
    if outcome.away is not None:
        await _failed(env, lane, entries, outcome.away)
    else:
        more = len(entries) == sink.most
        await _end(env, lane, 0, env.clock.now() + (0 if more else sink.pause))


async def _destination(env: Env, lane: Lane) -> str:
    """Empty: there is none any more."""
    try:
        snapshot = await snapshots.of_pool(env, lane.pool_id)
    except PoolNotFound:
        return ""
    return snapshot.pool.logs.get(lane.source, "")


async def _head(env: Env, lane: Lane, most: int) -> list[LogEntry]:
    """The next batch: so many entries, and no more bytes than a sink takes."""
    entries = await env.db.read(lambda tx: log_outbox.head(tx, lane, most))
    size = 0
    for place, entry in enumerate(entries):
        size += len(entry.body) + 32
        if size > _MOST_BYTES and place:
            return entries[:place]
    return entries


async def _sent(sink: LogSink, batch: LogBatch) -> _Outcome:
    outcome = _Outcome([], [])
    try:
        async with asyncio.timeout(_SENDING):
            await _send(sink, batch, outcome)
    except TimeoutError:
        outcome.away = LogSinkAway("The sink took too long.")
    except LogSinkAway as away:
        outcome.away = away
    except Exception as error:  # noqa: BLE001 - its text may hold an entry, so only its type is told
        outcome.away = LogSinkAway(f"The driver failed with {type(error).__name__}.")
    return outcome


async def _send(sink: LogSink, batch: LogBatch, outcome: _Outcome) -> None:
    """Hand the batch over; where it is refused, in halves, until it is known which entry is meant.

    Raises `LogSinkAway`; what `outcome` has by then holds all the same.
    """
    ids = [entry.entry_id for entry in batch.entries]
    try:
        await sink.send(batch)
    except LogSinkAway as away:
        outcome.taken += away.taken
        raise
    except LogRefused as refused:
        outcome.reason = str(refused)
        if refused.unnamed:
            _log.warning(
                "a sink has thrown log entries away", user_pool_id=batch.pool_id, reason=str(refused)
            )
        elif refused.refused or len(ids) == 1:
            bad = refused.refused or frozenset(ids)
            outcome.dead += bad
            ids = [entry_id for entry_id in ids if entry_id not in bad]
        else:
            middle = len(ids) // 2
            await _send(sink, replace(batch, entries=batch.entries[:middle]), outcome)
            await _send(sink, replace(batch, entries=batch.entries[middle:]), outcome)
            return
    outcome.taken += ids


async def _settle(env: Env, lane: Lane, outcome: _Outcome) -> None:
    """What is with the sink leaves the outbox, and so does what it will never take."""
    now = env.clock.now()

    async def write(tx: Tx) -> None:
        await log_outbox.delete(tx, lane.pool_id, outcome.taken)
        await log_outbox.bury(tx, lane.pool_id, outcome.dead, outcome.reason, now)

    if outcome.taken or outcome.dead:
        await env.db.run(write)
    if outcome.taken:
        env.count("logs_delivered", len(outcome.taken))
    if outcome.dead:
        _given_up(env, lane, len(outcome.dead), outcome.reason)


async def _failed(env: Env, lane: Lane, entries: Sequence[LogEntry], away: LogSinkAway) -> None:
    """Wait, longer each time; what was tried too often is given up, so that it does not hold up the rest."""
    failures = lane.failures + 1
    _log.warning(
        "logs not delivered, will be tried again",
        user_pool_id=lane.pool_id,
        source=lane.source,
        tries=failures,
        reason=str(away),
    )
    now = env.clock.now()
    if failures >= MOST_TRIES:
        ids = [entry.entry_id for entry in entries if entry.entry_id not in away.taken]
        await env.db.run(lambda tx: log_outbox.bury(tx, lane.pool_id, ids, str(away), now))
        _given_up(env, lane, len(ids), str(away))
        failures = 0
    wait = max(wait_after(failures, env.rng.fraction()), int(away.after * SECOND))
    await _end(env, lane, failures, now + wait)


def wait_after(failures: int, fraction: float) -> Instant:
    """How long a lane waits after its n-th failure in a row: 1 s, 2 s, 4 s ... 15 min, less up to a quarter.

    fraction  a random number in [0, 1), so that lanes which failed together do not return together
    """
    usual = min(SECOND << max(0, min(failures - 1, 20)), _LONGEST_WAIT)
    return int(usual * (1 - fraction / 4))


async def _forget(env: Env, lane: Lane) -> None:
    """The pool delivers no such logs any more: nothing waits for them."""
    entries = await _head(env, lane, 1_000)
    ids = [entry.entry_id for entry in entries]
    await env.db.run(lambda tx: log_outbox.delete(tx, lane.pool_id, ids))
    if ids:
        env.count("logs_dropped", len(ids))
    await _end(env, lane, 0, env.clock.now())


def _given_up(env: Env, lane: Lane, entries: int, reason: str) -> None:
    env.count("logs_dead", entries)
    _log.error(
        "logs given up",
        user_pool_id=lane.pool_id,
        source=lane.source,
        entries=entries,
        reason=reason,
    )


async def _end(env: Env, lane: Lane, failures: int, due_at: Instant) -> None:
    await env.db.run_singly(lambda tx: log_outbox.end(tx, lane, failures, due_at))
