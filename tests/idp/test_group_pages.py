"""The listings of groups and members: pages and their tokens (1.9)."""

import pytest
from tests.idp.groups import add, add_users, make
from tests.idp.refused import refusal

from poolhouse.ports import HOUR, MINUTE

BAD_TOKEN = "InvalidParameterException: Invalid pagination token given."


@pytest.fixture
async def pool(world):
    made = await world.pool()
    await world.user(made, "ada")
    return made


async def pages(world, name, member, key, token, **request):
    """What all pages hold, and how long each was."""
    found, lengths = [], []
    while True:
        answer = await world.call(name, **request)
        found += [entry[key] for entry in answer[member]]
        lengths.append(len(answer[member]))
        if token not in answer:
            return found, lengths
        request[token] = answer[token]


async def test_groups_are_listed_by_name_in_pages(world, pool):
    for name in ("b", "a", "é", "B"):
        await make(world, pool, name)
        await add(world, pool, name)

    for name, request in (("ListGroups", {}), ("AdminListGroupsForUser", {"Username": "ada"})):
        by_three = await pages(
            world, name, "Groups", "GroupName", "NextToken", UserPoolId=pool, Limit=3, **request
        )
        at_once = await pages(
            world, name, "Groups", "GroupName", "NextToken", UserPoolId=pool, Limit=0, **request
        )
        assert by_three == (["B", "a", "b", "é"], [3, 1])
        assert at_once == (["B", "a", "b", "é"], [4])


async def test_members_are_listed_in_pages(world, pool):
    await add_users(world, pool, 3)
    await make(world, pool)
    for number in range(3):
        await add(world, pool, "staff", f"u{number}")

    found, lengths = await pages(
        world,
        "ListUsersInGroup",
        "Users",
        "Username",
        "NextToken",
        UserPoolId=pool,
        GroupName="staff",
        Limit=2,
    )

    assert sorted(found) == ["u0", "u1", "u2"]
    assert lengths == [2, 1]


LISTINGS = {
    "ListGroups": {},
    "AdminListGroupsForUser": {"Username": "ada"},
    "ListUsersInGroup": {"GroupName": "a"},
}


@pytest.fixture
async def tokens(world, pool):
    """A token of each listing: ada and bob are in the groups a and b."""
    await world.user(pool, "bob")
    for name in ("a", "b"):
        await make(world, pool, name)
        await add(world, pool, name)
        await add(world, pool, name, "bob")
    return {
        name: (await world.call(name, UserPoolId=pool, Limit=1, **request))["NextToken"]
        for name, request in LISTINGS.items()
    }


@pytest.mark.parametrize("name", LISTINGS)
async def test_a_token_is_good_for_its_own_listing_only(world, pool, tokens, name):
    request = {"UserPoolId": pool} | LISTINGS[name]
    mine = tokens.pop(name)

    for other in tokens.values():
        assert await refusal(world, name, NextToken=other, **request) == BAD_TOKEN
    assert await world.call(name, NextToken=mine, **request)


@pytest.mark.parametrize(
    ("name", "other"),
    [("AdminListGroupsForUser", {"Username": "bob"}), ("ListUsersInGroup", {"GroupName": "b"})],
)
async def test_a_token_is_good_for_its_own_user_or_group_only(world, pool, tokens, name, other):
    assert await refusal(world, name, UserPoolId=pool, NextToken=tokens[name], **other) == BAD_TOKEN
    assert await world.call(name, UserPoolId=pool, NextToken=tokens[name], **LISTINGS[name])


@pytest.mark.parametrize("name", LISTINGS)
async def test_a_token_is_good_for_an_hour(world, pool, tokens, name):
    request = {"UserPoolId": pool, "NextToken": tokens[name]} | LISTINGS[name]

    world.advance(HOUR - MINUTE)
    assert await world.call(name, **request)
    world.advance(2 * MINUTE)
    assert await refusal(world, name, **request) == BAD_TOKEN
