"""Log delivery: each entry to where its pool says, in order, in batches, by one worker."""

import asyncio
import json

import pytest
import structlog
from tests.contexts import context
from tests.delivery.logged import (
    BUCKET,
    EVENTS,
    GROUP,
    NOTIFICATIONS,
    Picky,
    Sink,
    Sinks,
    configured,
    failures,
    put,
    set_pool,
    waiting,
)
from tests.pool_parts import POOL

from poolhouse.delivery import logs as worker
from poolhouse.delivery import outbox as messages
from poolhouse.errors import DeliveryFailed
from poolhouse.ports import MINUTE, SECOND, Message
from poolhouse.store import log_outbox, outbox, pool_removal
from poolhouse.web.metrics import Metrics


@pytest.fixture
def env(logged):
    return logged


async def test_entries_come_to_the_sink_as_they_were_put_in_their_order_and_are_gone(env, counted):
    sink = Sink()
    entries = await put(env, 1, 2, 3)

    assert await worker.deliver_due(env, Sinks(bucket=sink)) == 1

    (batch,) = sink.batches
    assert (batch.pool_id, batch.source, batch.arn) == (POOL, EVENTS, BUCKET)
    assert batch.entries == tuple(entries)
    assert await waiting(env) == 0
    assert counted == {"logs_delivered": 3}


async def test_each_source_goes_to_its_own_sink(env):
    bucket, group = Sink(), Sink()
    await put(env, 1)
    await put(env, 2, source=NOTIFICATIONS)

    await worker.deliver_due(env, Sinks(bucket=bucket, group=group))

    assert (bucket.numbers, group.numbers) == ([1], [2])


async def test_a_batch_has_no_more_entries_than_its_sink_takes_and_the_next_follows_at_once(env):
    sink = Sink()
    await put(env, *range(25))

    for _ in range(3):
        await worker.deliver_due(env, Sinks(bucket=sink))

    assert [len(batch.entries) for batch in sink.batches] == [10, 10, 5]
    assert sink.numbers == list(range(25))


async def test_a_batch_has_no_more_bytes_than_a_service_takes(env, monkeypatch):
    monkeypatch.setattr(worker, "_MOST_BYTES", 100)
    sink = Sink()
    await put(env, *range(3))

    await worker.deliver_due(env, Sinks(bucket=sink))

    assert [len(batch.entries) for batch in sink.batches] == [2]


async def test_a_sink_that_gathers_gets_the_next_batch_after_its_pause_unless_the_last_was_full(env):
    sink = Sink()
    sink.pause = MINUTE
    await put(env, *range(15))

    await worker.deliver_due(env, Sinks(bucket=sink))
    await worker.deliver_due(env, Sinks(bucket=sink))
    await put(env, 99)
    assert await worker.deliver_due(env, Sinks(bucket=sink)) == 0

    env.clock.advance(MINUTE)
    await worker.deliver_due(env, Sinks(bucket=sink))
    assert [len(batch.entries) for batch in sink.batches] == [10, 5, 1]


async def test_what_waits_goes_where_the_pool_says_now(env):
    group, bucket = Sink(), Sink()
    await put(env, 1)
    await set_pool(env, configured(EVENTS, GROUP))

    await worker.deliver_due(env, Sinks(bucket=bucket, group=group))

    assert (bucket.numbers, group.numbers) == ([], [1])


async def test_what_waits_for_a_destination_that_was_taken_away_is_dropped_and_counted(env, counted):
    bucket = Sink()
    await put(env, 1, 2)
    await set_pool(env)

    await worker.deliver_due(env, Sinks(bucket=bucket))

    assert (bucket.batches, await waiting(env), counted) == ([], 0, {"logs_dropped": 2})


async def test_entries_wait_for_a_sink_that_the_settings_have_lost(env):
    await put(env, 1)

    await worker.deliver_due(env, Sinks())
    assert (await waiting(env), await failures(env)) == (1, 1)

    env.clock.advance(SECOND)
    sink = Sink()
    await worker.deliver_due(env, Sinks(bucket=sink))
    assert sink.numbers == [1]


async def test_nothing_is_left_of_a_removed_pool(env):
    await put(env, *range(3))
    await worker.deliver_due(env, Sinks(bucket=Picky(0)))
    await put(env, 9)

    async def remove(tx):
        return await pool_removal.remove(tx, POOL, env.clock.now())

    await env.db.run(remove)
    await pool_removal.empty(env, POOL)

    assert await env.db.read(log_outbox.depths) == []
    assert await env.db.read(log_outbox.dead) == {}


async def test_the_log_says_why_and_nothing_of_an_entry(env):
    await put(env, 77123)

    with structlog.testing.capture_logs() as logs:
        await worker.deliver_due(env, Sinks(bucket=Sink(failures=1)))

    (line,) = logs
    assert (line["user_pool_id"], line["reason"]) == (POOL, "The sink answered 503.")
    assert "77123" not in str(logs)


async def test_the_worker_runs_until_it_is_cancelled(env, monkeypatch):
    monkeypatch.setattr(worker, "PAUSE", 0.01)
    monkeypatch.setattr(worker, "_LAST_WORDS", 1.0)
    sink = Sink()
    await put(env, *range(25))

    task = asyncio.create_task(worker.run(env, Sinks(bucket=sink)))
    for _ in range(500):
        if len(sink.numbers) == 25:
            break
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert sink.numbers == list(range(25))
    assert await waiting(env) == 0


async def test_the_worker_survives_a_store_that_is_away(env, monkeypatch):
    monkeypatch.setattr(worker, "_AFTER_TROUBLE", 0.0)
    monkeypatch.setattr(worker, "PAUSE", 0.01)
    sink, trouble, real = Sink(), [RuntimeError("the store is away")], env.db.read

    async def read(query):
        if trouble:
            raise trouble.pop()
        return await real(query)

    await put(env, 1)
    monkeypatch.setattr(env.db, "read", read)
    task = asyncio.create_task(worker.run(env, Sinks(bucket=sink)))
    for _ in range(500):
        if sink.numbers:
            break
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert sink.numbers == [1]


async def test_the_metrics_are_told_what_waits_and_what_was_given_up(env):
    await put(env, 1, 2, 3)
    await worker.deliver_due(env, Sinks(bucket=Picky(2)))
    await put(env, 4)
    told, metrics = asyncio.Event(), Metrics()

    def observe(state, entries):
        metrics.logs(state, entries)
        if state == "dead":
            told.set()

    task = asyncio.create_task(worker.watch(env, observe))
    await asyncio.wait_for(told.wait(), 10)
    task.cancel()

    shown = metrics.text()
    assert b'poolhouse_log_entries{state="waiting"} 1.0' in shown
    assert b'poolhouse_log_entries{state="dead"} 1.0' in shown


class Refusing:
    async def send(self, message):
        raise DeliveryFailed("The mail server said 550.")


async def fail_a_message(env):
    message = Message(
        message_id="message-1",
        user_pool_id=POOL,
        medium="EMAIL",
        to="ada@example.com",
        username="ada",
        purpose="SignUp",
        code="482915",
        subject="Your code",
        body="Your code is 482915.",
        at=env.clock.now(),
    )
    ctx = await context(env)
    await env.db.run(lambda tx: outbox.put(tx, ctx, message))
    await messages.deliver_due(env, {"EMAIL": Refusing()})


async def test_a_message_that_fails_is_told_at_error_without_address_or_code(env):
    group = Sink()
    await fail_a_message(env)

    await worker.deliver_due(env, Sinks(group=group))

    (batch,) = group.batches
    told = json.loads(batch.entries[0].body)
    assert (batch.source, told["eventSource"], told["logLevel"]) == (
        NOTIFICATIONS,
        "USER_NOTIFICATION",
        "ERROR",
    )
    assert told["message"]["details"].endswith("try 1: The mail server said 550.")
    assert not any(secret in batch.entries[0].body for secret in (b"ada", b"482915"))


async def test_a_pool_without_a_log_for_messages_gets_no_entry(env):
    await set_pool(env, configured(EVENTS))

    await fail_a_message(env)

    assert await waiting(env) == 0
