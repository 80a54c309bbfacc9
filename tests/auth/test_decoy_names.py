"""USER_ID_FOR_SRP for a name without an owner has the form that it has for a user (behaviour file, 2.1)."""

import re
from typing import Any

import pytest
from tests.world import World

SUB = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


async def srp_id(world: World, client: dict[str, Any], name: str) -> str:
    answer = await world.call(
        "InitiateAuth",
        ClientId=client["ClientId"],
        AuthFlow="USER_SRP_AUTH",
        AuthParameters={"USERNAME": name, "SRP_A": "2"},
    )
    return str(answer["ChallengeParameters"]["USER_ID_FOR_SRP"])


async def hiding(world: World, known: str, **settings: Any) -> dict[str, Any]:
    """A client that hides users, of a pool with one user."""
    pool = await world.pool(**settings)
    await world.user(pool, known)
    return await world.client(pool, PreventUserExistenceErrors="ENABLED")


@pytest.mark.parametrize("name", ["ADA", "BOB"])
async def test_a_pool_that_ignores_case_shows_every_name_in_lower_case(world: World, name: str) -> None:
    client = await hiding(world, "ada", UsernameConfiguration={"CaseSensitive": False})

    assert await srp_id(world, client, name) == name.lower()


@pytest.mark.parametrize("name", ["ada@house", "bob@house"])
async def test_what_only_looks_like_an_address_is_shown_as_a_user_name(world: World, name: str) -> None:
    client = await hiding(world, "ada@house", AliasAttributes=["email", "preferred_username"])

    assert await srp_id(world, client, name) == name


@pytest.mark.parametrize("name", ["ada@example.com", "bob@example.com"])
async def test_where_addresses_are_no_aliases_they_are_user_names(world: World, name: str) -> None:
    client = await hiding(world, "ada@example.com", AliasAttributes=["preferred_username"])

    assert await srp_id(world, client, name) == name


async def test_an_address_that_could_be_an_alias_stands_for_a_uuid(world: World) -> None:
    client = await hiding(world, "ada", AliasAttributes=["email"])

    shown = await srp_id(world, client, "bob@example.com")

    assert SUB.fullmatch(shown)
    assert await srp_id(world, client, "bob@example.com") == shown


async def test_the_uuid_of_nobody_is_shown_as_the_one_of_a_user_is(world: World) -> None:
    client = await hiding(world, "ada@example.com", UsernameAttributes=["email"])
    known = await srp_id(world, client, "ada@example.com")
    unknown = "00000000-0000-4000-8000-000000000000"

    assert await srp_id(world, client, known) == known
    assert await srp_id(world, client, unknown) == unknown
