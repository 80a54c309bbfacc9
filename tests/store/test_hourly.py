"""Hourly limits: so many uses of an action in the hour that begins with the first."""

import asyncio

import pytest
from tests.contexts import context
from tests.environment import environment
from tests.pool_parts import add_pool

from poolhouse.errors import LimitExceeded
from poolhouse.ports import DAY, HOUR
from poolhouse.store import hourly

ADA, BOB = "ada's sub", "bob's sub"


@pytest.fixture
async def env(db, tmp_path):
    made = environment(db, tmp_path)
    await add_pool(made)
    return made


async def take(env, principal=ADA, action=hourly.RESEND, limit=None):
    ctx = await context(env)

    async def write(tx):
        return await hourly.take(tx, ctx, principal, action, limit)

    await env.db.run(write)


@pytest.mark.parametrize(
    ("action", "limit"),
    [
        (hourly.RESEND, 5),
        (hourly.CHANGE_PASSWORD, 5),
        (hourly.ATTRIBUTE_CODE, 5),
        (hourly.CONFIRM_SIGN_UP, 15),
        (hourly.VERIFY_ATTRIBUTE, 15),
        (hourly.FORGOT_PASSWORD, 20),
    ],
)
async def test_the_uses_of_an_hour_are_those_of_the_behaviour_file(env, action, limit):
    for _ in range(limit):
        await take(env, action=action)

    with pytest.raises(LimitExceeded):
        await take(env, action=action)


async def test_users_and_actions_are_counted_apart(env):
    for _ in range(5):
        await take(env)

    await take(env, principal=BOB)
    await take(env, action=hourly.CHANGE_PASSWORD)
    with pytest.raises(LimitExceeded):
        await take(env)


async def test_an_hour_after_the_first_use_there_are_new_ones(env):
    await take(env, limit=2)
    env.clock.advance(HOUR // 2)
    await take(env, limit=2)
    env.clock.advance(HOUR // 2 - 1)
    with pytest.raises(LimitExceeded):
        await take(env, limit=2)

    env.clock.advance(1)

    await take(env, limit=2)
    await take(env, limit=2)
    with pytest.raises(LimitExceeded):
        await take(env, limit=2)


async def test_a_clock_that_was_moved_on_and_back_shuts_nobody_out(env):
    env.clock.advance(30 * DAY)
    await take(env, limit=1)
    with pytest.raises(LimitExceeded):
        await take(env, limit=1)

    env.clock.advance(-30 * DAY)

    await take(env, limit=1)


async def test_of_twenty_at_once_as_many_pass_as_the_limit_says(env):
    results = await asyncio.gather(*(take(env) for _ in range(20)), return_exceptions=True)

    assert sum(result is None for result in results) == 5
    assert sum(isinstance(result, LimitExceeded) for result in results) == 15


async def test_the_operator_sets_how_many_resets_an_hour_has(db, tmp_path):
    env = environment(db, tmp_path, reset_attempts_per_hour=7)
    await add_pool(env)
    for _ in range(7):
        await take(env, action=hourly.FORGOT_PASSWORD)

    with pytest.raises(LimitExceeded):
        await take(env, action=hourly.FORGOT_PASSWORD)
