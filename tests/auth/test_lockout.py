"""The lock-out: five free tries, then 1, 2, 4 ... seconds up to fifteen minutes (behaviour file, 7.1)."""

from typing import Any

import pytest
from tests.world import World

from poolhouse.errors import IncorrectLogin, LockedOut
from poolhouse.ports import MINUTE, SECOND

WRONG = "Wr0ng-P2$Sword"


@pytest.fixture
async def client(world: World) -> dict[str, Any]:
    """A client of a pool where Ada has a password."""
    return await _client(world)


async def _client(world: World, **tags: str) -> dict[str, Any]:
    listed = {f"poolhouse:{name.replace('_', '-')}": value for name, value in tags.items()}
    pool = await world.pool(UserPoolTags=listed)
    await world.user(pool)
    return await world.client(pool)


async def fail(world: World, client: dict[str, Any], times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(IncorrectLogin):
            await world.tokens(client, "ada", WRONG)


async def is_locked(world: World, client: dict[str, Any]) -> bool:
    """Tries a wrong password: when it is not locked, that counts as a failure."""
    with pytest.raises((IncorrectLogin, LockedOut)) as refusal:
        await world.tokens(client, "ada", WRONG)
    return refusal.type is LockedOut


async def test_the_locks_double_up_to_fifteen_minutes(world: World, client: dict[str, Any]) -> None:
    await fail(world, client, 5)

    for seconds in (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900):
        world.advance((seconds - 1) * SECOND)
        assert await is_locked(world, client), f"less than {seconds} s"
        world.advance(SECOND + SECOND // 4)
        assert not await is_locked(world, client), f"more than {seconds} s"


async def test_tries_during_a_lock_do_not_lengthen_it(world: World, client: dict[str, Any]) -> None:
    await fail(world, client, 5)
    world.advance(SECOND + SECOND // 4)
    await fail(world, client)  # locks for two seconds
    for _ in range(3):
        assert await is_locked(world, client)
        world.advance(SECOND // 2)

    world.advance(SECOND)

    assert "AccessToken" in await world.tokens(client)


async def test_a_success_gives_all_tries_back(world: World, client: dict[str, Any]) -> None:
    await fail(world, client, 4)
    await world.tokens(client)

    await fail(world, client, 5)

    assert await is_locked(world, client)


async def test_fifteen_quiet_minutes_give_all_tries_back(world: World, client: dict[str, Any]) -> None:
    await fail(world, client, 5)
    world.advance(15 * MINUTE + 2 * SECOND)

    await fail(world, client, 5)

    assert await is_locked(world, client)


async def test_fourteen_minutes_do_not(world: World, client: dict[str, Any]) -> None:
    await fail(world, client, 5)
    world.advance(14 * MINUTE)

    await fail(world, client)

    assert await is_locked(world, client)


async def test_a_pool_may_set_both_figures(world: World) -> None:
    client = await _client(world, lockout_free_tries="2", lockout_max_seconds="3")
    await fail(world, client, 2)

    for seconds in (1, 2, 3, 3):
        world.advance((seconds - 1) * SECOND)
        assert await is_locked(world, client)
        world.advance(SECOND + SECOND // 4)
        assert not await is_locked(world, client)


async def test_a_lock_is_counted_for_the_metrics(world: World, client: dict[str, Any]) -> None:
    await fail(world, client, 5)

    assert await is_locked(world, client)

    assert world.events["lockouts"] == 1


async def test_the_lock_of_one_user_is_nobody_elses(world: World, client: dict[str, Any]) -> None:
    await world.user(client["UserPoolId"], "bob")
    await fail(world, client, 5)

    assert "AccessToken" in await world.tokens(client, "bob")
    assert await is_locked(world, client)
