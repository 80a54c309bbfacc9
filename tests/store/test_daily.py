"""The limit of a day: exact under many at once, and a new day at nine in the morning, UTC."""

import asyncio

from tests.environment import environment

from poolhouse.ports import DAY, HOUR, SECOND
from poolhouse.store import daily

MIDNIGHT = 1_800_000_000 * SECOND // DAY * DAY


async def take(env, now, most=3):
    async def write(tx):
        return await daily.take(tx, daily.EMAIL, now, most)

    return await env.db.run(write)


async def spent(env, now, most=3):
    async def read(tx):
        return await daily.spent(tx, daily.EMAIL, now, most)

    return await env.db.read(read)


async def test_of_many_at_once_exactly_as_many_as_the_day_has_are_taken(db, tmp_path):
    env = environment(db, tmp_path)

    taken = await asyncio.gather(*(take(env, MIDNIGHT, most=5) for _ in range(12)))

    assert sorted(taken) == [False] * 7 + [True] * 5


async def test_the_day_begins_at_nine(db, tmp_path):
    env = environment(db, tmp_path)
    for _ in range(3):
        assert await take(env, MIDNIGHT + 8 * HOUR)

    assert not await take(env, MIDNIGHT + 9 * HOUR - 1)
    assert await spent(env, MIDNIGHT + 9 * HOUR - 1)
    assert not await spent(env, MIDNIGHT + 9 * HOUR)
    assert await take(env, MIDNIGHT + 9 * HOUR)
    assert await take(env, MIDNIGHT + DAY)


async def test_looking_counts_nothing(db, tmp_path):
    env = environment(db, tmp_path)

    for _ in range(5):
        assert not await spent(env, MIDNIGHT)

    assert await take(env, MIDNIGHT, most=1)
    assert await spent(env, MIDNIGHT, most=1)
