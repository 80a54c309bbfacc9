"""Tokens for machines (behaviour file, 4.2, 4.7, 6.4 and 6.9)."""

import json
from typing import Any

import pytest
from tests.functions import answering
from tests.oauth.booth import MACHINE, App, Booth, basic, claims, open_booth
from tests.world import World


async def machine_in(booth: Booth, **settings: Any) -> App:
    await booth.world.call(
        "CreateResourceServer",
        UserPoolId=booth.pool,
        Identifier="api",
        Name="API",
        Scopes=[
            {"ScopeName": "read", "ScopeDescription": "Read"},
            {"ScopeName": "write", "ScopeDescription": "Write"},
        ],
    )
    return await booth.world.client(booth.pool, **({**MACHINE} | settings))


@pytest.fixture
async def machine(booth: Booth) -> App:
    return await machine_in(booth)


async def test_a_machine_gets_an_access_token_of_its_own_and_nothing_else(booth: Booth, machine: App) -> None:
    answer = await booth.token(booth.machine(machine))

    assert answer.status == 200
    assert list(answer.json) == ["access_token", "expires_in", "token_type"]
    said = claims(answer.json["access_token"])
    issued = said["iat"]
    assert {name: value for name, value in said.items() if name != "jti"} == {
        "sub": machine["ClientId"],
        "client_id": machine["ClientId"],
        "token_use": "access",
        "scope": "api/read api/write",
        "auth_time": issued,
        "iat": issued,
        "exp": issued + 3600,
        "iss": f"{booth.world.env.settings.public_url}/{booth.pool}",
        "version": 2,
    }


async def test_a_machine_may_ask_for_some_of_its_scopes_and_for_no_other(booth: Booth, machine: App) -> None:
    one = await booth.token(booth.machine(machine, scope="api/write"))
    other = await booth.token(booth.machine(machine, scope="api/write api/delete"))
    of_users = await booth.token(booth.machine(machine, scope="openid"))

    assert claims(one.json["access_token"])["scope"] == "api/write"
    assert other.error == of_users.error == (400, "invalid_scope")


async def test_a_deleted_scope_is_ignored_where_it_is_not_asked_for(booth: Booth, machine: App) -> None:
    await booth.world.call(
        "UpdateResourceServer",
        UserPoolId=booth.pool,
        Identifier="api",
        Name="API",
        Scopes=[{"ScopeName": "read", "ScopeDescription": "Read"}],
    )

    usual = await booth.token(booth.machine(machine))
    asked = await booth.token(booth.machine(machine, scope="api/write"))

    assert claims(usual.json["access_token"])["scope"] == "api/read"
    assert asked.error == (400, "invalid_scope")


async def test_the_secret_may_come_in_the_header(booth: Booth, machine: App) -> None:
    shown = basic(machine["ClientId"], machine["ClientSecret"])

    assert (await booth.token({"grant_type": "client_credentials"}, shown)).status == 200


async def test_a_machines_token_opens_nothing_that_is_a_users(booth: Booth, machine: App) -> None:
    token = (await booth.token(booth.machine(machine))).json["access_token"]

    assert (await booth.user_info(token)).status == 401
    assert (await booth.user_info((await booth.tokens())["access_token"])).status == 200


async def test_a_function_of_v3_sees_the_metadata_and_changes_the_token(world: World) -> None:
    world.functions["PreTokenGeneration"] = answering(
        claimsAndScopeOverrideDetails={
            "accessTokenGeneration": {
                "claimsToAddOrOverride": {"plan": "gold", "sub": "somebody", "username": "ada"},
                "scopesToSuppress": ["api/write"],
            }
        }
    )
    booth = await open_booth(world, {"LambdaConfig": world.triggers(PreTokenGeneration="V3_0")})
    machine = await machine_in(booth)

    answer = await booth.token(booth.machine(machine, aws_client_metadata=json.dumps({"order": "7"})))

    said = claims(answer.json["access_token"])
    assert (said["plan"], said["scope"], said["sub"]) == ("gold", "api/read", machine["ClientId"])
    assert "username" not in said
    event = world.fired[-1]
    assert (event["triggerSource"], event["userName"]) == (
        "TokenGeneration_ClientCredentials",
        "ClientCredentials",
    )
    assert event["request"] == {
        "userAttributes": {},
        "groupConfiguration": None,
        "scopes": ["api/read", "api/write"],
        "clientMetadata": {"order": "7"},
    }


async def test_functions_of_earlier_versions_are_not_asked(world: World) -> None:
    world.functions["PreTokenGeneration"] = answering()
    booth = await open_booth(world, {"LambdaConfig": world.triggers(PreTokenGeneration="V2_0")})
    machine = await machine_in(booth)

    assert (await booth.token(booth.machine(machine))).status == 200
    assert world.fired == []


@pytest.mark.parametrize("metadata", ["[]", '{"a":1}', "{", '"text"', '{"a":null}'])
async def test_metadata_that_is_no_object_of_texts_is_refused(
    booth: Booth, machine: App, metadata: str
) -> None:
    answer = await booth.token(booth.machine(machine, aws_client_metadata=metadata))

    assert answer.error == (400, "invalid_request")
    assert (await booth.token(booth.machine(machine, aws_client_metadata='{"a":"1"}'))).status == 200
