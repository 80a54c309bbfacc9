"""Labelled replays of token theft: who is caught with a copied refresh token, and what its owner notices.

A refresh is not assessed (docs/threat-protection.md), so rotation and devices are what catches a thief. Each
prints its rates (pytest -s).
"""

import random
from typing import Any

import pytest
from tests.auth.test_refresh import by_operation, rotating
from tests.world import World

from poolhouse.errors import ApiError
from poolhouse.ports import HOUR

PEOPLE = 20


async def refreshed(world: World, client: dict[str, Any], token: str) -> str:
    """The next refresh token, the same where it does not rotate; empty: refused."""
    world.advance(HOUR)
    try:
        return str((await by_operation(world, client, token)).get("RefreshToken", token))
    except ApiError:
        return ""


async def stolen(world: World, dice: random.Random, *, rotates: bool) -> list[tuple[str, str, str]]:
    """Of each theft: what the first has after both came, what the second got, and what the first gets next.

    Who comes first, thief or owner, is the dice's; nothing tells them apart.
    """
    pool = await world.pool()
    client = await world.client(pool, **(rotating(0) if rotates else {}))
    await world.user(pool)
    found = []
    for _ in range(PEOPLE):
        token = (await world.tokens(client))["RefreshToken"]
        for _ in range(dice.randrange(3)):
            token = await refreshed(world, client, token)
        first = await refreshed(world, client, token)
        second = await refreshed(world, client, token)
        found.append((first, second, await refreshed(world, client, first)))
    return found


def shown(name: str, caught: list[bool]) -> float:
    rate = sum(caught) / len(caught)
    print(f"{name:<58}caught {rate:>4.0%}")
    return rate


@pytest.mark.parametrize(("rotates", "rate"), [(True, 1), (False, 0)])
async def test_a_copied_token_ends_with_its_second_use_where_tokens_rotate(
    world: World, rotates: bool, rate: int
) -> None:
    """Neither has anything then. Without rotation nobody is caught: it is what is said of it."""
    found = await stolen(world, random.Random(1), rotates=rotates)

    assert all(first for first, _, _ in found)
    caught = [not second and not third for _, second, third in found]
    assert shown(f"attack: a copied refresh token, rotation {rotates}", caught) == rate


async def test_an_owner_who_alone_has_the_token_is_never_taken_for_a_thief(world: World) -> None:
    pool = await world.pool()
    client = await world.client(pool, **rotating(0))
    await world.user(pool)
    ended = []
    for _ in range(PEOPLE):
        token = (await world.tokens(client))["RefreshToken"]
        for _ in range(5):
            token = await refreshed(world, client, token)
        ended.append(not token)

    assert shown("life: five refreshes of a token that rotates", ended) == 0
