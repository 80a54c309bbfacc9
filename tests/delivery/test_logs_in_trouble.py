"""Log delivery when sinks fail: at least once, waits, halves, dead letters, and bounds on all of it."""

import asyncio

import pytest
import structlog
from msgspec.structs import replace
from tests.delivery.logged import (
    NOTIFICATIONS,
    OTHER_POOL,
    Picky,
    Silent,
    Sink,
    Sinks,
    add_logged_pool,
    failures,
    put,
    waiting,
)
from tests.pool_parts import POOL

from poolhouse.delivery import logs as worker
from poolhouse.errors import LogRefused, LogSinkAway
from poolhouse.ports import DAY, MINUTE, SECOND
from poolhouse.settings import Settings
from poolhouse.store import janitor, log_outbox


@pytest.fixture
def env(logged):
    return logged


async def test_while_the_sink_is_away_everything_waits_and_then_comes_with_the_same_ids(env):
    sink = Sink(failures=3)
    entries = await put(env, *range(8))

    for _ in range(3):
        await worker.deliver_due(env, Sinks(bucket=sink))
        env.clock.advance(MINUTE)
    assert (sink.batches, await waiting(env), await failures(env)) == ([], 8, 3)

    while await worker.deliver_due(env, Sinks(bucket=sink)):
        pass
    assert sink.ids == [each.entry_id for each in entries]
    assert (await waiting(env), await failures(env)) == (0, 0)


async def test_after_failures_the_batches_are_smaller_until_one_is_taken(env):
    sink = Sink(failures=2)
    await put(env, *range(20))

    for _ in range(4):
        await worker.deliver_due(env, Sinks(bucket=sink))
        env.clock.advance(MINUTE)

    assert [len(batch.entries) for batch in sink.batches] == [2, 10]


async def test_a_lane_whose_sink_is_away_holds_up_no_other(env):
    away, well = Sink(failures=99), Sink()
    await add_logged_pool(env, OTHER_POOL)
    await put(env, 1)
    await put(env, 2, source=NOTIFICATIONS)

    await worker.deliver_due(env, Sinks(bucket=away, group=well))
    await put(env, 3, pool_id=OTHER_POOL, source=NOTIFICATIONS)
    await worker.deliver_due(env, Sinks(bucket=away, group=well))

    assert well.numbers == [2, 3]
    assert away.calls == 1


async def until(holds):
    """Wait for it; whoever waits in vain sees it in what is asserted next."""
    for _ in range(1_000):
        if holds():
            return
        await asyncio.sleep(0.01)


async def test_sinks_that_do_not_answer_take_half_of_the_places_and_leave_the_others_to_those_that_do(
    env, monkeypatch
):
    monkeypatch.setattr(worker, "PAUSE", 0.01)
    monkeypatch.setattr(worker, "_LAST_WORDS", 0.01)
    silent, well = Silent(), Sink()
    for number in range(6):
        pool_id = f"us-east-1_Silent00{number}"
        await add_logged_pool(env, pool_id)
        await put(env, number, pool_id=pool_id)
    first = Sink(failures=99)
    await worker.deliver_due(env, Sinks(bucket=first))
    env.clock.advance(SECOND)
    assert first.calls == 6  # each of them has failed once

    task = asyncio.create_task(worker.run(env, Sinks(bucket=silent, group=well)))
    await silent.has_it.wait()
    await put(env, 7, source=NOTIFICATIONS)
    await until(lambda: well.numbers and silent.calls >= 4)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert well.numbers == [7]
    assert silent.calls == 4


async def test_no_more_batches_are_under_way_than_have_places(env, monkeypatch):
    monkeypatch.setattr(worker, "PAUSE", 0.01)
    monkeypatch.setattr(worker, "_LAST_WORDS", 0.01)
    silent = Silent()
    for number in range(worker.IN_FLIGHT + 3):
        pool_id = f"us-east-1_Silent{number:03d}"
        await add_logged_pool(env, pool_id)
        await put(env, number, pool_id=pool_id)

    task = asyncio.create_task(worker.run(env, Sinks(bucket=silent)))
    await until(lambda: silent.calls >= worker.IN_FLIGHT)
    await asyncio.sleep(0.1)  # for one more to come
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert silent.calls == worker.IN_FLIGHT
    assert await waiting(env) == worker.IN_FLIGHT + 3


def test_the_waits_double_from_a_second_to_a_quarter_of_an_hour():
    waits = [worker.wait_after(number, 0.0) // SECOND for number in range(1, 13)]

    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]
    assert 0.75 * 900 * SECOND <= worker.wait_after(50, 0.999) < 900 * SECOND


async def test_a_sink_may_ask_for_more_time(env):
    sink = Sink(failures=1, error=LogSinkAway("The sink answered 429.", after=120.0))
    await put(env, 1)

    await worker.deliver_due(env, Sinks(bucket=sink))
    env.clock.advance(119 * SECOND)
    assert await worker.deliver_due(env, Sinks(bucket=sink)) == 0
    env.clock.advance(SECOND)
    await worker.deliver_due(env, Sinks(bucket=sink))

    assert sink.numbers == [1]


async def test_what_was_taken_of_a_batch_is_not_sent_again(env):
    entries = await put(env, 1, 2, 3)
    sink = Sink(failures=1, error=LogSinkAway("It took one record.", taken=[entries[1].entry_id]))

    await worker.deliver_due(env, Sinks(bucket=sink))
    env.clock.advance(SECOND)
    while await worker.deliver_due(env, Sinks(bucket=sink)):
        pass

    assert sink.numbers == [1, 3]


async def test_a_driver_that_fails_is_a_sink_that_is_away_and_its_words_are_not_repeated(env):
    sink = Sink(failures=1, error=RuntimeError("no room for ada"))
    await put(env, 1)

    with structlog.testing.capture_logs() as logs:
        await worker.deliver_due(env, Sinks(bucket=sink))
    env.clock.advance(SECOND)
    await worker.deliver_due(env, Sinks(bucket=sink))

    assert [line["reason"] for line in logs] == ["The driver failed with RuntimeError."]
    assert sink.numbers == [1]


async def test_of_a_refused_batch_only_the_entry_that_is_meant_is_given_up(env, counted):
    sink = Picky(5)
    await put(env, *range(8))

    await worker.deliver_due(env, Sinks(bucket=sink))

    assert sorted(sink.numbers) == [0, 1, 2, 3, 4, 6, 7]
    assert await env.db.read(log_outbox.dead) == {POOL: 1}
    assert (await waiting(env), await failures(env)) == (0, 0)
    assert counted == {"logs_delivered": 7, "logs_dead": 1}


async def test_a_sink_that_names_what_it_refuses_has_the_rest(env):
    entries = await put(env, 1, 2, 3)
    sink = Sink(failures=1, error=LogRefused("Too old.", [entries[0].entry_id]))

    await worker.deliver_due(env, Sinks(bucket=sink))

    assert sink.calls == 1
    assert await env.db.read(log_outbox.dead) == {POOL: 1}
    assert await waiting(env) == 0


async def test_what_a_sink_has_thrown_away_itself_is_not_sent_again(env):
    sink = Sink(failures=1, error=LogRefused("It has thrown some away.", unnamed=2))
    await put(env, 1, 2, 3)

    with structlog.testing.capture_logs() as logs:
        await worker.deliver_due(env, Sinks(bucket=sink))
    await worker.deliver_due(env, Sinks(bucket=sink))

    assert sink.calls == 1
    assert await waiting(env) == 0
    assert [line["event"] for line in logs] == ["a sink has thrown log entries away"]


async def test_after_a_hundred_tries_the_oldest_entry_is_a_dead_letter_and_the_rest_waits(env, counted):
    sink = Sink(failures=worker.MOST_TRIES)
    await put(env, 1, 2, 3)

    for _ in range(worker.MOST_TRIES):
        assert await worker.deliver_due(env, Sinks(bucket=sink)) == 1
        env.clock.advance(15 * MINUTE)

    assert await env.db.read(log_outbox.dead) == {POOL: 1}
    assert counted["logs_dead"] == 1
    await worker.deliver_due(env, Sinks(bucket=sink))
    assert sink.numbers == [2, 3]


async def test_one_try_less_and_nothing_is_given_up(env):
    sink = Sink(failures=worker.MOST_TRIES - 1)
    await put(env, 1)

    for _ in range(worker.MOST_TRIES):
        await worker.deliver_due(env, Sinks(bucket=sink))
        env.clock.advance(15 * MINUTE)

    assert sink.numbers == [1]
    assert await env.db.read(log_outbox.dead) == {}


async def test_dead_letters_that_are_revived_are_sent(env):
    await put(env, *range(3))
    await worker.deliver_due(env, Sinks(bucket=Picky(0, 1, 2)))
    sink = Sink()

    await env.db.run(lambda tx: log_outbox.revive(tx, POOL))
    await worker.deliver_due(env, Sinks(bucket=sink))

    assert sink.numbers == [0, 1, 2]


async def test_dead_letters_are_kept_for_a_month_and_then_deleted(env):
    await put(env, 1)
    await worker.deliver_due(env, Sinks(bucket=Picky(1)))

    env.clock.advance(30 * DAY)
    await janitor.sweep(env)
    assert await env.db.read(log_outbox.dead) == {POOL: 1}

    env.clock.advance(2 * DAY)
    await janitor.sweep(env)
    assert await env.db.read(log_outbox.dead) == {}


async def test_of_six_workers_at_once_one_delivers_each_entry(env):
    sink = Sink()
    entries = await put(env, *range(60))

    for _ in range(20):
        await asyncio.gather(*(worker.deliver_due(env, Sinks(bucket=sink)) for _ in range(6)))

    assert sorted(sink.ids) == sorted(each.entry_id for each in entries)


async def test_an_entry_whose_worker_died_after_the_sink_took_it_is_delivered_again_with_the_same_id(env):
    sink = Silent()
    entries = await put(env, 1, 2)
    (lane,) = await env.db.read(lambda tx: log_outbox.due(tx, env.clock.now(), 10))
    task = asyncio.create_task(worker.deliver(env, Sinks(bucket=sink), lane))
    await sink.has_it.wait()
    task.cancel()  # before the store is told
    with pytest.raises(asyncio.CancelledError):
        await task

    after = Sink()
    assert await worker.deliver_due(env, Sinks(bucket=after)) == 0  # the lease goes on
    env.clock.advance(3 * MINUTE)
    await worker.deliver_due(env, Sinks(bucket=after))

    assert sink.ids == after.ids == [each.entry_id for each in entries]
    assert await waiting(env) == 0


async def test_over_the_limit_the_oldest_are_dropped_and_counted(env, counted):
    env = replace(env, settings=Settings(log_outbox_limit=1_000))
    await put(env, *range(1_003))

    with structlog.testing.capture_logs() as logs:
        assert await worker.trim(env) == 3
    assert await worker.trim(env) == 0

    assert counted == {"logs_dropped": 3}
    assert [(line["event"], line["entries"]) for line in logs] == [("log entries dropped", 3)]
    sink = Sink()
    await worker.deliver_due(env, Sinks(bucket=sink))
    assert sink.numbers[0] == 3
