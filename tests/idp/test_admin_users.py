"""Administrators and one user (1.6)."""

import asyncio

import pytest
from tests.idp.refused import pairs, plain, refusal

from poolhouse.errors import UserNotFound

NOBODY = "UserNotFoundException: User does not exist."
TAKEN = "AliasExistsException: An account with the given {} already exists."


async def get(world, pool, name="ada"):
    return await world.call("AdminGetUser", UserPoolId=pool, Username=name)


async def stored(world, pool, name="ada"):
    return plain((await get(world, pool, name))["UserAttributes"])


async def update(world, pool, name="ada", /, **attributes):
    return await world.call(
        "AdminUpdateUserAttributes", UserPoolId=pool, Username=name, UserAttributes=pairs(**attributes)
    )


async def update_refused(world, pool, name="ada", /, **attributes):
    return await refusal(
        world, "AdminUpdateUserAttributes", UserPoolId=pool, Username=name, UserAttributes=pairs(**attributes)
    )


ON_ONE_USER = {
    "AdminGetUser": {},
    "AdminUpdateUserAttributes": {"UserAttributes": pairs(locale="en")},
    "AdminDeleteUserAttributes": {"UserAttributeNames": ["locale"]},
    "AdminDisableUser": {},
    "AdminEnableUser": {},
    "AdminGetUserAuthFactors": {},
    "AdminDeleteUser": {},
}


@pytest.mark.parametrize("name", ON_ONE_USER)
async def test_a_user_who_is_not_there_and_a_pool_that_is_not_there_are_told(world, name):
    pool = await world.pool()
    other = await world.pool()
    await world.user(pool)
    request = ON_ONE_USER[name]

    assert await refusal(world, name, UserPoolId=other, Username="ada", **request) == NOBODY
    missing = await refusal(world, name, UserPoolId="us-east-1_Nowhere01", Username="ada", **request)
    assert missing == "ResourceNotFoundException: User pool us-east-1_Nowhere01 does not exist."
    await world.call(name, UserPoolId=pool, Username="ada", **request)


@pytest.mark.parametrize("name", ON_ONE_USER)
async def test_a_user_is_found_by_user_name_alias_and_sub(world, name):
    pool = await world.pool(AliasAttributes=["email"])
    await world.user(pool, email="ada@example.com", email_verified="true")
    sub = (await get(world, pool))["UserAttributes"][0]["Value"]
    names = ["ada", "ada@example.com", sub]

    for known in names[-1:] if name == "AdminDeleteUser" else names:
        await world.call(name, UserPoolId=pool, Username=known, **ON_ONE_USER[name])


async def test_the_whole_user_is_shown(world):
    schema = [{"Name": "plan", "AttributeDataType": "String", "Mutable": True}]
    pool = await world.pool(Schema=schema)
    made = await world.call(
        "AdminCreateUser",
        UserPoolId=pool,
        Username="ada",
        MessageAction="SUPPRESS",
        UserAttributes=pairs(email="ada@example.com", custom_plan="gold"),
    )

    found = await get(world, pool)

    assert plain(found["UserAttributes"]) == {"email": "ada@example.com", "custom:plan": "gold"}
    assert found["UserAttributes"][0]["Name"] == "sub"
    assert found["UserCreateDate"] == made["User"]["UserCreateDate"]
    assert found["UserLastModifiedDate"] >= found["UserCreateDate"]
    assert (found["Username"], found["Enabled"], found["UserStatus"]) == (
        "ada",
        True,
        "FORCE_CHANGE_PASSWORD",
    )
    assert not {"UserMFASettingList", "PreferredMfaSetting"} & set(found)


@pytest.mark.parametrize(("case_sensitive", "found"), [(True, False), (False, True)])
async def test_names_are_looked_up_with_or_without_case_as_the_pool_says(world, case_sensitive, found):
    pool = await world.pool(UsernameConfiguration={"CaseSensitive": case_sensitive})
    await world.user(pool, "ada")

    assert (await get(world, pool, "ada"))["Username"] == "ada"
    if found:
        assert (await get(world, pool, "ADA"))["Username"] == "ada"
    else:
        assert await refusal(world, "AdminGetUser", UserPoolId=pool, Username="ADA") == NOBODY


# AdminUpdateUserAttributes


async def test_an_administrator_writes_what_no_client_may(world):
    schema = [
        {"Name": "role", "AttributeDataType": "String", "Mutable": True, "DeveloperOnlyAttribute": True}
    ]
    pool = await world.pool(Schema=schema)
    await world.user(pool, email="ada@example.com")

    assert await update(world, pool, **{"dev:custom:role": "boss", "email_verified": "true"}) == {}

    found = {"email": "ada@example.com", "dev:custom:role": "boss", "email_verified": "true"}
    assert await stored(world, pool) == found
    await update(world, pool, **{"dev:custom:role": ""})
    assert "dev:custom:role" not in await stored(world, pool)


async def test_the_schema_binds_administrators_too(world):
    schema = [
        {"Name": "fixed", "AttributeDataType": "String", "Mutable": False},
        {"Name": "age", "AttributeDataType": "Number", "Mutable": True},
        {"Name": "nickname", "AttributeDataType": "String", "Mutable": True, "Required": True},
    ]
    pool = await world.pool(Schema=schema)
    await world.user(pool, nickname="a")
    before = await get(world, pool)

    invalid = "InvalidParameterException: "
    no_such = "Attributes did not conform to the schema: custom:x: Attribute does not exist in the schema.\n"
    assert await update_refused(world, pool, custom_x="1") == invalid + no_such
    assert await update_refused(world, pool, custom_x="") == invalid + no_such
    fixed = "user.custom:fixed: Attribute cannot be updated.\n"
    assert await update_refused(world, pool, custom_fixed="1") == invalid + fixed
    assert "user.sub: " in await update_refused(world, pool, sub="1")
    assert "user.identities: " in await update_refused(world, pool, identities="[]")
    assert "custom:age: " in await update_refused(world, pool, custom_age="old")
    assert "user.nickname: Required" in await update_refused(world, pool, nickname="")
    assert (
        await update_refused(world, pool, email="x", locale="en") == invalid + "Invalid email address format."
    )
    assert await get(world, pool) == before
    await update(world, pool, custom_age="36", locale="en", email="ada@example.com")


async def test_identities_cannot_be_claimed_when_a_user_is_made(world):
    pool = await world.pool()

    refused = await refusal(
        world, "AdminCreateUser", UserPoolId=pool, Username="ada", UserAttributes=pairs(identities="[]")
    )

    assert "identities: Attribute cannot be set." in refused
    await world.user(pool)


async def test_a_new_address_gets_a_code_unless_it_is_said_to_be_verified(world):
    pool = await world.pool(AutoVerifiedAttributes=["email"])
    await world.user(pool, email="old@example.com", email_verified="true")

    await update(world, pool, email="vouched@example.com", email_verified="true")
    assert await world.inbox(pool) == []
    assert await stored(world, pool) == {"email": "vouched@example.com", "email_verified": "true"}

    await update(world, pool, email="new@example.com")
    assert await stored(world, pool) == {"email": "new@example.com", "email_verified": "false"}
    [message] = await world.inbox(pool)
    assert (message.to, message.purpose) == ("new@example.com", "UpdateUserAttribute")
    tokens = await world.tokens(await world.client(pool))
    await world.call(
        "VerifyUserAttribute", AccessToken=tokens["AccessToken"], AttributeName="email", Code=message.code
    )
    assert (await stored(world, pool))["email_verified"] == "true"


async def test_where_the_original_is_kept_an_administrators_change_waits_too(world):
    pool = await world.pool(
        AutoVerifiedAttributes=["email"],
        UserAttributeUpdateSettings={"AttributesRequireVerificationBeforeUpdate": ["email"]},
    )
    await world.user(pool, email="old@example.com", email_verified="true")

    await update(world, pool, email="new@example.com")
    assert (await stored(world, pool))["email"] == "old@example.com"
    await update(world, pool, email="new@example.com", email_verified="true")
    assert (await stored(world, pool))["email"] == "new@example.com"


async def test_a_pool_that_verifies_nothing_sends_nothing(world):
    pool = await world.pool()
    await world.user(pool)

    await update(world, pool, email="new@example.com")

    assert await world.inbox(pool) == []


async def test_verifying_an_alias_of_somebody_else_is_refused(world):
    pool = await world.pool(AliasAttributes=["email"])
    await world.user(pool, "ada", email="one@example.com", email_verified="true")
    await world.user(pool, "bob", email="two@example.com")

    taken = {"email": "one@example.com", "email_verified": "true"}
    assert await update_refused(world, pool, "bob", **taken) == TAKEN.format("email")
    assert await stored(world, pool, "bob") == {"email": "two@example.com"}
    await update(world, pool, "bob", email_verified="true")
    assert (await get(world, pool, "two@example.com"))["Username"] == "bob"


@pytest.mark.parametrize("case_sensitive", [True, False])
async def test_a_sign_in_address_is_owned_by_one_user(world, case_sensitive):
    pool = await world.pool(
        UsernameAttributes=["email"], UsernameConfiguration={"CaseSensitive": case_sensitive}
    )
    await world.user(pool, "ada@example.com")
    bob = await world.user(pool, "bob@example.com")

    assert await update_refused(world, pool, bob, email="ada@example.com") == TAKEN.format("email")
    if case_sensitive:
        await update(world, pool, bob, email="Ada@example.com")
    else:
        assert await update_refused(world, pool, bob, email="ADA@example.com") == TAKEN.format("email")
    assert (await update_refused(world, pool, bob, email="")).startswith(
        "InvalidParameterException: user.email"
    )


async def test_a_sign_in_number_is_owned_by_one_user(world):
    pool = await world.pool(UsernameAttributes=["phone_number", "email"])
    ada = await world.user(pool, "+4930111")
    bob = await world.user(pool, "bob@example.com")

    assert await update_refused(world, pool, bob, phone_number="+4930111") == TAKEN.format("phone_number")
    await update(world, pool, bob, phone_number="+4930222")
    assert (await get(world, pool, "+4930222"))["Username"] == bob
    await update(world, pool, ada, phone_number="+4930333")
    assert await refusal(world, "AdminGetUser", UserPoolId=pool, Username="+4930111") == NOBODY


# AdminDeleteUserAttributes


async def test_attributes_are_deleted_by_an_administrator(world):
    pool = await world.pool()
    await world.user(pool, email="ada@example.com", email_verified="true", locale="en")

    async def delete(*names):
        return await world.call(
            "AdminDeleteUserAttributes", UserPoolId=pool, Username="ada", UserAttributeNames=list(names)
        )

    unknown = await refusal(
        world,
        "AdminDeleteUserAttributes",
        UserPoolId=pool,
        Username="ada",
        UserAttributeNames=["locale", "custom:foo"],
    )
    assert unknown == (
        "InvalidParameterException: Invalid user attributes: "
        "user.custom:foo: Attribute does not exist in the schema.\n"
    )
    for ours in ("sub", "identities"):
        refused = await refusal(
            world, "AdminDeleteUserAttributes", UserPoolId=pool, Username="ada", UserAttributeNames=[ours]
        )
        assert refused == f"InvalidParameterException: user.{ours}: Attribute cannot be updated.\n"
    assert (await stored(world, pool))["locale"] == "en"
    assert await delete("locale") == {}
    assert await delete("email", "email") == {}
    assert await stored(world, pool) == {}


# AdminDeleteUser


async def test_a_user_is_deleted_once_and_leaves_no_name_behind(world):
    pool = await world.pool(AliasAttributes=["email"])
    await world.user(pool, email="ada@example.com", email_verified="true")
    token = (await world.tokens(await world.client(pool)))["AccessToken"]
    first = (await get(world, pool))["UserAttributes"][0]["Value"]

    assert await world.call("AdminDeleteUser", UserPoolId=pool, Username="ada") == {}

    assert await refusal(world, "AdminDeleteUser", UserPoolId=pool, Username="ada") == NOBODY
    assert await refusal(world, "GetUser", AccessToken=token) == NOBODY
    await world.user(pool, email="ada@example.com", email_verified="true")
    assert (await get(world, pool, "ada@example.com"))["UserAttributes"][0]["Value"] != first


async def test_of_two_who_delete_a_user_one_is_told_that_there_is_none(world):
    pool = await world.pool()
    await world.user(pool)
    calls = [world.call("AdminDeleteUser", UserPoolId=pool, Username="ada") for _ in range(4)]

    results = await asyncio.gather(*calls, return_exceptions=True)

    assert results.count({}) == 1
    assert sum(isinstance(result, UserNotFound) for result in results) == 3


# AdminDisableUser and AdminEnableUser


async def test_a_disabled_user_is_out_at_once_and_an_enabled_one_can_come_back(world):
    pool = await world.pool()
    client = await world.client(pool)
    await world.user(pool)
    tokens = await world.tokens(client)

    async def sign_in_refused():
        return await refusal(
            world,
            "InitiateAuth",
            ClientId=client["ClientId"],
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "ada", "PASSWORD": "P2$Sword"},
        )

    async def refresh_refused():
        return await refusal(
            world,
            "InitiateAuth",
            ClientId=client["ClientId"],
            AuthFlow="REFRESH_TOKEN_AUTH",
            AuthParameters={"REFRESH_TOKEN": tokens["RefreshToken"]},
        )

    assert await world.call("AdminDisableUser", UserPoolId=pool, Username="ada") == {}
    assert (await get(world, pool))["Enabled"] is False
    assert (await get(world, pool))["UserStatus"] == "CONFIRMED"
    assert await sign_in_refused() == "NotAuthorizedException: User is disabled."
    assert (await refresh_refused()).startswith("NotAuthorizedException: ")
    assert await world.call("AdminDisableUser", UserPoolId=pool, Username="ada") == {}

    assert await world.call("AdminEnableUser", UserPoolId=pool, Username="ada") == {}
    assert (await get(world, pool))["Enabled"] is True
    revoked = await refusal(world, "GetUser", AccessToken=tokens["AccessToken"])
    assert revoked == "NotAuthorizedException: Access Token has been revoked"
    assert await refresh_refused() == "NotAuthorizedException: Refresh Token has been revoked"
    assert await world.call("GetUser", AccessToken=(await world.tokens(client))["AccessToken"])


async def test_tokens_without_revocation_ids_end_with_the_user_too(world):
    pool = await world.pool()
    client = await world.client(pool, EnableTokenRevocation=False)
    await world.user(pool)
    token = (await world.tokens(client))["AccessToken"]
    assert await world.call("GetUser", AccessToken=token)

    await world.call("AdminDisableUser", UserPoolId=pool, Username="ada")
    await world.call("AdminEnableUser", UserPoolId=pool, Username="ada")

    revoked = await refusal(world, "GetUser", AccessToken=token)
    assert revoked == "NotAuthorizedException: Access Token has been revoked"


# AdminGetUserAuthFactors


async def test_the_factors_of_a_user_are_shown(world):
    pool = await world.pool()
    await world.user(pool)

    answer = await world.call("AdminGetUserAuthFactors", UserPoolId=pool, Username="ada")

    assert answer == {"Username": "ada", "ConfiguredUserAuthFactors": ["PASSWORD"]}
