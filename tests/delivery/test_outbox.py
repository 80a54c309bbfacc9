"""The outbox: with the change or not at all, sealed, sent by one worker, tried again, given up."""

import asyncio

import pytest
import structlog
from tests.contexts import context
from tests.environment import environment
from tests.pool_parts import POOL, add_pool

from poolhouse.delivery import outbox as worker
from poolhouse.errors import CodeMismatch, DeliveryFailed
from poolhouse.ports import HOUR, MINUTE, SECOND, Message, Statement
from poolhouse.store import outbox, pool_removal

_ROWS = Statement("SELECT * FROM outbox WHERE pool_id = :pool_id ORDER BY message_id")


class Sender:
    """Keeps what it is given, after refusing as often as told."""

    def __init__(self, refusals=0, error=None):
        self.sent = []
        self.calls = 0
        self._refusals = refusals
        self._error = error or DeliveryFailed("The service said no.")

    async def send(self, message):
        self.calls += 1
        await asyncio.sleep(0)
        if self.calls <= self._refusals:
            raise self._error
        self.sent.append(message)


@pytest.fixture
async def env(db, tmp_path):
    made = environment(db, tmp_path, email_driver="smtp", sms_driver="none")
    await add_pool(made)
    return made


def mail(env, number=1, medium="EMAIL"):
    return Message(
        message_id=f"message-{number:03d}",
        user_pool_id=POOL,
        medium=medium,
        to="ada@example.com",
        username="ada",
        purpose="SignUp",
        code="482915",
        subject="Your verification code",
        body="Your verification code is 482915. ",
        at=env.clock.now(),
    )


async def put(env, message):
    ctx = await context(env)

    async def write(tx):
        await outbox.put(tx, ctx, message)

    await env.db.run(write)


async def rows(env):
    async def read(tx):
        return await tx.all(_ROWS, pool_id=POOL)

    return await env.db.read(read)


async def test_a_message_is_sent_as_it_was_put_and_its_row_is_gone(env):
    sender, message = Sender(), mail(env)
    await put(env, message)

    found = await worker.deliver_due(env, {"EMAIL": sender})

    assert found == 1
    assert sender.sent == [message]
    assert await rows(env) == []


async def test_a_message_goes_out_only_with_the_change_that_causes_it(env):
    ctx = await context(env)

    async def refuse(tx):
        await outbox.put(tx, ctx, mail(env))
        raise CodeMismatch

    with pytest.raises(CodeMismatch):
        await env.db.run(refuse)

    assert await worker.deliver_due(env, {"EMAIL": Sender()}) == 0


async def test_the_store_holds_no_code_and_no_address(env):
    await put(env, mail(env))

    (row,) = await rows(env)

    assert not any(secret in bytes(row["sealed"]) for secret in (b"482915", b"ada"))
    assert "ada" not in str({name: row[name] for name in row if name != "sealed"})


async def test_with_the_dev_inbox_a_message_is_kept_and_not_sent(db, tmp_path):
    env = environment(db, tmp_path, email_driver="inbox", sms_driver="inbox")
    await add_pool(env)
    await put(env, mail(env, 1))
    await put(env, mail(env, 2, "SMS"))

    assert await worker.deliver_due(env, {}) == 0
    assert [row["state"] for row in await rows(env)] == ["KEPT", "KEPT"]


async def test_each_medium_has_its_own_driver(db, tmp_path):
    env = environment(db, tmp_path, email_driver="inbox", sms_driver="sns")
    await add_pool(env)
    sender = Sender()
    await put(env, mail(env, 1))
    await put(env, mail(env, 2, "SMS"))

    await worker.deliver_due(env, {"SMS": sender})

    assert [message.message_id for message in sender.sent] == ["message-002"]
    assert [row["state"] for row in await rows(env)] == ["KEPT"]


async def test_a_refused_message_is_tried_again_later(env):
    sender = Sender(refusals=1)
    await put(env, mail(env))
    await worker.deliver_due(env, {"EMAIL": sender})

    assert await worker.deliver_due(env, {"EMAIL": sender}) == 0
    env.clock.advance(5 * SECOND)
    assert await worker.deliver_due(env, {"EMAIL": sender}) == 1

    assert len(sender.sent) == 1


async def test_a_message_is_given_up_after_eight_tries_and_its_body_is_gone(env):
    sender = Sender(refusals=99)
    await put(env, mail(env))

    for _ in range(12):
        await worker.deliver_due(env, {"EMAIL": sender})
        env.clock.advance(HOUR)

    (row,) = await rows(env)
    assert sender.calls == 8
    assert (row["state"], bytes(row["sealed"])) == ("FAILED", b"")
    assert await worker.depths(env) == {"WAITING": 0, "SENDING": 0, "FAILED": 1}


async def test_a_message_without_a_driver_is_given_up_at_once(env):
    await put(env, mail(env, medium="SMS"))

    await worker.deliver_due(env, {"EMAIL": Sender()})

    assert [row["state"] for row in await rows(env)] == ["FAILED"]


def test_the_waits_grow_from_five_seconds_to_an_hour():
    waits = [worker.wait_after(tries, 0.0) // SECOND for tries in range(1, 9)]

    assert waits == [5, 15, 45, 135, 405, 1215, 3600, 3600]
    assert 0.9 * 5 * SECOND <= worker.wait_after(1, 0.999) < 5 * SECOND


async def test_of_six_workers_at_once_one_sends_each_message(env):
    sender = Sender()
    for number in range(15):
        await put(env, mail(env, number))

    for _ in range(3):  # five of a pool at once
        await asyncio.gather(*(worker.deliver_due(env, {"EMAIL": sender}) for _ in range(6)))

    assert sorted(message.message_id for message in sender.sent) == [f"message-{n:03d}" for n in range(15)]
    assert await rows(env) == []


async def test_a_message_whose_worker_died_is_sent_when_the_lease_ends(env):
    sender = Sender()
    await put(env, mail(env))

    async def lease(tx):
        (row,) = await outbox.due(tx, env.clock.now(), 10, lambda _: 10)
        return await outbox.lease(tx, row, env.clock.now() + 2 * MINUTE)

    assert await env.db.run(lease) is not None
    assert await worker.deliver_due(env, {"EMAIL": sender}) == 0
    env.clock.advance(2 * MINUTE)
    await worker.deliver_due(env, {"EMAIL": sender})

    assert len(sender.sent) == 1


async def test_a_worker_whose_lease_has_ended_cannot_end_the_lease_of_another(env):
    await put(env, mail(env))

    async def lease(tx):
        (row,) = await outbox.due(tx, env.clock.now(), 10, lambda _: 10)
        return await outbox.lease(tx, row, env.clock.now() + SECOND)

    first = await env.db.run(lease)
    env.clock.advance(SECOND)
    second = await env.db.run(lease)

    async def finish(tx):
        await outbox.finish(tx, POOL, "message-001", first["tries"])

    await env.db.run(finish)
    assert [(row["state"], row["tries"]) for row in await rows(env)] == [("SENDING", second["tries"])]


async def test_the_messages_of_a_removed_pool_are_dropped(env):
    sender = Sender()
    await put(env, mail(env))

    async def remove(tx):
        return await pool_removal.remove(tx, POOL, env.clock.now())

    await env.db.run(remove)
    env.clock.advance(2 * SECOND)

    await worker.deliver_due(env, {"EMAIL": sender})

    assert sender.calls == 0
    assert await rows(env) == []


async def test_a_body_that_was_moved_from_another_message_is_not_sent(env):
    sender = Sender()
    await put(env, mail(env, 1))
    await put(env, mail(env, 2))

    async def swap(tx):
        sealed = {row["message_id"]: row["sealed"] for row in await tx.all(_ROWS, pool_id=POOL)}
        await tx.run(
            Statement("UPDATE outbox SET sealed = :sealed WHERE pool_id = :pool_id AND message_id = :id"),
            sealed=sealed["message-002"],
            pool_id=POOL,
            id="message-001",
        )

    await env.db.run(swap)
    await worker.deliver_due(env, {"EMAIL": sender})

    assert [message.message_id for message in sender.sent] == ["message-002"]
    assert [row["state"] for row in await rows(env)] == ["FAILED"]


@pytest.mark.parametrize(
    "error",
    [DeliveryFailed("The mail server said 550."), RuntimeError("550 ada@example.com 482915"), TimeoutError()],
)
async def test_the_log_names_the_message_and_the_pool_and_nothing_of_the_message(env, error):
    await put(env, mail(env))

    with structlog.testing.capture_logs() as logs:
        await worker.deliver_due(env, {"EMAIL": Sender(refusals=1, error=error)})

    (line,) = logs
    assert (line["message_id"], line["user_pool_id"]) == ("message-001", POOL)
    assert not any(secret in str(logs) for secret in ("ada", "482915", "example.com"))


async def test_the_worker_runs_until_it_is_cancelled_and_survives_a_store_that_is_away(env, monkeypatch):
    sender, trouble = Sender(), [RuntimeError("the store is away")]
    monkeypatch.setattr(worker, "_AFTER_TROUBLE", 0.0)
    real_read = env.db.read

    async def read(query):
        if trouble:
            raise trouble.pop()
        return await real_read(query)

    await put(env, mail(env))
    monkeypatch.setattr(env.db, "read", read)

    task = asyncio.create_task(worker.run(env, {"EMAIL": sender}))
    for _ in range(200):
        if sender.sent:
            break
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert len(sender.sent) == 1
