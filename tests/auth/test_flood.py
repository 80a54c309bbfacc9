"""A flood of passwords: who would wait too long is turned away, and nothing is counted against them."""

import pytest
from tests.world import World

from poolhouse.directory.pools import PASSWORD_STORAGE_TAG
from poolhouse.errors import TooManyRequests

FLOWS = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]


async def argon2id_client(world: World) -> dict[str, str]:
    pool = await world.pool(UserPoolTags={PASSWORD_STORAGE_TAG: "argon2id"})
    client = await world.client(pool, ExplicitAuthFlows=FLOWS)
    await world.user(pool)
    return client


async def test_beyond_the_queue_a_password_is_not_compared_and_not_counted(world: World) -> None:
    client = await argon2id_client(world)
    world.env.hashing.waiting = world.env.hashing.most_waiting

    for _ in range(10):
        with pytest.raises(TooManyRequests):
            await world.tokens(client)

    world.env.hashing.waiting = 0
    assert await world.tokens(client)


async def test_a_pool_that_keeps_verifiers_is_not_turned_away(world: World) -> None:
    pool = await world.pool()
    client = await world.client(pool)
    await world.user(pool)
    world.env.hashing.waiting = world.env.hashing.most_waiting

    assert await world.tokens(client)


async def test_the_queue_is_empty_when_everybody_was_served(world: World) -> None:
    client = await argon2id_client(world)
    await world.tokens(client)

    assert world.env.hashing.waiting == 0
