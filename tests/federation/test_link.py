"""From an identity at a provider to a user: made once, brought up to date each time, never taken over."""

import asyncio
import json

import pytest
from tests.federation.people import CUSTOM, MAIL, MAPPING, linking, source, stage
from tests.idp.refused import pairs, plain, refusal


async def test_the_first_sign_in_makes_a_user_and_the_second_finds_it(world):
    s = await stage(world)

    first = await s.sign_in(email=MAIL, name="Ada", team=["a", "b"], other="x")
    second = await s.sign_in(email=MAIL, name="Ada", team=["a", "b"])

    assert second.sub == first.sub
    [user] = (await s.users()).values()
    assert (user["Username"], user["UserStatus"], user["Enabled"]) == ("corp_109", "EXTERNAL_PROVIDER", True)
    attributes = plain(user["Attributes"])
    [entry] = json.loads(attributes.pop("identities"))
    assert attributes == {"email": MAIL, "email_verified": "false", "name": "Ada", "custom:team": "[a, b]"}
    assert entry == {
        "userId": "109",
        "providerName": "corp",
        "providerType": "OIDC",
        "issuer": None,
        "primary": "true",
        "dateCreated": entry["dateCreated"],
    }
    assert entry["dateCreated"].isdigit()


async def test_attributes_are_overwritten_at_each_sign_in_and_missing_claims_leave_them(world):
    s = await stage(world)
    await s.sign_in(email=MAIL, name="Ada")

    user = await s.sign_in(name="Ada Lovelace", team="x")

    assert user.attributes["name"] == "Ada Lovelace"
    assert user.attributes["email"] == MAIL
    assert user.attributes["custom:team"] == "x"


async def test_users_of_a_provider_are_in_its_group(world):
    s = await stage(world)
    await s.sign_in("1")
    await s.sign_in("2")
    await s.sign_in("3", "Google")

    groups = (await world.call("ListGroups", UserPoolId=s.pool))["Groups"]
    members = await world.call("ListUsersInGroup", UserPoolId=s.pool, GroupName=f"{s.pool}_corp")

    assert [group["GroupName"] for group in groups] == [f"{s.pool}_Google", f"{s.pool}_corp"]
    assert sorted(user["Username"] for user in members["Users"]) == ["corp_1", "corp_2"]


async def test_of_two_first_sign_ins_at_once_one_makes_the_user(world):
    s = await stage(world)

    results = await asyncio.gather(*(s.sign_in() for _ in range(4)), return_exceptions=True)

    assert len(await s.users()) == 1
    made = [result.sub for result in results if not isinstance(result, Exception)]
    assert made
    assert len(set(made)) == 1
    assert (await s.sign_in()).sub == made[0]


async def test_a_case_insensitive_pool_has_the_name_in_lower_case_and_the_subject_as_it_is(world):
    s = await stage(world, UsernameConfiguration={"CaseSensitive": False})

    user = await s.sign_in("MdRhJ")

    assert user.username == "corp_mdrhj"
    assert json.loads(user.attributes["identities"])[0]["userId"] == "MdRhJ"
    assert await s.refused("mdrhj") == "Already found an entry for username corp_mdrhj"
    assert (await s.sign_in("MdRhJ")).sub == user.sub


async def test_a_native_user_who_has_the_name_is_not_signed_in(world):
    s = await stage(world)
    await world.user(s.pool, "corp_109")

    assert await s.refused() == "Already found an entry for username corp_109"
    assert len(await s.users()) == 1
    await s.sign_in("110")


@pytest.mark.parametrize("subject", ["", "x" * 124, "a b", "a\nb", "a\0b", "a\u2028b"])
async def test_a_subject_that_can_be_no_user_name_is_refused(world, subject):
    s = await stage(world)

    assert await s.refused(subject) in (
        "username attribute mapping required",
        "Invalid ProviderName/Username combination.",
    )
    assert await s.users() == {}
    await s.sign_in("x" * 123)


# Addresses


@pytest.mark.parametrize("settings", [{"UsernameAttributes": ["email"]}, {"AliasAttributes": ["email"]}])
@pytest.mark.parametrize("verified", [None, False, True])
async def test_an_address_from_a_provider_takes_nobody_over(world, settings, verified):
    s = await stage(world, MAPPING | {"email_verified": "email_verified"}, **settings)
    native = MAIL if "UsernameAttributes" in settings else "ada"
    await world.user(s.pool, native, email=MAIL, email_verified="true")
    before = (await s.admin("AdminGetUser", native))["UserAttributes"]

    user = await s.sign_in(email=MAIL, **({} if verified is None else {"email_verified": verified}))

    assert user.username == "corp_109"
    assert user.attributes["email_verified"] == ("true" if verified else "false")
    assert (await s.admin("AdminGetUser", native))["UserAttributes"] == before
    client = await world.client(s.pool)
    found = await world.call("AdminGetUser", UserPoolId=s.pool, Username=MAIL)
    assert found["Username"] != "corp_109"
    assert await world.tokens(client, MAIL)


async def test_an_address_of_a_user_of_a_provider_is_free_for_who_signs_up_with_it(world):
    s = await stage(world, MAPPING | {"email_verified": "email_verified"}, UsernameAttributes=["email"])
    await s.sign_in(email=MAIL, email_verified=True)

    await world.user(s.pool, MAIL)

    assert len(await s.users()) == 2
    assert await world.tokens(await world.client(s.pool), MAIL)


async def test_a_new_address_is_unverified_unless_the_provider_says_otherwise(world):
    s = await stage(world)
    await s.sign_in(email=MAIL)
    await s.admin("AdminUpdateUserAttributes", "corp_109", UserAttributes=pairs(email_verified="true"))

    same = await s.sign_in(email=MAIL)
    other = await s.sign_in(email="ada@example.org")

    assert same.attributes["email_verified"] == "true"
    assert other.attributes["email_verified"] == "false"


# What a provider may write


async def test_an_attribute_that_cannot_change_is_set_once(world):
    s = await stage(world, MAPPING | {"custom:badge": "badge"})
    await s.sign_in(badge="7")

    assert (await s.sign_in(badge="7")).attributes["custom:badge"] == "7"
    assert await s.refused(badge="8") == "user.custom:badge: Attribute cannot be updated.\n"
    assert (await s.sign_in()).attributes["custom:badge"] == "7"


async def test_an_attribute_that_the_client_may_not_write_is_refused(world):
    s = await stage(world, MAPPING | {"nickname": "nick"})

    assert await s.refused(nick="ada") == "A client attempted to write unauthorized attribute"
    assert await s.users() == {}
    await s.sign_in(name="ada")


async def test_attributes_that_the_pool_requires_must_be_given(world):
    required = {"Name": "email", "AttributeDataType": "String", "Required": True, "Mutable": True}
    s = await stage(world, Schema=[*CUSTOM, required])

    assert await s.refused(name="Ada") == "attributes required: [email]"
    assert await s.users() == {}
    await s.sign_in(email=MAIL)
    await s.sign_in(name="Ada")


@pytest.mark.parametrize(
    ("claims", "start"),
    [
        ({"email": "no address"}, "Invalid email address format."),
        ({"name": "x" * 2_049}, "Attributes did not conform to the schema: name"),
    ],
)
async def test_values_that_the_pool_cannot_have_are_refused(world, claims, start):
    s = await stage(world)

    assert (await s.refused(**claims)).startswith(start)
    assert await s.users() == {}
    await s.sign_in(email=MAIL, name="x" * 2_048)


# Users in other states


async def test_a_pool_that_is_full_lets_in_whom_it_knows_and_nobody_else(world):
    here = await stage(world)
    known = await here.sign_in("109")
    world.with_settings(quota_resources={"Users": 1})

    assert await here.refused("110") == "A user pool can have 1 users at most."
    assert (await here.sign_in("109")).sub == known.sub
    world.with_settings(quota_resources={"Users": 2})
    assert (await here.sign_in("110")).sub != known.sub


async def test_a_disabled_user_is_refused_and_nothing_of_theirs_changes(world):
    s = await stage(world)
    await s.sign_in(name="Ada")
    await s.admin("AdminDisableUser", "corp_109")

    assert await s.refused(name="Eve") == "User is disabled."

    assert plain((await s.users())["corp_109"]["Attributes"])["name"] == "Ada"
    await s.admin("AdminEnableUser", "corp_109")
    assert (await s.sign_in(name="Eve")).attributes["name"] == "Eve"


async def test_a_deleted_user_is_a_new_one_at_the_next_sign_in(world):
    s = await stage(world)
    first = await s.sign_in()
    await s.admin("AdminDeleteUser", "corp_109")

    assert (await s.sign_in()).sub != first.sub


# Linked users


async def test_a_linked_identity_signs_in_as_the_native_user(world):
    s = await stage(world)
    await world.user(s.pool, "ada", email=MAIL, email_verified="true")
    await s.link()

    user = await s.sign_in(name="Ada", email=MAIL)

    assert (user.username, user.status) == ("ada", "CONFIRMED")
    assert user.attributes["name"] == "Ada"
    assert user.attributes["email_verified"] == "true"
    [entry] = json.loads(user.attributes["identities"])
    assert (entry["userId"], entry["primary"], entry["providerType"]) == ("109", "false", "OIDC")
    assert len(await s.users()) == 1


async def test_a_link_by_an_attribute_is_by_the_subject_once_it_was_used(world):
    s = await stage(world)
    await world.user(s.pool, "ada")
    await s.link(MAIL, attribute="email")

    first = await s.sign_in(email=MAIL)
    again = await s.sign_in(email="new@example.com")

    assert first.username == again.username == "ada"
    assert json.loads(again.attributes["identities"])[0]["userId"] == "109"
    other = await s.sign_in("110", email=MAIL)
    assert other.username == "corp_110"
    unlink = {"UserPoolId": s.pool, "User": source(MAIL, "email")}
    assert (await refusal(world, "AdminDisableProviderForUser", **unlink)).startswith("UserNotFound")
    await world.call("AdminDisableProviderForUser", UserPoolId=s.pool, User=source("109"))
    assert (await s.sign_in()).username == "corp_109"


async def test_an_identity_that_has_signed_in_is_not_linked_to_somebody_else(world):
    s = await stage(world)
    await world.user(s.pool, "ada")
    await s.sign_in()

    refused = await refusal(world, "AdminLinkProviderForUser", **linking(s.pool))

    assert refused.startswith("InvalidParameterException: Merging is not currently supported")
    await s.link("110")


async def test_an_identity_can_be_linked_to_a_user_of_a_provider(world):
    s = await stage(world)
    first = await s.sign_in("109")

    await world.call("AdminLinkProviderForUser", **linking(s.pool, "g1", "109", provider="Google", to="corp"))

    assert (await s.sign_in("g1", "Google")).sub == first.sub
    entries = json.loads((await s.sign_in("109")).attributes["identities"])
    assert [(entry["providerName"], entry["primary"]) for entry in entries] == [
        ("corp", "true"),
        ("Google", "false"),
    ]


async def test_the_identity_that_made_a_user_is_not_unlinked(world):
    s = await stage(world)
    await s.sign_in("109")

    refused = await refusal(world, "AdminDisableProviderForUser", UserPoolId=s.pool, User=source("109"))

    assert refused.startswith("InvalidParameterException: The user came to be by this identity")
    assert (await s.sign_in("109")).username == "corp_109"


async def test_a_link_by_a_value_that_is_the_subject_itself_is_by_the_subject_from_then_on(world):
    s = await stage(world)
    await world.user(s.pool, "ada")
    await s.link(MAIL, attribute="email")

    first = await s.sign_in(MAIL, email=MAIL)
    again = await s.sign_in(MAIL, email="new@example.com")

    assert first.username == again.username == "ada"


async def test_a_link_whose_subject_is_the_value_of_another_link_stays_by_its_attribute(world):
    s = await stage(world)
    await world.user(s.pool, "ada")
    await world.user(s.pool, "bob")
    await s.link(MAIL, attribute="email")
    await s.link("109", username="bob", attribute="name")

    assert (await s.sign_in("109", email=MAIL)).username == "ada"

    assert (await s.sign_in("109", email=MAIL)).username == "ada"
    assert (await s.sign_in("110", name="109")).username == "bob"
