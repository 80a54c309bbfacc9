"""A copy of a user pool, on each store: it is there whole, or not at all."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.store.template import Template, cloned, without
from tests.world import World, close_world, open_world

from poolhouse.errors import ApiError
from poolhouse.ports import Db, Statement, Tx
from poolhouse.store import pool_parts

PERSONAL = {"Id", "Arn", "Name", "CreationDate", "LastModifiedDate", "EstimatedNumberOfUsers", "UserPoolTags"}
TABLES = (
    "pools",
    "data_keys",
    "signing_keys",
    "tags",
    "clients",
    "client_secrets",
    "user_groups",
    "resource_servers",
    "identity_providers",
    "provider_identifiers",
    "ui_customizations",
    "login_styles",
    "login_assets",
    "terms",
    "risk_configurations",
)
COUNTS = [Statement(f"SELECT COUNT(*) AS number FROM {table}") for table in TABLES]


@pytest.fixture
async def world(db: Db, tmp_path: Path) -> AsyncIterator[World]:
    opened = await open_world(tmp_path, db)
    yield opened
    await close_world(opened)


@pytest.fixture
async def template(world: World) -> Template:
    return await Template(world).make()


async def numbers(world: World) -> list[int]:
    """How many rows each table has."""

    async def read(tx: Tx) -> list[int]:
        return [row["number"] for statement in COUNTS if (row := await tx.one(statement))]

    return await world.env.db.read(read)


async def test_the_copy_is_set_up_as_its_template(world: World, template: Template) -> None:
    made = await cloned(template)

    before = (await template.call("DescribeUserPool"))["UserPool"]
    after = (await world.call("DescribeUserPool", UserPoolId=made.pool_id))["UserPool"]
    assert {k: v for k, v in after.items() if k not in PERSONAL} == {
        k: v for k, v in before.items() if k not in {*PERSONAL, "Domain"}
    }
    assert (after["Name"], after["Id"], after["EstimatedNumberOfUsers"]) == ("acme", made.pool_id, 0)
    assert (
        after["UserPoolTags"]
        == before["UserPoolTags"]
        == {"team": "red", "poolhouse:lockout-free-tries": "3"}
    )
    assert "Domain" not in after
    for operation in ("GetUserPoolMfaConfig", "GetUserPoolSessionConfiguration"):
        assert without(await world.call(operation, UserPoolId=made.pool_id)) == without(
            await template.call(operation)
        )
    for operation, member in (("ListGroups", "Groups"), ("ListResourceServers", "ResourceServers")):
        more = {"MaxResults": 50} if member == "ResourceServers" else {}
        theirs = (await template.call(operation, **more))[member]
        ours = (await world.call(operation, UserPoolId=made.pool_id, **more))[member]
        assert [without(one) for one in ours] == [without(one) for one in theirs] != []


async def test_two_copies_that_want_one_domain_at_once_are_one_copy(world: World, template: Template) -> None:
    wishes = {"email_domains": ("acme.example",), "tenant_client": template.web}

    made = await asyncio.gather(*(cloned(template, **wishes) for _ in range(3)), return_exceptions=True)

    assert sorted(type(one).__name__ for one in made) == ["Clone", "EmailDomainTaken", "EmailDomainTaken"]
    assert len((await world.call("ListUserPools", MaxResults=10))["UserPools"]) == 2


async def test_a_copy_that_fails_at_its_last_part_leaves_nothing(
    world: World, template: Template, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(copying: pool_parts.Copying) -> None:
        raise ApiError("the store is full")

    monkeypatch.setattr(pool_parts, "PARTS", (*pool_parts.PARTS, fails))
    before = await numbers(world)

    with pytest.raises(ApiError, match="the store is full"):
        await cloned(template)

    assert await numbers(world) == before
    assert all(before)
