"""Users and their own profile: reading, writing and deleting it (1.5)."""

import asyncio

import pytest
from tests.idp.ada import ada, signed_in
from tests.idp.refused import pairs, plain, refusal

NOT_PERMITTED = "NotAuthorizedException: A client attempted to write unauthorized attribute"
SCHEMA = [
    {"Name": "plan", "AttributeDataType": "String", "Mutable": True},
    {"Name": "fixed", "AttributeDataType": "String", "Mutable": False},
    {"Name": "nickname", "AttributeDataType": "String", "Mutable": True, "Required": True},
]


# GetUser


async def test_a_user_reads_name_and_attributes_and_nothing_of_the_state(world):
    user = await ada(world, email="ada@example.com", email_verified="true")

    answer = await user.call("GetUser")

    assert answer["Username"] == "ada"
    assert answer["UserAttributes"][0]["Name"] == "sub"
    assert plain(answer["UserAttributes"]) == {"email": "ada@example.com", "email_verified": "true"}
    assert set(answer) == {"Username", "UserAttributes"}


async def test_a_user_reads_what_the_client_may_read_and_always_the_sub(world):
    client = {"ReadAttributes": ["custom:plan"]}
    user = await ada(world, {"Schema": SCHEMA}, client, nickname="a", **{"custom:plan": "gold"})

    answer = await user.call("GetUser")

    assert [entry["Name"] for entry in answer["UserAttributes"]] == ["sub", "custom:plan"]


async def test_custom_attributes_are_not_readable_unless_the_client_says_so(world):
    user = await ada(world, {"Schema": SCHEMA}, nickname="a", **{"custom:plan": "gold"})

    assert await user.shown() == {"nickname": "a"}


async def test_where_addresses_are_user_names_the_user_name_is_the_sub(world):
    user = await ada(world, {"UsernameAttributes": ["email"]}, name="ada@example.com")

    answer = await user.call("GetUser")

    assert answer["Username"] == answer["UserAttributes"][0]["Value"]
    assert plain(answer["UserAttributes"])["email"] == "ada@example.com"


async def test_a_disabled_and_a_deleted_user_read_nothing(world):
    user = await ada(world)
    assert await user.shown() == {}

    await world.call("AdminDisableUser", UserPoolId=user.pool, Username="ada")
    assert await user.refused("GetUser") == "NotAuthorizedException: Access Token has been revoked"
    await world.call("AdminDeleteUser", UserPoolId=user.pool, Username="ada")
    assert await user.refused("GetUser") == "UserNotFoundException: User does not exist."


# UpdateUserAttributes


async def test_attributes_are_set_changed_and_deleted_by_a_blank_value(world):
    user = await ada(world, locale="en")

    assert await user.update(given_name="Ada", locale="de") == []
    assert await user.shown() == {"given_name": "Ada", "locale": "de"}
    await user.update(locale="", given_name="Ada L.")
    assert await user.shown() == {"given_name": "Ada L."}


async def test_a_client_writes_only_what_it_may(world):
    client = {"WriteAttributes": ["nickname", "custom:plan"], "ReadAttributes": ["custom:plan", "nickname"]}
    user = await ada(world, {"Schema": SCHEMA}, client, nickname="a")

    await user.update(custom_plan="gold")
    assert (await user.shown())["custom:plan"] == "gold"
    assert await user.update_refused(custom_plan="lead", locale="en") == NOT_PERMITTED


@pytest.mark.parametrize("name", ["sub", "email_verified", "phone_number_verified", "identities"])
async def test_no_client_lets_a_user_write_what_proves_something(world, name):
    user = await ada(world, email="ada@example.com")

    assert await user.update_refused(**{name: "true"}) == NOT_PERMITTED
    assert await user.refused("DeleteUserAttributes", UserAttributeNames=[name]) == NOT_PERMITTED


async def test_what_the_schema_does_not_allow_is_refused(world):
    client = {"WriteAttributes": ["nickname", "birthdate", "email", "phone_number", "custom:fixed"]}
    user = await ada(world, {"Schema": SCHEMA}, client, nickname="a", **{"custom:fixed": "1"})

    unknown = await user.update_refused(custom_x="1")
    assert unknown == (
        "InvalidParameterException: Attributes did not conform to the schema: "
        "custom:x: Attribute does not exist in the schema.\n"
    )
    fixed = "InvalidParameterException: user.custom:fixed: Attribute cannot be updated.\n"
    assert await user.update_refused(custom_fixed="2") == fixed
    assert "user.nickname: Required" in await user.update_refused(nickname="")
    assert "birthdate: " in await user.update_refused(birthdate="1815")
    email = "InvalidParameterException: Invalid email address format."
    assert await user.update_refused(email="ada") == email
    phone = "InvalidParameterException: Invalid phone number format."
    assert await user.update_refused(phone_number="0301234") == phone
    assert (
        await user.update(nickname="b", birthdate="1815-12-10", email="a@b.cd", phone_number="+4930123") == []
    )


async def test_changes_at_the_same_time_are_all_kept(world):
    user = await ada(world)
    names = ["name", "given_name", "family_name", "middle_name", "nickname", "website"]

    await asyncio.gather(*(user.update(**{name: "x"}) for name in names))

    assert await user.shown() == dict.fromkeys(names, "x")


# DeleteUserAttributes


async def test_attributes_are_deleted_and_an_address_with_its_flag(world):
    user = await ada(world, email="ada@example.com", email_verified="true", locale="en", given_name="Ada")

    assert await user.call("DeleteUserAttributes", UserAttributeNames=["locale", "email", "gender"]) == {}

    assert await user.shown() == {"given_name": "Ada"}


async def test_deleting_an_address_gives_up_the_alias(world):
    settings = {"AliasAttributes": ["email"]}
    user = await ada(world, settings, email="ada@example.com", email_verified="true")
    assert await world.call("AdminGetUser", UserPoolId=user.pool, Username="ada@example.com")

    await user.call("DeleteUserAttributes", UserAttributeNames=["email"])

    await world.user(user.pool, "bob", email="ada@example.com", email_verified="true")
    found = await world.call("AdminGetUser", UserPoolId=user.pool, Username="ada@example.com")
    assert found["Username"] == "bob"


async def test_what_must_stay_is_not_deleted(world):
    client = {"WriteAttributes": ["nickname", "custom:fixed", "locale"]}
    user = await ada(world, {"Schema": SCHEMA}, client, nickname="a", locale="en", **{"custom:fixed": "1"})

    async def refused(*names):
        return await user.refused("DeleteUserAttributes", UserAttributeNames=list(names))

    assert "user.nickname: Required attributes cannot be deleted.\n" in await refused("locale", "nickname")
    assert "user.custom:fixed: Attribute cannot be updated.\n" in await refused("custom:fixed")
    assert await refused("custom:foo") == (
        "InvalidParameterException: Invalid user attributes: "
        "user.custom:foo: Attribute does not exist in the schema.\n"
    )
    assert await refused("gender") == NOT_PERMITTED
    assert (await user.stored())["locale"] == "en"
    await user.call("DeleteUserAttributes", UserAttributeNames=["locale"])
    assert "locale" not in await user.stored()


# DeleteUser


async def test_a_deleted_user_is_gone_with_every_name(world):
    settings = {"AliasAttributes": ["email"]}
    user = await ada(world, settings, email="ada@example.com", email_verified="true")

    assert await user.call("DeleteUser") == {}

    assert await user.refused("DeleteUser") == "UserNotFoundException: User does not exist."
    again = await signed_in(world, user.pool, "ada", email="ada@example.com", email_verified="true")
    assert await again.shown() == {"email": "ada@example.com", "email_verified": "true"}
    assert await user.refused("GetUser") == "UserNotFoundException: User does not exist."


async def test_a_user_who_is_deleted_at_the_same_time_by_two_is_deleted_once(world):
    user = await ada(world)

    results = await asyncio.gather(user.call("DeleteUser"), user.call("DeleteUser"), return_exceptions=True)

    assert sorted(str(result) for result in results) == ["User does not exist.", "{}"]


# GetUserAuthFactors


async def test_a_user_with_a_password_can_sign_in_with_it(world):
    user = await ada(world)

    answer = await user.call("GetUserAuthFactors")

    assert answer == {"Username": "ada", "ConfiguredUserAuthFactors": ["PASSWORD"]}


async def test_a_user_without_a_password_has_no_factor(world):
    user = await ada(world)
    native = {
        "ProviderName": "Cognito",
        "ProviderAttributeName": "Cognito_Subject",
        "ProviderAttributeValue": "ada",
    }
    await world.call("AdminDisableProviderForUser", UserPoolId=user.pool, User=native)

    answer = await user.call("GetUserAuthFactors")

    assert answer == {"Username": "ada", "ConfiguredUserAuthFactors": []}


TOKEN_OPERATIONS = {
    "GetUser": {},
    "UpdateUserAttributes": {"UserAttributes": pairs(locale="en")},
    "DeleteUserAttributes": {"UserAttributeNames": ["locale"]},
    "GetUserAttributeVerificationCode": {"AttributeName": "email"},
    "VerifyUserAttribute": {"AttributeName": "email", "Code": "123456"},
    "GetUserAuthFactors": {},
    "DeleteUser": {},
}


@pytest.mark.parametrize("name", TOKEN_OPERATIONS)
async def test_no_operation_takes_a_revoked_a_foreign_or_a_bad_token(world, name):
    user = await ada(world, email="ada@example.com")
    await user.call("GlobalSignOut")

    revoked = await user.refused(name, **TOKEN_OPERATIONS[name])
    bad = await refusal(world, name, AccessToken="x.y.z", **TOKEN_OPERATIONS[name])

    assert revoked == "NotAuthorizedException: Access Token has been revoked"
    assert bad == "NotAuthorizedException: Invalid Access Token"
    assert await user.stored() == {"email": "ada@example.com"}
