"""Refreshing: what stays, what is read anew, and how rotation treats a token that comes twice (2.8)."""

import base64
import json
from typing import Any

import pytest
from tests.world import World

from poolhouse.errors import (
    InvalidRefreshToken,
    RefreshTokenExpired,
    RefreshTokenReuse,
    RefreshTokenRevoked,
    SecretHashMismatch,
)
from poolhouse.ports import DAY, HOUR, SECOND

_KEPT = ("sub", "origin_jti", "auth_time", "event_id")
_NEW = ("jti", "iat", "exp")


def claims(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    return dict(json.loads(base64.urlsafe_b64decode(part + "==")))


def rotating(grace: int) -> dict[str, Any]:
    return {
        "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"],
        "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": grace},
    }


async def signed_in(world: World, **settings: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """A client, and the tokens that Ada has from it."""
    pool = await world.pool()
    client = await world.client(pool, **settings)
    await world.user(pool)
    return client, await world.tokens(client)


async def by_flow(world: World, client: dict[str, Any], token: str) -> dict[str, Any]:
    answer = await world.call(
        "InitiateAuth",
        ClientId=client["ClientId"],
        AuthFlow="REFRESH_TOKEN_AUTH",
        AuthParameters={"REFRESH_TOKEN": token},
    )
    return dict(answer["AuthenticationResult"])


async def by_operation(world: World, client: dict[str, Any], token: str) -> dict[str, Any]:
    answer = await world.call("GetTokensFromRefreshToken", ClientId=client["ClientId"], RefreshToken=token)
    return dict(answer["AuthenticationResult"])


@pytest.mark.parametrize("way", [by_flow, by_operation])
async def test_a_refresh_keeps_the_sign_in_and_makes_new_tokens(world: World, way: Any) -> None:
    client, before = await signed_in(world)
    world.advance(30 * SECOND)

    after = await way(world, client, before["RefreshToken"])

    assert set(after) == {"AccessToken", "IdToken", "TokenType", "ExpiresIn"}
    for name in ("AccessToken", "IdToken"):
        old, new = claims(before[name]), claims(after[name])
        assert {claim: new[claim] for claim in _KEPT} == {claim: old[claim] for claim in _KEPT}
        assert [claim for claim in _NEW if new[claim] == old[claim]] == []


async def test_the_two_tokens_have_one_origin_and_two_ids(world: World) -> None:
    client, tokens = await signed_in(world)

    access, identity = claims(tokens["AccessToken"]), claims(tokens["IdToken"])
    next_sign_in = claims((await world.tokens(client))["AccessToken"])

    assert access["origin_jti"] == identity["origin_jti"] != next_sign_in["origin_jti"]
    assert access["jti"] != identity["jti"]


async def test_groups_and_attributes_are_read_anew(world: World) -> None:
    client, tokens = await signed_in(world)
    pool = client["UserPoolId"]
    await world.call("CreateGroup", UserPoolId=pool, GroupName="staff")
    await world.call("AdminAddUserToGroup", UserPoolId=pool, Username="ada", GroupName="staff")
    named = [{"Name": "name", "Value": "Ada"}]
    await world.call("AdminUpdateUserAttributes", UserPoolId=pool, Username="ada", UserAttributes=named)

    found = claims((await by_flow(world, client, tokens["RefreshToken"]))["IdToken"])

    assert found["cognito:groups"] == ["staff"]
    assert found["name"] == "Ada"


async def test_a_refresh_does_not_extend_the_life_of_the_token(world: World) -> None:
    client, tokens = await signed_in(world)
    world.advance(29 * DAY)
    await by_flow(world, client, tokens["RefreshToken"])
    world.advance(DAY - HOUR)
    await by_flow(world, client, tokens["RefreshToken"])
    world.advance(HOUR)

    with pytest.raises(RefreshTokenExpired):
        await by_flow(world, client, tokens["RefreshToken"])


async def test_a_rotated_token_keeps_the_expiry_of_the_first(world: World) -> None:
    client, tokens = await signed_in(world, **rotating(0))
    world.advance(29 * DAY)
    second = await by_operation(world, client, tokens["RefreshToken"])
    world.advance(DAY + SECOND)

    with pytest.raises(RefreshTokenExpired):
        await by_operation(world, client, second["RefreshToken"])


async def test_within_the_grace_period_the_same_successor_comes_again(world: World) -> None:
    client, tokens = await signed_in(world, **rotating(10))

    first = await by_operation(world, client, tokens["RefreshToken"])
    world.advance(9 * SECOND)
    again = await by_operation(world, client, tokens["RefreshToken"])
    third = await by_operation(world, client, first["RefreshToken"])

    assert "RefreshToken" in again
    with pytest.raises(RefreshTokenReuse):  # two steps behind is no lost answer
        await by_operation(world, client, tokens["RefreshToken"])
    with pytest.raises(RefreshTokenRevoked):
        await by_operation(world, client, third["RefreshToken"])


@pytest.mark.parametrize("seconds", [0, -1, 1], ids=["at once", "by a clock that is behind", "later"])
async def test_without_a_grace_period_a_token_is_good_once(world: World, seconds: int) -> None:
    client, tokens = await signed_in(world, **rotating(0))
    await by_operation(world, client, tokens["RefreshToken"])
    world.advance(seconds * SECOND)

    with pytest.raises(RefreshTokenReuse):
        await by_operation(world, client, tokens["RefreshToken"])


async def test_the_secret_hash_of_a_refresh_is_over_the_internal_user_name(world: World) -> None:
    pool = await world.pool(UsernameAttributes=["email"])
    client = await world.client(pool, GenerateSecret=True)
    username = await world.user(pool, "ada@example.com")
    token = (await world.tokens(client, "ada@example.com"))["RefreshToken"]

    async def refresh(name: str) -> dict[str, Any]:
        return await world.call(
            "InitiateAuth",
            ClientId=client["ClientId"],
            AuthFlow="REFRESH_TOKEN_AUTH",
            AuthParameters={"REFRESH_TOKEN": token} | world.hash(client, name),
        )

    assert "AccessToken" in (await refresh(username))["AuthenticationResult"]
    with pytest.raises(SecretHashMismatch):
        await refresh("ada@example.com")


async def test_a_refresh_token_opens_in_no_other_client(world: World) -> None:
    client, tokens = await signed_in(world)
    other = await world.client(client["UserPoolId"])

    with pytest.raises(InvalidRefreshToken):
        await by_flow(world, other, tokens["RefreshToken"])
    assert "AccessToken" in await by_flow(world, client, tokens["RefreshToken"])


async def test_a_change_of_the_password_keeps_the_refresh_tokens(world: World) -> None:
    client, tokens = await signed_in(world)
    pool = client["UserPoolId"]
    await world.call(
        "AdminSetUserPassword", UserPoolId=pool, Username="ada", Password="An0ther-P2$Sword", Permanent=True
    )

    assert "AccessToken" in await by_flow(world, client, tokens["RefreshToken"])
