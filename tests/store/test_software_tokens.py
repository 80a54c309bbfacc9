"""Secrets of apps in the store: one pending and one good for each user, and each time step good once."""

import pytest
from tests.contexts import context
from tests.environment import environment
from tests.pool_parts import add_pool

from poolhouse.crypto import totp
from poolhouse.ports import HOUR
from poolhouse.store import software_tokens
from poolhouse.store.software_tokens import PENDING, VERIFIED

ADA, BOB = "ada's sub", "bob's sub"
FIRST, SECOND = b"the first secret", b"the second secret"


@pytest.fixture
async def env(db, tmp_path):
    made = environment(db, tmp_path)
    await add_pool(made)
    return made


async def run(env, function, *arguments, **named):
    ctx = await context(env)
    return await env.db.run(lambda tx: function(tx, ctx, *arguments, **named))


async def sealed(env, state, sub=ADA):
    row = await run(env, software_tokens.find, sub, state)
    return None if row is None else row["sealed"]


async def with_app(env, secret=FIRST, step=100, sub=ADA):
    await run(env, software_tokens.put, sub, secret)
    assert await run(env, software_tokens.verify, sub, secret, step=step, name="")


async def test_a_newer_secret_replaces_the_pending_one(env):
    await run(env, software_tokens.put, ADA, FIRST)
    await run(env, software_tokens.put, ADA, SECOND)

    assert await sealed(env, PENDING) == SECOND
    assert await sealed(env, VERIFIED) is None


async def test_a_verified_secret_is_good_and_nothing_is_pending(env):
    await with_app(env)

    assert await sealed(env, PENDING) is None
    assert await sealed(env, VERIFIED) == FIRST


async def test_a_secret_that_is_not_pending_is_not_verified(env):
    await run(env, software_tokens.put, ADA, FIRST)

    assert not await run(env, software_tokens.verify, ADA, SECOND, step=1, name="")
    assert not await run(env, software_tokens.verify, BOB, FIRST, step=1, name="")
    assert await sealed(env, PENDING) == FIRST


async def test_the_good_secret_stays_until_the_new_one_is_verified(env):
    await with_app(env)
    await run(env, software_tokens.put, ADA, SECOND)
    assert await sealed(env, VERIFIED) == FIRST

    await run(env, software_tokens.verify, ADA, SECOND, step=1, name="")

    assert await sealed(env, VERIFIED) == SECOND


async def test_a_step_is_good_once_and_those_before_it_never_again(env):
    await with_app(env, step=100)

    good = [await run(env, software_tokens.use, ADA, FIRST, step) for step in (100, 101, 101, 99, 102)]

    assert good == [False, True, False, False, True]


async def test_a_step_of_another_secret_or_user_is_not_used(env):
    await with_app(env, step=100)
    await with_app(env, secret=SECOND, step=100, sub=BOB)

    assert not await run(env, software_tokens.use, ADA, SECOND, 101)
    assert not await run(env, software_tokens.use, BOB, FIRST, 101)
    assert await run(env, software_tokens.use, BOB, SECOND, 101)


async def test_a_clock_that_was_set_back_by_hours_shuts_nobody_out(env):
    now = env.clock.now() // totp.STEP
    await with_app(env, step=now + 2 * HOUR // totp.STEP)

    assert await run(env, software_tokens.use, ADA, FIRST, now)
    assert not await run(env, software_tokens.use, ADA, FIRST, now)


async def test_removal_forgets_the_pending_secret_too(env):
    await with_app(env)
    await run(env, software_tokens.put, ADA, SECOND)

    await run(env, software_tokens.remove, ADA)

    assert [await sealed(env, PENDING), await sealed(env, VERIFIED)] == [None, None]
