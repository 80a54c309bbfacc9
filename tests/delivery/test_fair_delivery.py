"""Pools take turns in the outbox: what one pool cannot deliver holds up no message of another."""

import asyncio
import contextlib

import pytest
from msgspec.structs import replace
from tests.contexts import context
from tests.delivery.test_outbox import Sender, mail
from tests.environment import environment
from tests.pool_parts import POOL, add_pool

from poolhouse.delivery import outbox as worker
from poolhouse.errors import DeliveryFailed
from poolhouse.ports import MINUTE, SECOND
from poolhouse.store import outbox

QUIET = "us-east-1_Dd4Ee5Ff6"


class Stuck:
    """Never gets rid of the messages of one pool; takes those of the others."""

    def __init__(self):
        self.held, self.taken = [], asyncio.Queue()
        self.full = asyncio.Event()

    async def send(self, message):
        if message.user_pool_id == POOL:
            self.held.append(message)
            if len(self.held) == 5:
                self.full.set()
            await asyncio.Event().wait()
        await self.taken.put(message.message_id)


@pytest.fixture
async def env(db, tmp_path):
    made = environment(db, tmp_path, email_driver="smtp", sms_driver="none")
    await add_pool(made)
    await add_pool(made, QUIET)
    return made


async def put(env, pool_id, *names):
    ctx = await context(env, pool_id)

    async def write(tx):
        for name in names:
            message = replace(mail(env), message_id=name, user_pool_id=pool_id)
            await outbox.put(tx, ctx, message)

    await env.db.run(write)


async def due(env, most, room=lambda _: 5):
    rows = await env.db.read(lambda tx: outbox.due(tx, env.clock.now(), most, room))
    return [row["message_id"] for row in rows]


async def test_one_message_of_each_pool_is_due_before_the_second_of_any(env):
    await put(env, POOL, *(f"many-{number:02d}" for number in range(30)))
    env.clock.advance(SECOND)
    await put(env, QUIET, "one")

    first, second, *others = await due(env, 40)

    assert (first[:4], second) == ("many", "one")
    assert len(others) == 4  # five of the first, and the one


async def test_a_pool_without_room_leaves_its_place_to_others(env):
    await put(env, POOL, "many-00", "many-01")
    await put(env, QUIET, "one")

    assert await due(env, 1, lambda pool_id: int(pool_id == QUIET)) == ["one"]
    assert set(await due(env, 3, lambda _: 5)) == {"many-00", "many-01", "one"}


async def test_messages_that_nobody_takes_hold_up_no_other_pool(env):
    sender = Stuck()
    await put(env, POOL, *(f"many-{number:02d}" for number in range(60)))
    running = asyncio.ensure_future(worker.run(env, {"EMAIL": sender}))
    await asyncio.wait_for(sender.full.wait(), 20)
    await put(env, QUIET, "one", "two")

    taken = {await asyncio.wait_for(sender.taken.get(), 20) for _ in range(2)}

    assert taken == {"one", "two"}
    assert len(sender.held) == 5
    await _ended(running)


async def _ended(running):
    with contextlib.suppress(asyncio.CancelledError), pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker, "_LAST_WORDS", 0.0)
        running.cancel()
        await running


async def test_a_pool_whose_last_message_was_not_taken_has_one_place(env):
    sender = Sender(refusals=5, error=DeliveryFailed("The function does not answer."))
    await put(env, POOL, *(f"many-{number:02d}" for number in range(12)))
    rounds = worker.Rounds(env, {"EMAIL": sender})

    assert await rounds.begin() == 5
    await rounds.all()
    assert await rounds.begin() == 1  # it is taken, so the pool is well again
    await rounds.all()
    assert await rounds.begin() == 5
    await rounds.all()

    assert len(sender.sent) == 6
    env.clock.advance(MINUTE)
    assert await rounds.begin() == 5
    await rounds.all()
