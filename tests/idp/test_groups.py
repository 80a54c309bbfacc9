"""Groups and their members (1.9, 3.8)."""

import asyncio
import base64
import json

import pytest
from tests.contexts import context
from tests.idp.groups import add, add_users, make
from tests.idp.refused import refusal

from poolhouse.errors import GroupExists, GroupNotFound
from poolhouse.idp import groups as operations
from poolhouse.ports import MINUTE, Statement
from poolhouse.store import groups
from poolhouse.store.groups import NewGroup

EXISTS = "GroupExistsException: A group with the name already exists."
NO_GROUP = "ResourceNotFoundException: Group not found."
NOBODY = "UserNotFoundException: User does not exist."
ROLE = "arn:aws:iam::000000000000:role/admin"


@pytest.fixture
async def pool(world):
    made = await world.pool()
    await world.user(made, "ada")
    return made


async def groups_of(world, pool, username="ada"):
    answer = await world.call("AdminListGroupsForUser", UserPoolId=pool, Username=username)
    return [group["GroupName"] for group in answer["Groups"]]


async def members(world, pool, name="staff"):
    answer = await world.call("ListUsersInGroup", UserPoolId=pool, GroupName=name)
    return [user["Username"] for user in answer["Users"]]


def id_claims(tokens):
    payload = tokens["IdToken"].split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


# CreateGroup, GetGroup, UpdateGroup


async def test_a_group_is_made_and_found_with_all_that_was_given(world, pool):
    made = await make(world, pool, Description="Staff", RoleArn=ROLE, Precedence=0)

    assert made == await world.call("GetGroup", UserPoolId=pool, GroupName="staff")
    group = made["Group"]
    assert (group["GroupName"], group["UserPoolId"]) == ("staff", pool)
    assert (group["Description"], group["RoleArn"], group["Precedence"]) == ("Staff", ROLE, 0)
    assert group["CreationDate"] == group["LastModifiedDate"]


async def test_what_was_not_given_is_not_shown(world, pool):
    made = await make(world, pool)

    assert set(made["Group"]) == {"GroupName", "UserPoolId", "CreationDate", "LastModifiedDate"}


async def test_a_name_is_taken_once_in_a_pool_and_with_its_case(world, pool):
    await make(world, pool, Precedence=1)
    other = await world.pool()

    assert await refusal(world, "CreateGroup", UserPoolId=pool, GroupName="staff", Precedence=2) == EXISTS
    found = await world.call("GetGroup", UserPoolId=pool, GroupName="staff")
    assert found["Group"]["Precedence"] == 1
    await make(world, pool, "Staff")
    await make(world, other)


async def test_of_many_who_make_one_group_one_does(world, pool):
    results = await asyncio.gather(*(make(world, pool) for _ in range(4)), return_exceptions=True)

    assert [type(result) for result in results].count(GroupExists) == 3


async def test_an_update_changes_what_is_given_only(world, pool):
    made = (await make(world, pool, Description="Staff", RoleArn=ROLE, Precedence=3))["Group"]
    world.advance(MINUTE)

    updated = await world.call(
        "UpdateGroup", UserPoolId=pool, GroupName="staff", Description="", Precedence=0
    )

    group = updated["Group"]
    assert (group["Description"], group["RoleArn"], group["Precedence"]) == ("", ROLE, 0)
    assert group["CreationDate"] == made["CreationDate"]
    assert group["LastModifiedDate"] > made["LastModifiedDate"]
    assert updated == await world.call("GetGroup", UserPoolId=pool, GroupName="staff")


async def test_bad_values_are_refused_by_the_model(world, pool):
    for bad in (
        {"RoleArn": "arn:aws:iam::x"},
        {"Precedence": -1},
        {"GroupName": "a b"},
        {"Description": "x\0"},
    ):
        request = {"UserPoolId": pool, "GroupName": "staff"} | bad
        refused = await refusal(world, "CreateGroup", **request)
        assert "validation error" in refused
    assert (await world.call("ListGroups", UserPoolId=pool))["Groups"] == []
    await make(world, pool, Precedence=2**31 - 1)


@pytest.mark.parametrize("name", ["GetGroup", "UpdateGroup", "DeleteGroup", "ListUsersInGroup"])
async def test_a_group_that_is_not_there_is_told(world, pool, name):
    assert await refusal(world, name, UserPoolId=pool, GroupName="staff") == NO_GROUP
    other = await world.pool()
    await make(world, other)
    assert await refusal(world, name, UserPoolId=pool, GroupName="staff") == NO_GROUP
    await world.call(name, UserPoolId=other, GroupName="staff")


async def test_a_pool_has_no_more_groups_than_it_may(world, pool, monkeypatch):
    monkeypatch.setattr(operations, "MOST_OF_POOL", 2)
    await make(world, pool, "a")
    await make(world, pool, "b")

    refused = await refusal(world, "CreateGroup", UserPoolId=pool, GroupName="c")

    assert refused.startswith("LimitExceededException: ")
    assert await refusal(world, "GetGroup", UserPoolId=pool, GroupName="c") == NO_GROUP
    await world.call("DeleteGroup", UserPoolId=pool, GroupName="a")
    await make(world, pool, "c")


async def test_a_pool_has_ten_thousand_groups(world, pool):
    ctx = await context(world.env, pool)

    async def fill(tx):
        for number in range(9_999):
            await groups.create(tx, ctx, NewGroup(f"g{number}", f"id-{number}", None, None, None))

    await world.env.db.run(fill)

    await make(world, pool, "the-last")
    refused = await refusal(world, "CreateGroup", UserPoolId=pool, GroupName="one-more")
    assert refused == "LimitExceededException: A user pool can have at most 10000 groups."


async def test_a_group_whose_making_was_run_twice_is_not_taken_for_another(world, pool):
    """PostgreSQL runs a transaction again when the connection is lost during its COMMIT."""
    mine = NewGroup("staff", "id-1", None, None, None)
    other = NewGroup("staff", "id-2", None, None, None)
    ctx = await context(world.env, pool)

    created = [
        await world.env.db.run(lambda tx, new=new: groups.create(tx, ctx, new)) for new in (mine, mine, other)
    ]

    assert [row and row["group_id"] for row in created] == ["id-1", "id-1", None]


# Members


async def test_members_are_added_and_removed_as_often_as_one_likes(world, pool):
    await make(world, pool)

    assert await add(world, pool) == {}
    assert await add(world, pool) == {}
    assert await groups_of(world, pool) == ["staff"]
    assert await members(world, pool) == ["ada"]
    user = {"UserPoolId": pool, "GroupName": "staff", "Username": "ada"}
    assert await world.call("AdminRemoveUserFromGroup", **user) == {}
    assert await world.call("AdminRemoveUserFromGroup", **user) == {}
    assert await groups_of(world, pool) == []
    assert await members(world, pool) == []


@pytest.mark.parametrize("name", ["AdminAddUserToGroup", "AdminRemoveUserFromGroup"])
async def test_user_and_group_must_be_there(world, pool, name):
    await make(world, pool)

    nobody = await refusal(world, name, UserPoolId=pool, GroupName="staff", Username="bob")
    no_group = await refusal(world, name, UserPoolId=pool, GroupName="none", Username="ada")

    assert (nobody, no_group) == (NOBODY, NO_GROUP)
    assert await refusal(world, "AdminListGroupsForUser", UserPoolId=pool, Username="bob") == NOBODY
    await world.call(name, UserPoolId=pool, GroupName="staff", Username="ada")


async def test_members_are_shown_with_their_attributes(world, pool):
    await make(world, pool)
    await add(world, pool)

    [user] = (await world.call("ListUsersInGroup", UserPoolId=pool, GroupName="staff"))["Users"]

    [listed] = (await world.call("ListUsers", UserPoolId=pool))["Users"]
    assert user == listed
    assert user["Attributes"][0]["Name"] == "sub"


async def test_a_user_is_in_so_many_groups_and_no_more(world, pool, monkeypatch):
    monkeypatch.setattr(operations, "MOST_OF_USER", 2)
    for name in ("a", "b", "c"):
        await make(world, pool, name)
    await add(world, pool, "a")
    await add(world, pool, "b")

    refused = await refusal(world, "AdminAddUserToGroup", UserPoolId=pool, GroupName="c", Username="ada")

    assert refused == "InvalidParameterException: A user can be in at most 2 groups."
    assert await groups_of(world, pool) == ["a", "b"]
    await add(world, pool, "b")
    await world.call("DeleteGroup", UserPoolId=pool, GroupName="a")
    await add(world, pool, "c")


async def test_groups_are_in_the_tokens_by_precedence(world, pool):
    await make(world, pool, "late")
    await make(world, pool, "first", Precedence=1, RoleArn=ROLE)
    await make(world, pool, "second", Precedence=2)
    for name in ("late", "second", "first"):
        await add(world, pool, name)

    claims = id_claims(await world.tokens(await world.client(pool)))

    assert claims["cognito:groups"] == ["first", "second", "late"]
    assert claims["cognito:preferred_role"] == ROLE


async def test_a_deleted_user_is_in_no_group(world, pool):
    await make(world, pool)
    await add(world, pool)

    await world.call("AdminDeleteUser", UserPoolId=pool, Username="ada")

    assert await members(world, pool) == []


# DeleteGroup


async def test_a_deleted_group_leaves_its_members_and_does_not_come_back_with_its_name(world, pool):
    for name in ("staff", "other"):
        await make(world, pool, name)
        await add(world, pool, name)

    assert await world.call("DeleteGroup", UserPoolId=pool, GroupName="staff") == {}

    assert await groups_of(world, pool) == ["other"]
    claims = id_claims(await world.tokens(await world.client(pool)))
    assert claims["cognito:groups"] == ["other"]
    await make(world, pool)
    assert await members(world, pool) == []
    assert await groups_of(world, pool) == ["other"]


async def test_a_large_group_is_emptied_to_the_last_member(world, pool):
    await make(world, pool)
    await make(world, pool, "other")
    ctx = await context(world.env, pool)

    async def fill(tx):
        for name in ("staff", "other"):
            group = await groups.by_name(tx, pool, name)
            for number in range(1_001):
                await groups.join(tx, ctx, f"{number:04}", group["group_id"])

    await world.env.db.run(fill)

    await world.call("DeleteGroup", UserPoolId=pool, GroupName="staff")

    left = Statement("SELECT COUNT(*) AS number FROM memberships WHERE pool_id = :pool_id")
    assert (await world.env.db.read(lambda tx: tx.one(left, pool_id=pool)))["number"] == 1_001
    assert await refusal(world, "GetGroup", UserPoolId=pool, GroupName="staff") == NO_GROUP


async def test_a_membership_that_was_made_while_the_group_went_is_good_for_nothing(world, pool):
    await make(world, pool)
    await add(world, pool)
    delete = Statement("DELETE FROM user_groups WHERE pool_id = :pool_id")

    await world.env.db.run(lambda tx: tx.run(delete, pool_id=pool))

    assert await groups_of(world, pool) == []
    await make(world, pool)
    assert await members(world, pool) == []
    await add(world, pool)
    assert await members(world, pool) == ["ada"]


async def test_of_many_who_delete_a_group_one_does(world, pool):
    await make(world, pool)
    calls = [world.call("DeleteGroup", UserPoolId=pool, GroupName="staff") for _ in range(4)]

    results = await asyncio.gather(*calls, return_exceptions=True)

    assert results.count({}) == 1
    assert sum(isinstance(result, GroupNotFound) for result in results) == 3


async def test_members_who_come_while_the_group_goes_are_not_in_it(world, pool):
    await add_users(world, pool, 3)
    await make(world, pool)

    await asyncio.gather(
        *(add(world, pool, "staff", f"u{number}") for number in range(3)),
        world.call("DeleteGroup", UserPoolId=pool, GroupName="staff"),
        return_exceptions=True,
    )

    assert await refusal(world, "GetGroup", UserPoolId=pool, GroupName="staff") == NO_GROUP
    await make(world, pool)
    assert await members(world, pool) == []
