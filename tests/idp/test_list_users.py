"""ListUsers: filters, pages, chosen attributes (1.6). What a page holds is tested with the store."""

import base64

import pytest
from tests.idp.refused import pairs, refusal

from poolhouse.ports import HOUR, MINUTE

BAD_TOKEN = "InvalidParameterException: Invalid pagination token given."
LACKING = "InvalidParameterException: One or more requested attributes do not exist."


@pytest.fixture
async def pool(world):
    """Three users: ada and bob have addresses, Cy has none and is disabled."""
    made = await world.pool(AliasAttributes=["email"])
    await add(world, made, "ada", email="Ada@example.com", family_name='O"Hara', email_verified="true")
    await add(world, made, "bob", email="bob@example.com", family_name="O\\Neil")
    await add(world, made, "Cy")
    await world.call("AdminDisableUser", UserPoolId=made, Username="Cy")
    return made


async def add(world, pool, name, /, **attributes):
    await world.call(
        "AdminCreateUser",
        UserPoolId=pool,
        Username=name,
        MessageAction="SUPPRESS",
        UserAttributes=pairs(**attributes),
    )


async def listed(world, pool, **request):
    """The user names of all pages."""
    names = []
    while True:
        answer = await world.call("ListUsers", UserPoolId=pool, **request)
        names += [user["Username"] for user in answer["Users"]]
        if "PaginationToken" not in answer:
            return names
        request["PaginationToken"] = answer["PaginationToken"]


async def test_every_user_is_listed_as_an_administrator_sees_one(world, pool):
    answer = await world.call("ListUsers", UserPoolId=pool)

    assert "PaginationToken" not in answer
    for user in answer["Users"]:
        found = await world.call("AdminGetUser", UserPoolId=pool, Username=user["Username"])
        assert user == {("Attributes" if key == "UserAttributes" else key): found[key] for key in found}
    assert {user["Username"] for user in answer["Users"]} == {"ada", "bob", "Cy"}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('email = "ADA@EXAMPLE.COM"', ["ada"]),
        ('email ^= "a"', ["ada"]),
        ('email^="B"', ["bob"]),
        ('email = "ada"', []),
        ('username = "Cy"', ["Cy"]),
        ('username = "cy"', []),
        ('username = "ada@example.com"', []),
        ('family_name = "O\\"Hara"', ["ada"]),
        ('family_name = "o\\\\neil"', ["bob"]),
        ('family_name ^= "o"', ["ada", "bob"]),
        ('status = "Disabled"', ["Cy"]),
        ('status = "disabled"', []),
        ('cognito:user_status = "force_change_password"', ["Cy", "ada", "bob"]),
        ('cognito:user_status = "CONFIRMED"', []),
        ("", ["Cy", "ada", "bob"]),
    ],
)
async def test_the_filter_says_who_is_listed(world, pool, text, names):
    assert sorted(await listed(world, pool, Filter=text)) == names
    assert sorted(await listed(world, pool, Filter=text, Limit=1)) == names


async def test_a_user_is_found_by_sub(world, pool):
    found = await world.call("AdminGetUser", UserPoolId=pool, Username="bob")
    sub = found["UserAttributes"][0]["Value"]

    assert await listed(world, pool, Filter=f'sub = "{sub}"') == ["bob"]
    assert await listed(world, pool, Filter=f'sub = "{sub.upper()}"') == ["bob"]
    assert "bob" in await listed(world, pool, Filter=f'sub ^= "{sub[:4]}"')


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("phone_number", "+12065550100"),
        ("name", "Ada Lovelace"),
        ("given_name", "Ada"),
        ("family_name", "Lovelace"),
        ("preferred_username", "Countess"),
        ("email", "Ada@Example.com"),
    ],
)
async def test_users_are_found_by_each_attribute_that_can_be_searched_without_regard_to_case(
    world, pool, name, value
):
    await add(world, pool, "dora", **{name: value})

    for text in (value, value.lower(), value.upper()):
        assert "dora" in await listed(world, pool, Filter=f'{name} = "{text}"')
        assert "dora" in await listed(world, pool, Filter=f'{name} ^= "{text[:3]}"')
    assert "dora" not in await listed(world, pool, Filter=f'{name} = "{value[:-1]}"')
    assert "dora" not in await listed(world, pool, Filter=f'username = "{value}"')


async def test_where_addresses_are_user_names_the_user_name_filter_knows_the_sub_only(world):
    pool = await world.pool(UsernameAttributes=["email"])
    name = await world.user(pool, "ada@example.com")

    assert await listed(world, pool, Filter='username = "ada@example.com"') == []
    assert await listed(world, pool, Filter=f'username = "{name}"') == [name]
    assert await listed(world, pool, Filter='email = "ada@example.com"') == [name]


async def test_a_filter_that_makes_no_sense_is_refused(world, pool):
    syntax = "InvalidParameterException: Error while parsing filter"
    assert await refusal(world, "ListUsers", UserPoolId=pool, Filter="email = ada") == syntax
    custom = await refusal(world, "ListUsers", UserPoolId=pool, Filter='custom:foo = "x"')
    assert custom == "InvalidParameterException: Invalid search attribute: custom:foo"


@pytest.mark.parametrize("name", ["address", "birthdate", "email_verified", "identities", "custom:plan"])
async def test_no_other_attribute_can_be_searched(world, pool, name):
    refused = await refusal(world, "ListUsers", UserPoolId=pool, Filter=f'{name} = "x"')

    assert refused == f"InvalidParameterException: Invalid search attribute: {name}"
    assert await listed(world, pool, Filter='username = "ada"') == ["ada"]


async def test_a_filter_is_text_and_nothing_else(world, pool):
    for value in ("' OR '1'='1", "%", "_", "a' --", "*", "ada%"):
        assert await listed(world, pool, Filter=f'username = "{value}"') == []
        assert await listed(world, pool, Filter=f'email ^= "{value}"') == []
    longest = "x" * (256 - len('username = ""'))
    assert await listed(world, pool, Filter=f'username = "{longest}"') == []
    too_long = await refusal(world, "ListUsers", UserPoolId=pool, Filter=f'username = "{longest}x"')
    assert "Member must have length less than or equal to 256" in too_long
    nul = await refusal(world, "ListUsers", UserPoolId=pool, Filter='username = "a\0"')
    assert "Member must not contain the character U+0000" in nul


async def test_a_filter_follows_what_changes(world, pool):
    change = {"UserPoolId": pool, "Username": "bob"}
    await world.call("AdminUpdateUserAttributes", UserAttributes=pairs(email="rob@example.com"), **change)
    assert await listed(world, pool, Filter='email ^= "bob"') == []
    assert await listed(world, pool, Filter='email ^= "rob"') == ["bob"]

    await world.call("AdminDeleteUserAttributes", UserAttributeNames=["family_name"], **change)
    assert await listed(world, pool, Filter='family_name ^= "o"') == ["ada"]

    await world.call("AdminDeleteUser", **change)
    assert await listed(world, pool, Filter='email ^= "rob"') == []
    assert "bob" not in await listed(world, pool)


async def test_limit_zero_is_the_usual_page_and_more_than_sixty_is_refused(world, pool):
    assert len((await world.call("ListUsers", UserPoolId=pool, Limit=0))["Users"]) == 3
    assert len((await world.call("ListUsers", UserPoolId=pool, Limit=60))["Users"]) == 3
    refused = await refusal(world, "ListUsers", UserPoolId=pool, Limit=61)
    assert "at 'limit' failed to satisfy constraint" in refused


async def test_chosen_attributes_are_shown_alone_and_must_be_there(world, pool):
    chosen = {"UserPoolId": pool, "AttributesToGet": ["email", "sub"]}

    answer = await world.call("ListUsers", Filter='email ^= ""', **chosen)

    shown = [{entry["Name"] for entry in user["Attributes"]} for user in answer["Users"]]
    assert shown == [{"email", "sub"}, {"email", "sub"}]
    assert set(answer["Users"][0]) >= {"Username", "Enabled", "UserStatus", "UserCreateDate"}
    assert await refusal(world, "ListUsers", **chosen) == LACKING
    unknown = await refusal(world, "ListUsers", UserPoolId=pool, AttributesToGet=["custom:none"])
    assert unknown == LACKING
    whole = await world.call("ListUsers", UserPoolId=pool, AttributesToGet=[])
    assert len(whole["Users"]) == 3


async def test_a_token_is_good_for_its_own_listing_only(world, pool):
    mine = {"UserPoolId": pool, "Filter": 'family_name ^= "o"', "Limit": 1}
    token = (await world.call("ListUsers", **mine))["PaginationToken"]
    other = await world.pool()

    for changed in ({"Filter": 'family_name ^= "O"'}, {"AttributesToGet": ["email"]}, {"UserPoolId": other}):
        refused = await refusal(world, "ListUsers", **(mine | changed), PaginationToken=token)
        assert refused == BAD_TOKEN
    answer = await world.call("ListUsers", **(mine | {"Limit": 5}), PaginationToken=token)
    assert [user["Username"] for user in answer["Users"]] == ["bob"]


async def test_a_token_of_another_operation_is_refused(world, pool):
    for name in ("a", "b"):
        await world.call("CreateGroup", UserPoolId=pool, GroupName=name)
    token = (await world.call("ListGroups", UserPoolId=pool, Limit=1))["NextToken"]

    assert await refusal(world, "ListUsers", UserPoolId=pool, PaginationToken=token) == BAD_TOKEN
    assert (await world.call("ListGroups", UserPoolId=pool, NextToken=token))["Groups"][0]["GroupName"] == "b"


async def test_a_forged_token_is_refused(world, pool):
    token = (await world.call("ListUsers", UserPoolId=pool, Limit=1))["PaginationToken"]
    raw = bytearray(base64.b64decode(token))
    raw[-1] ^= 1
    forged = [
        "x",
        "' OR 1=1 --",
        "é",
        token[:-4],
        base64.b64encode(raw).decode(),
        base64.b64encode(b"x" * 60).decode(),
    ]

    for text in (text.replace(" ", "+") for text in forged):
        assert await refusal(world, "ListUsers", UserPoolId=pool, PaginationToken=text) == BAD_TOKEN
    assert len((await world.call("ListUsers", UserPoolId=pool, PaginationToken=token))["Users"]) == 2


async def test_a_token_is_good_for_an_hour(world, pool):
    token = (await world.call("ListUsers", UserPoolId=pool, Limit=1))["PaginationToken"]

    world.advance(HOUR - MINUTE)
    assert await world.call("ListUsers", UserPoolId=pool, PaginationToken=token)
    world.advance(2 * MINUTE)
    assert await refusal(world, "ListUsers", UserPoolId=pool, PaginationToken=token) == BAD_TOKEN
