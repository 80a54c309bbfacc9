"""PreTokenGeneration as a pool has it: its versions, its sources, and what its answer does to real tokens."""

import base64
from typing import Any

import msgspec
import pytest
from tests.functions import answering
from tests.world import World

MAIL = "ada@example.com"


def payload(token: str) -> dict[str, Any]:
    body = token.split(".")[1]
    return dict(msgspec.json.decode(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))))


async def stage(world: World, function: Any, version: str = "V1_0", **client: Any) -> tuple[str, Any]:
    world.functions["PreTokenGeneration"] = function
    pool = await world.pool(LambdaConfig=world.triggers(PreTokenGeneration=version))
    await world.user(pool, email=MAIL, email_verified="true")
    return pool, await world.client(pool, **client)


async def in_group(world: World, pool: str) -> None:
    await world.call("CreateGroup", UserPoolId=pool, GroupName="staff")
    await world.call("AdminAddUserToGroup", UserPoolId=pool, GroupName="staff", Username="ada")


async def test_v1_changes_the_id_token_only(world):
    details = {"claimsToAddOrOverride": {"tenant": "42", "sub": "x"}, "claimsToSuppress": ["email", "iss"]}
    _, client = await stage(world, answering(claimsOverrideDetails=details))

    tokens = await world.tokens(client)

    identity, access = payload(tokens["IdToken"]), payload(tokens["AccessToken"])
    assert identity["tenant"] == "42"
    assert "email" not in identity
    assert identity["sub"] == access["sub"] != "x"
    assert identity["iss"] == access["iss"]
    assert "tenant" not in access
    assert world.fired[0]["version"] == "1"


@pytest.mark.parametrize(("version", "number"), [("V2_0", "2"), ("V3_0", "3")])
async def test_later_versions_change_both_tokens_with_any_json(world, version, number):
    details = {
        "idTokenGeneration": {"claimsToAddOrOverride": {"tenants": [1, 2]}},
        "accessTokenGeneration": {
            "claimsToAddOrOverride": {"tenant": {"id": 1}},
            "scopesToAdd": ["orders/read"],
        },
    }
    _, client = await stage(world, answering(claimsAndScopeOverrideDetails=details), version)

    tokens = await world.tokens(client)

    assert payload(tokens["IdToken"])["tenants"] == [1, 2]
    access = payload(tokens["AccessToken"])
    assert access["tenant"] == {"id": 1}
    assert access["scope"] == "aws.cognito.signin.user.admin orders/read"
    assert world.fired[0]["version"] == number
    assert await world.call("GetUser", AccessToken=tokens["AccessToken"])


async def test_without_its_scope_an_access_token_opens_nothing_here(world):
    scopes = {"scopesToSuppress": ["aws.cognito.signin.user.admin"]}
    details = {"accessTokenGeneration": scopes}
    _, client = await stage(world, answering(claimsAndScopeOverrideDetails=details), "V2_0")

    tokens = await world.tokens(client)

    assert payload(tokens["AccessToken"])["scope"] == ""
    with pytest.raises(Exception, match="does not have required scopes"):
        await world.call("GetUser", AccessToken=tokens["AccessToken"])


@pytest.mark.parametrize("details", [None, {}])
async def test_null_and_an_empty_object_for_groups_take_them_away(world, details):
    pool, client = await stage(world, answering(claimsOverrideDetails={"groupOverrideDetails": details}))
    await in_group(world, pool)

    tokens = await world.tokens(client)

    assert "cognito:groups" not in payload(tokens["IdToken"])
    assert "cognito:groups" not in payload(tokens["AccessToken"])


@pytest.mark.parametrize("details", [None, {}, {"claimsToAddOrOverride": None, "claimsToSuppress": None}])
async def test_where_the_function_says_nothing_the_groups_stay(world, details):  # [K]
    pool, client = await stage(world, answering(claimsOverrideDetails=details))
    await in_group(world, pool)

    tokens = await world.tokens(client)

    assert payload(tokens["IdToken"])["cognito:groups"] == ["staff"]
    assert payload(tokens["AccessToken"])["cognito:groups"] == ["staff"]


async def test_every_refresh_asks_again_with_the_attributes_of_now(world):
    pool, client = await stage(world, answering(claimsOverrideDetails={"claimsToAddOrOverride": {"a": "b"}}))
    tokens = await world.tokens(client)
    changed = [{"Name": "name", "Value": "Ada"}]
    await world.call("AdminUpdateUserAttributes", UserPoolId=pool, Username="ada", UserAttributes=changed)

    refreshed = await world.call(
        "InitiateAuth",
        ClientId=client["ClientId"],
        AuthFlow="REFRESH_TOKEN_AUTH",
        AuthParameters={"REFRESH_TOKEN": tokens["RefreshToken"]},
        ClientMetadata={"from": "the app"},
    )

    assert payload(refreshed["AuthenticationResult"]["IdToken"])["a"] == "b"
    event = world.fired[-1]
    assert event["triggerSource"] == "TokenGeneration_RefreshTokens"
    assert event["request"]["userAttributes"]["name"] == "Ada"
    assert "clientMetadata" not in event["request"]


async def test_a_refused_refresh_rotates_nothing(world):
    rotating = {
        "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"],
        "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0},
    }
    _, client = await stage(world, answering(), **rotating)
    tokens = await world.tokens(client)
    world.functions["PreTokenGeneration"] = answering(claimsOverrideDetails="no")

    async def refresh() -> Any:
        return await world.call(
            "GetTokensFromRefreshToken", ClientId=client["ClientId"], RefreshToken=tokens["RefreshToken"]
        )

    with pytest.raises(Exception, match="Unrecognizable lambda output"):
        await refresh()
    world.functions["PreTokenGeneration"] = answering()
    assert (await refresh())["AuthenticationResult"]["RefreshToken"] != tokens["RefreshToken"]
