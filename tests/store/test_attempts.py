"""The ledger of tries: free ones first, then a lock that doubles, and forgetting."""

import asyncio

import pytest
from tests.contexts import context
from tests.environment import environment
from tests.pool_parts import POOL, add_pool

from poolhouse.errors import LockedOut
from poolhouse.ports import DAY, MINUTE, SECOND, Statement
from poolhouse.store import attempts

ADA, BOB = "ada's sub", "bob's sub"
_ROW = Statement("SELECT * FROM attempts WHERE pool_id = :pool_id AND principal = :principal")


@pytest.fixture
async def env(db, tmp_path):
    made = environment(db, tmp_path)
    await add_pool(made)
    return made


async def begin(env, principal=ADA):
    ctx = await context(env)

    async def write(tx):
        refused = await attempts.begin(tx, ctx, principal)
        if refused:
            raise refused

    await env.db.run_singly(write)


async def clear(env, principal=ADA):
    ctx = await context(env)

    async def write(tx):
        await attempts.clear(tx, ctx, principal)

    await env.db.run_singly(write)


async def row(env, principal=ADA):
    async def read(tx):
        return await tx.one(_ROW, pool_id=POOL, principal=principal)

    return await env.db.read(read)


async def lock_seconds(env):
    """How long the principal is locked now; nothing is counted by this."""
    return max((await row(env))["locked_until"] - env.clock.now(), 0) // SECOND


async def test_five_tries_are_free_and_the_fifth_locks(env):
    for _ in range(5):
        await begin(env)

    with pytest.raises(LockedOut, match="Password attempts exceeded"):
        await begin(env)


async def test_each_try_after_the_free_ones_doubles_the_lock_up_to_fifteen_minutes(env):
    locks = []
    for _ in range(18):
        await begin(env)
        locks.append(await lock_seconds(env))
        env.clock.advance(locks[-1] * SECOND)

    assert locks == [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900]


async def test_tries_during_the_lock_neither_count_nor_lengthen_it(env):
    for _ in range(6):
        env.clock.advance(SECOND)
        await begin(env)
    before = await row(env)

    for _ in range(10):
        with pytest.raises(LockedOut):
            await begin(env)

    assert await row(env) == before
    env.clock.advance(2 * SECOND)
    await begin(env)


async def test_a_success_forgets_the_tries(env):
    for _ in range(5):
        await begin(env)

    await clear(env)

    assert await row(env) is None
    for _ in range(5):
        await begin(env)


async def test_fifteen_minutes_after_the_last_try_all_is_forgotten(env):
    for _ in range(4):
        await begin(env)

    env.clock.advance(15 * MINUTE)

    for _ in range(5):
        await begin(env)


async def test_a_moment_earlier_nothing_is_forgotten(env):
    for _ in range(4):
        await begin(env)

    env.clock.advance(15 * MINUTE - 1)

    await begin(env)
    with pytest.raises(LockedOut):
        await begin(env)


async def test_after_a_lock_the_fifteen_minutes_begin_with_its_end(env):
    for _ in range(6):
        env.clock.advance(SECOND)
        await begin(env)  # the last one locks for two seconds
    env.clock.advance(15 * MINUTE + 2 * SECOND - 1)

    await begin(env)

    assert await lock_seconds(env) == 4


async def test_a_clock_that_was_moved_on_and_back_shuts_nobody_out(env):
    env.clock.advance(30 * DAY)
    for _ in range(5):
        await begin(env)
    with pytest.raises(LockedOut):
        await begin(env)

    env.clock.advance(-30 * DAY)

    for _ in range(5):
        await begin(env)
    with pytest.raises(LockedOut):
        await begin(env)


async def test_a_lock_of_another_worker_whose_clock_is_ahead_holds(env):
    env.clock.advance(MINUTE)
    for _ in range(5):
        await begin(env)

    env.clock.advance(-MINUTE)

    with pytest.raises(LockedOut):
        await begin(env)


async def test_principals_are_counted_apart(env):
    for _ in range(5):
        await begin(env)

    await begin(env, BOB)
    with pytest.raises(LockedOut):
        await begin(env)


async def test_a_pool_decides_how_many_tries_are_free_and_how_long_a_lock_lasts(db, tmp_path):
    env = environment(db, tmp_path)
    await add_pool(env, tags={"poolhouse:lockout-free-tries": "1", "poolhouse:lockout-max-seconds": "5"})
    locks = []

    for _ in range(6):
        await begin(env)
        locks.append(await lock_seconds(env))
        env.clock.advance(locks[-1] * SECOND)

    assert locks == [1, 2, 4, 5, 5, 5]


async def test_the_largest_figures_lock_as_they_say(db, tmp_path):
    env = environment(db, tmp_path)
    await add_pool(env, tags={"poolhouse:lockout-free-tries": "1", "poolhouse:lockout-max-seconds": "86400"})
    locks = []

    for _ in range(90):
        await begin(env)
        locks.append(await lock_seconds(env))
        env.clock.advance(locks[-1] * SECOND)

    assert locks == [min(2**n, 86_400) for n in range(90)]


async def test_a_lock_of_at_most_one_second_stays_at_one(db, tmp_path):
    env = environment(db, tmp_path)
    await add_pool(env, tags={"poolhouse:lockout-free-tries": "2", "poolhouse:lockout-max-seconds": "1"})
    locks = []

    for _ in range(5):
        await begin(env)
        locks.append(await lock_seconds(env))
        env.clock.advance(locks[-1] * SECOND)

    assert locks == [0, 1, 1, 1, 1]


async def test_of_twenty_tries_at_once_exactly_the_free_ones_are_evaluated(env):
    results = await asyncio.gather(*(begin(env) for _ in range(20)), return_exceptions=True)

    assert sum(result is None for result in results) == 5
    assert sum(isinstance(result, LockedOut) for result in results) == 15


async def test_of_twenty_tries_at_once_after_a_lock_exactly_one_is_evaluated(env):
    for _ in range(5):
        await begin(env)
    env.clock.advance(SECOND)

    results = await asyncio.gather(*(begin(env) for _ in range(20)), return_exceptions=True)

    assert sum(result is None for result in results) == 1
    assert sum(isinstance(result, LockedOut) for result in results) == 19
