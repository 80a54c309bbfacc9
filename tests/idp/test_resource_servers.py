"""Resource servers over the API (behaviour file, 1.14)."""

import asyncio

from tests.idp.refused import refusal

from poolhouse.errors import ApiError
from poolhouse.store import snapshots

READ = {"ScopeName": "read", "ScopeDescription": "See photos"}
WRITE = {"ScopeName": "write", "ScopeDescription": "Change photos"}


async def _make(world, pool_id, identifier="photos", **request):
    given = {"Name": "Photos", "Scopes": [READ]} | request
    made = await world.call("CreateResourceServer", UserPoolId=pool_id, Identifier=identifier, **given)
    return made["ResourceServer"]


async def _describe(world, pool_id, identifier="photos"):
    found = await world.call("DescribeResourceServer", UserPoolId=pool_id, Identifier=identifier)
    return found["ResourceServer"]


async def test_a_resource_server_shows_what_it_was_made_of(world):
    pool_id = await world.pool()

    made = await _make(world, pool_id, "https://photos.example.com", Scopes=[WRITE, READ])

    assert made == {
        "UserPoolId": pool_id,
        "Identifier": "https://photos.example.com",
        "Name": "Photos",
        "Scopes": [WRITE, READ],
    }
    assert await _describe(world, pool_id, "https://photos.example.com") == made


async def test_an_identifier_is_taken_once_in_a_pool_and_again_in_another(world):
    pool_id, other = await world.pool(), await world.pool()
    first = await _make(world, pool_id)

    again = {"UserPoolId": pool_id, "Identifier": "photos", "Name": "Other"}
    assert await refusal(world, "CreateResourceServer", **again) == (
        f"InvalidParameterException: photos already exists in user pool {pool_id}."
    )
    assert await _describe(world, pool_id) == first
    await _make(world, other)
    await _make(world, pool_id, "Photos")


async def test_one_of_many_who_take_an_identifier_at_once_gets_it(world):
    pool_id = await world.pool()

    async def make(number):
        try:
            await _make(world, pool_id, Name=f"n{number}")
        except ApiError as error:
            return error.code
        return "made"

    answers = await asyncio.gather(*(make(number) for number in range(8)))

    assert sorted(answers) == ["InvalidParameterException"] * 7 + ["made"]


async def test_a_pool_has_so_many_resource_servers_and_no_more(world):
    world.with_settings(quota_resources={"ResourceServers": 2})
    pool_id = await world.pool()
    await _make(world, pool_id, "a")
    await _make(world, pool_id, "b")

    third = {"UserPoolId": pool_id, "Identifier": "c", "Name": "C"}
    assert await refusal(world, "CreateResourceServer", **third) == (
        "LimitExceededException: A user pool can have 2 resource servers at most."
    )
    assert "does not exist" in await refusal(
        world, "DescribeResourceServer", UserPoolId=pool_id, Identifier="c"
    )
    await world.call("DeleteResourceServer", UserPoolId=pool_id, Identifier="a")
    await _make(world, pool_id, "c")


async def test_an_update_replaces_name_and_scopes(world):
    pool_id = await world.pool()
    await _make(world, pool_id, Scopes=[READ, WRITE])
    names = {"UserPoolId": pool_id, "Identifier": "photos"}

    updated = await world.call("UpdateResourceServer", **names, Name="Pictures", Scopes=[WRITE])

    assert updated["ResourceServer"] == names | {"Name": "Pictures", "Scopes": [WRITE]}
    assert await _describe(world, pool_id) == updated["ResourceServer"]
    await world.call("UpdateResourceServer", **names, Name="Pictures")
    assert (await _describe(world, pool_id))["Scopes"] == []


async def test_what_is_not_there_or_is_of_another_pool_is_not_found(world):
    pool_id, other = await world.pool(), await world.pool()
    await _make(world, other)

    for name, more in (
        ("DescribeResourceServer", {}),
        ("UpdateResourceServer", {"Name": "x"}),
        ("DeleteResourceServer", {}),
    ):
        assert await refusal(world, name, UserPoolId=pool_id, Identifier="photos", **more) == (
            "ResourceNotFoundException: Resource server photos does not exist."
        )
        await world.call(name, UserPoolId=other, Identifier="photos", **more)


async def test_servers_are_listed_by_identifier_page_by_page(world):
    pool_id = await world.pool()
    for identifier in ("c", "a", "b"):
        await _make(world, pool_id, identifier)

    first = await world.call("ListResourceServers", UserPoolId=pool_id, MaxResults=2)
    second = await world.call(
        "ListResourceServers", UserPoolId=pool_id, MaxResults=2, NextToken=first["NextToken"]
    )

    assert [one["Identifier"] for one in first["ResourceServers"]] == ["a", "b"]
    assert [one["Identifier"] for one in second["ResourceServers"]] == ["c"]
    assert "NextToken" not in second
    assert first["ResourceServers"][0] == await _describe(world, pool_id, "a")
    other = await world.pool()
    assert "Invalid pagination token" in await refusal(
        world, "ListResourceServers", UserPoolId=other, NextToken=first["NextToken"]
    )


async def test_the_server_of_registration_is_shown_and_cannot_be_changed(world):
    pool_id = await world.pool(DcrConfiguration={})
    names = {"UserPoolId": pool_id, "Identifier": "aws.cognito/dcr"}

    shown = await _describe(world, pool_id, "aws.cognito/dcr")

    assert shown["ManagedBy"] == "COGNITO"
    listed = await world.call("ListResourceServers", UserPoolId=pool_id)
    assert listed["ResourceServers"] == [shown]
    reserved = (
        "InvalidParameterException: aws.cognito/dcr is reserved for resource servers that the service "
        "manages."
    )
    assert await refusal(world, "CreateResourceServer", **names, Name="x") == reserved
    assert await refusal(world, "UpdateResourceServer", **names, Name="x") == reserved
    assert await refusal(world, "DeleteResourceServer", **names) == reserved
    assert await _describe(world, pool_id, "aws.cognito/dcr") == shown


async def test_every_change_is_in_the_snapshot_at_once(world):
    pool_id = await world.pool()

    async def known():
        snapshot = await snapshots.of_pool(world.env, pool_id)
        return {server.identifier: list(server.scopes) for server in snapshot.resource_servers}

    assert await known() == {}
    await _make(world, pool_id)
    assert await known() == {"photos": ["read"]}
    await world.call(
        "UpdateResourceServer", UserPoolId=pool_id, Identifier="photos", Name="x", Scopes=[READ, WRITE]
    )
    assert await known() == {"photos": ["read", "write"]}
    await world.call("DeleteResourceServer", UserPoolId=pool_id, Identifier="photos")
    assert await known() == {}
