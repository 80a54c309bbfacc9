"""A session of NEW_PASSWORD_REQUIRED is good once, and only for the temporary password that was proven."""

import asyncio
from typing import Any

import pytest
from tests.world import PASSWORD, World

from poolhouse.errors import InvalidSession, SessionUsed

OTHER = "An0ther-P2$Sword"
NEW = "N3w-P2$Sword"


async def invited(world: World) -> dict[str, Any]:
    """A client of a pool where Kim has the temporary password PASSWORD."""
    pool = await world.pool()
    await world.call(
        "AdminCreateUser",
        UserPoolId=pool,
        Username="kim",
        TemporaryPassword=PASSWORD,
        MessageAction="SUPPRESS",
    )
    return await world.client(pool)


async def session(world: World, client: dict[str, Any], password: str = PASSWORD) -> str:
    answer = await world.call(
        "InitiateAuth",
        ClientId=client["ClientId"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "kim", "PASSWORD": password},
    )
    assert answer["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    return str(answer["Session"])


async def choose(world: World, client: dict[str, Any], opened: str, password: str = NEW) -> dict[str, Any]:
    return await world.call(
        "RespondToAuthChallenge",
        ClientId=client["ClientId"],
        ChallengeName="NEW_PASSWORD_REQUIRED",
        Session=opened,
        ChallengeResponses={"USERNAME": "kim", "NEW_PASSWORD": password},
    )


async def test_of_two_sessions_that_are_answered_at_once_one_sets_the_password(world: World) -> None:
    client = await invited(world)
    opened = [await session(world, client) for _ in range(2)]
    chosen = [f"{NEW}{number}" for number in range(2)]

    results = await asyncio.gather(
        *(choose(world, client, one, password) for one, password in zip(opened, chosen, strict=True)),
        return_exceptions=True,
    )

    lost = [result for result in results if isinstance(result, BaseException)]
    assert [type(result) for result in lost] == [SessionUsed]
    winner = chosen[1 - results.index(lost[0])]
    assert "AccessToken" in await world.tokens(client, "kim", winner)


async def test_a_session_ends_with_the_temporary_password_that_opened_it(world: World) -> None:
    client = await invited(world)
    old = await session(world, client)
    await world.call(
        "AdminSetUserPassword",
        UserPoolId=client["UserPoolId"],
        Username="kim",
        Password=OTHER,
        Permanent=False,
    )

    with pytest.raises(InvalidSession):
        await choose(world, client, old)

    answer = await choose(world, client, await session(world, client, OTHER))
    assert "AccessToken" in answer["AuthenticationResult"]
