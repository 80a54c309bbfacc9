"""The outbox of log entries: lanes in order of time, one lease at a time, dead letters. On both stores."""

import pytest

from poolhouse.ports import SECOND, LogEntry
from poolhouse.store import log_outbox
from poolhouse.store.log_outbox import Lane

POOL = "us-east-1_Aa1Bb2Cc3"
EVENTS, NOTIFICATIONS = "userAuthEvents", "userNotification"
NOW = 1_800_000_000 * SECOND


def entry(number, source=EVENTS):
    at = NOW + number
    return LogEntry(f"{source}/{at:016d}/{number}", at, b'{"number":%d}' % number)


def lane(source=EVENTS, turn=0):
    return Lane(POOL, source, turn, 0)


@pytest.fixture
async def store(db):
    """Both lanes of the pool are open."""

    async def open_lanes(tx):
        await log_outbox.open_lane(tx, POOL, EVENTS, NOW)
        await log_outbox.open_lane(tx, POOL, NOTIFICATIONS, NOW)

    await db.run(open_lanes)
    return db


async def put(store, *entries, pool=POOL):
    async def write(tx):
        for each in entries:
            await log_outbox.put(tx, pool, each)

    await store.run(write)


async def heads(store, source=EVENTS, most=1_000):
    return await store.read(lambda tx: log_outbox.head(tx, lane(source), most))


async def due(store, now=NOW):
    return await store.read(lambda tx: log_outbox.due(tx, now, 10))


async def test_the_head_of_a_lane_is_its_oldest_entries_as_they_were_put(store):
    await put(store, entry(3), entry(1), entry(2), entry(0, NOTIFICATIONS))

    assert await heads(store, most=2) == [entry(1), entry(2)]
    assert await heads(store, NOTIFICATIONS) == [entry(0, NOTIFICATIONS)]


async def test_an_entry_that_is_put_twice_is_there_once(store):
    await put(store, entry(1))
    await put(store, entry(1))

    assert await heads(store) == [entry(1)]


async def test_only_lanes_with_entries_are_due(store):
    await put(store, entry(1, NOTIFICATIONS))
    await put(store, entry(2), pool="us-east-1_Another00")  # which has no lane

    assert await due(store) == [lane(NOTIFICATIONS)]


async def test_a_leased_lane_is_due_again_when_the_lease_ends(store):
    await put(store, entry(1))

    turn = await store.run_singly(lambda tx: log_outbox.lease(tx, lane(), NOW + 10))

    assert turn == 1
    assert await due(store, NOW + 9) == []
    assert await due(store, NOW + 10) == [lane(turn=1)]


async def test_of_two_workers_who_saw_the_same_turn_one_gets_the_lane(store):
    await put(store, entry(1))
    (seen,) = await due(store)

    turns = [await store.run_singly(lambda tx: log_outbox.lease(tx, seen, NOW + 10)) for _ in range(2)]

    assert turns == [1, None]


async def test_whoever_had_the_lane_before_cannot_end_the_turn_of_the_next(store):
    await put(store, entry(1))
    await store.run_singly(lambda tx: log_outbox.lease(tx, lane(), NOW))
    await store.run_singly(lambda tx: log_outbox.lease(tx, lane(turn=1), NOW + 10))

    await store.run_singly(lambda tx: log_outbox.end(tx, lane(turn=1), 7, NOW))
    assert await due(store) == []

    await store.run_singly(lambda tx: log_outbox.end(tx, lane(turn=2), 7, NOW))
    assert await due(store) == [Lane(POOL, EVENTS, 2, 7)]


async def test_a_new_destination_is_tried_at_once(store):
    await put(store, entry(1))
    await store.run_singly(lambda tx: log_outbox.lease(tx, lane(), NOW))
    await store.run_singly(lambda tx: log_outbox.end(tx, lane(turn=1), 9, NOW + 1_000 * SECOND))

    await store.run(lambda tx: log_outbox.open_lane(tx, POOL, EVENTS, NOW + 1))

    assert await due(store, NOW + 1) == [Lane(POOL, EVENTS, 1, 0)]


async def test_more_entries_than_one_statement_takes_are_deleted_and_no_others(store):
    entries = [entry(number) for number in range(123)]
    await put(store, *entries)
    await put(store, *entries, pool="us-east-1_Another00")

    ids = [each.entry_id for each in entries[:120]]
    await store.run(lambda tx: log_outbox.delete(tx, POOL, ids))

    assert await heads(store) == entries[120:]
    other = Lane("us-east-1_Another00", EVENTS, 0, 0)
    assert len(await store.read(lambda tx: log_outbox.head(tx, other, 1_000))) == 123


async def test_a_dead_letter_is_counted_and_may_be_sent_anew(store):
    await put(store, entry(1), entry(2))

    async def bury(tx):
        await log_outbox.bury(tx, POOL, [entry(1).entry_id], "The sink answered 400.", NOW)

    await store.run(bury)
    assert await heads(store) == [entry(2)]
    assert await store.read(log_outbox.dead) == {POOL: 1}

    assert await store.run(lambda tx: log_outbox.revive(tx, POOL)) == 1
    assert await heads(store) == [entry(1), entry(2)]
    assert await store.read(log_outbox.dead) == {}


async def test_beyond_the_limit_the_oldest_entries_of_the_lane_are_dropped(store):
    await put(store, *(entry(number) for number in range(12)), entry(0, NOTIFICATIONS))

    dropped = await store.run_singly(lambda tx: log_outbox.trim(tx, POOL, EVENTS, 10))

    assert dropped == 2
    assert await heads(store) == [entry(number) for number in range(2, 12)]
    assert len(await heads(store, NOTIFICATIONS)) == 1


async def test_within_the_limit_nothing_is_dropped(store):
    await put(store, *(entry(number) for number in range(10)))

    assert await store.run_singly(lambda tx: log_outbox.trim(tx, POOL, EVENTS, 10)) == 0
    assert len(await heads(store)) == 10


async def test_the_depths_are_those_of_each_lane(store):
    await put(store, entry(1), entry(2))

    found = await store.read(log_outbox.depths)

    assert [(depth.source, depth.waiting, depth.failures) for depth in found] == [
        (EVENTS, 2, 0),
        (NOTIFICATIONS, 0, 0),
    ]
