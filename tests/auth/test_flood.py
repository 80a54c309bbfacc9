"""A flood of passwords: who would wait too long is turned away, and nothing is counted against them."""

from contextlib import suppress
from typing import Any

import pytest
from msgspec.structs import replace
from tests.world import World

from poolhouse.context import Hashing
from poolhouse.directory.pools import PASSWORD_STORAGE_TAG
from poolhouse.errors import IncorrectLogin, TooManyRequests

FLOWS = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]


async def argon2id_client(world: World) -> dict[str, str]:
    pool = await world.pool(UserPoolTags={PASSWORD_STORAGE_TAG: "argon2id"})
    client = await world.client(pool, ExplicitAuthFlows=FLOWS)
    await world.user(pool)
    return client


async def test_beyond_the_queue_a_password_is_not_compared_and_not_counted(world: World) -> None:
    client = await argon2id_client(world)
    pool = client["UserPoolId"]
    world.env.hashing.waiting[pool] = world.env.hashing.most_waiting

    for _ in range(10):
        with pytest.raises(TooManyRequests):
            await world.tokens(client)

    del world.env.hashing.waiting[pool]
    assert await world.tokens(client)


async def test_a_flood_of_one_pool_turns_nobody_of_another_away(world: World) -> None:
    flooded, quiet = await argon2id_client(world), await argon2id_client(world)
    world.env.hashing.waiting[flooded["UserPoolId"]] = world.env.hashing.most_waiting

    with pytest.raises(TooManyRequests):
        await world.tokens(flooded)

    assert await world.tokens(quiet)


async def test_a_pool_that_keeps_verifiers_is_not_turned_away(world: World) -> None:
    pool = await world.pool()
    client = await world.client(pool)
    await world.user(pool)
    world.env.hashing.waiting[pool] = world.env.hashing.most_waiting

    assert await world.tokens(client)


async def test_the_queue_is_empty_when_everybody_was_served(world: World) -> None:
    client = await argon2id_client(world)
    await world.tokens(client)

    assert world.env.hashing.waiting == {}


@pytest.mark.parametrize("password", ["P2$Sword", "Wr0ng-P2$Sword"], ids=["right", "wrong"])
async def test_a_password_of_before_the_pool_kept_hashes_takes_as_long_as_nobodys(
    world: World, password: str
) -> None:
    pool = await world.pool()
    client = await world.client(pool, ExplicitAuthFlows=FLOWS, PreventUserExistenceErrors="ENABLED")
    await world.user(pool)
    described = await world.call("DescribeUserPool", UserPoolId=pool)
    arn = described["UserPool"]["Arn"]
    await world.call("TagResource", ResourceArn=arn, Tags={PASSWORD_STORAGE_TAG: "argon2id"})
    hashed: list[object] = []

    class Counted(Hashing):
        async def run(self, pool_id: str, work: Any, *arguments: Any, **weight: Any) -> Any:
            hashed.append(work)
            return await super().run(pool_id, work, *arguments, **weight)

    world.env = replace(world.env, hashing=Counted(world.env.hashing.threads))

    async def hashes(name: str) -> int:
        hashed.clear()
        with suppress(IncorrectLogin):
            await world.tokens(client, name, password)
        return len(hashed)

    assert await hashes("nobody") == await hashes("ada") == 1
