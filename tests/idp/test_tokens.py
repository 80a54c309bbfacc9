"""Refreshing, revoking and signing out: what must succeed in silence, and what must not be passed over."""

from typing import Any

import pytest
from tests.world import World

from poolhouse.crypto.secret_hash import secret_hash
from poolhouse.errors import (
    AccessTokenRevoked,
    ClientSecretMismatch,
    RefreshTokenRevoked,
    Unauthorized,
    WrongSecretHash,
)
from poolhouse.ports import DAY

Tokens = dict[str, Any]


async def new_client(world: World, **settings: Any) -> dict[str, Any]:
    """A client of a pool that Ada and Bob are in."""
    pool = await world.pool()
    for name in ("ada", "bob"):
        await world.user(pool, name)
    return await world.client(pool, **settings)


async def refreshed(world: World, client: dict[str, Any], tokens: Tokens, **members: Any) -> Tokens:
    answer = await world.call(
        "GetTokensFromRefreshToken",
        ClientId=client["ClientId"],
        RefreshToken=tokens["RefreshToken"],
        **members,
    )
    return dict(answer["AuthenticationResult"])


async def revoke(world: World, client: dict[str, Any], token: str, **members: Any) -> dict[str, Any]:
    return await world.call("RevokeToken", ClientId=client["ClientId"], Token=token, **members)


async def second_secret(world: World, client: dict[str, Any]) -> str:
    made = await world.call(
        "AddUserPoolClientSecret", UserPoolId=client["UserPoolId"], ClientId=client["ClientId"]
    )
    return str(made["ClientSecretDescriptor"]["ClientSecretValue"])


async def test_a_token_that_is_unknown_or_dead_is_revoked_in_silence(world: World) -> None:
    client = await new_client(world)
    tokens = await world.tokens(client)
    await revoke(world, client, tokens["RefreshToken"])
    expired = await world.tokens(client)
    world.advance(31 * DAY)

    for token in ("unknown", tokens["RefreshToken"], expired["RefreshToken"]):
        assert await revoke(world, client, token) == {}


async def test_no_client_revokes_the_tokens_of_another(world: World) -> None:
    client = await new_client(world)
    other = await world.client(client["UserPoolId"])
    tokens = await world.tokens(client)

    assert await revoke(world, other, tokens["RefreshToken"]) == {}

    assert "AccessToken" in await refreshed(world, client, tokens)
    await revoke(world, client, tokens["RefreshToken"])
    with pytest.raises(RefreshTokenRevoked):
        await refreshed(world, client, tokens)


async def test_a_revocation_ends_what_was_refreshed_and_no_other_sign_in(world: World) -> None:
    client = await new_client(world)
    tokens, other = await world.tokens(client), await world.tokens(client)
    later = await refreshed(world, client, tokens)

    await revoke(world, client, tokens["RefreshToken"])

    for dead in (tokens, later):
        with pytest.raises(AccessTokenRevoked):
            await world.call("GetUser", AccessToken=dead["AccessToken"])
    assert (await world.call("GetUser", AccessToken=other["AccessToken"]))["Username"] == "ada"


@pytest.mark.parametrize("by_admin", [False, True], ids=["GlobalSignOut", "AdminUserGlobalSignOut"])
async def test_signing_out_everywhere_ends_every_client_of_one_user_only(
    world: World, by_admin: bool
) -> None:
    client = await new_client(world)
    pool = client["UserPoolId"]
    other = await world.client(pool)
    ended = [(client, await world.tokens(client)), (other, await world.tokens(other))]
    bob = await world.tokens(client, "bob")

    if by_admin:
        assert await world.call("AdminUserGlobalSignOut", UserPoolId=pool, Username="ada") == {}
    else:
        assert await world.call("GlobalSignOut", AccessToken=ended[0][1]["AccessToken"]) == {}

    for app, tokens in ended:
        with pytest.raises(RefreshTokenRevoked):
            await refreshed(world, app, tokens)
        with pytest.raises(AccessTokenRevoked):
            await world.call("GetUser", AccessToken=tokens["AccessToken"])
    assert "AccessToken" in await refreshed(world, client, bob)
    assert "AccessToken" in await refreshed(world, client, await world.tokens(client))


async def test_either_of_two_secrets_proves_the_client(world: World) -> None:
    client = await new_client(world, GenerateSecret=True)
    secrets = [client["ClientSecret"], await second_secret(world, client)]

    async def sign_in(secret: str) -> Tokens:
        hashed = secret_hash("ada", client["ClientId"], secret)
        parameters = {"USERNAME": "ada", "PASSWORD": "P2$Sword", "SECRET_HASH": hashed}
        answer = await world.call(
            "InitiateAuth",
            ClientId=client["ClientId"],
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters=parameters,
        )
        return dict(answer["AuthenticationResult"])

    for secret in secrets:
        tokens = await sign_in(secret)
        assert "AccessToken" in await refreshed(world, client, tokens, ClientSecret=secret)
        assert await revoke(world, client, tokens["RefreshToken"], ClientSecret=secret) == {}
    living = await sign_in(secrets[0])
    with pytest.raises(WrongSecretHash):
        await sign_in("a" * 51)
    with pytest.raises(ClientSecretMismatch):
        await refreshed(world, client, living, ClientSecret="a" * 51)
    with pytest.raises(Unauthorized):
        await revoke(world, client, living["RefreshToken"], ClientSecret="a" * 51)


@pytest.mark.parametrize("flow", ["REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"])
@pytest.mark.parametrize("operation", ["InitiateAuth", "AdminInitiateAuth"])
async def test_both_names_of_the_flow_refresh_without_a_new_refresh_token(
    world: World, operation: str, flow: str
) -> None:
    client = await new_client(world)
    token = (await world.tokens(client))["RefreshToken"]
    pool = {"UserPoolId": client["UserPoolId"]} if operation == "AdminInitiateAuth" else {}

    answer = await world.call(
        operation,
        **pool,
        ClientId=client["ClientId"],
        AuthFlow=flow,
        AuthParameters={"REFRESH_TOKEN": token},
    )

    assert set(answer["AuthenticationResult"]) == {"AccessToken", "IdToken", "TokenType", "ExpiresIn"}
    assert answer["ChallengeParameters"] == {}
