import asyncio

import pytest
from tests.idp.people import EMAIL, PHONE, can_sign_in, listed, refusal, sign_up, stored
from tests.world import PASSWORD

from poolhouse.directory import passwords
from poolhouse.errors import AdminUsernameExists, ApiError
from poolhouse.ports import DAY, SECOND

BOTH = ["EMAIL", "SMS"]


@pytest.fixture
async def pool(world):
    return await world.pool()


async def create(world, pool, name="ada", /, **request):
    attributes = {key: request.pop(key) for key in list(request) if key[0].islower()}
    return await world.call(
        "AdminCreateUser", UserPoolId=pool, Username=name, UserAttributes=listed(**attributes), **request
    )


async def challenge(world, pool, name, password):
    """The name of the challenge that the password leads to."""
    client = await world.client(pool)
    answer = await world.call(
        "InitiateAuth",
        ClientId=client["ClientId"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": name, "PASSWORD": password},
    )
    return answer.get("ChallengeName")


async def test_an_administrator_makes_a_user_who_must_choose_a_password(world, pool):
    answer = await create(world, pool, email=EMAIL, TemporaryPassword=PASSWORD)

    user = answer["User"]
    assert {key: user[key] for key in ("Username", "Enabled", "UserStatus")} == {
        "Username": "ada",
        "Enabled": True,
        "UserStatus": "FORCE_CHANGE_PASSWORD",
    }
    assert user["Attributes"] == [
        {"Name": "sub", "Value": (await stored(world, pool)).sub},
        {"Name": "email", "Value": EMAIL},
    ]
    assert user["UserCreateDate"] == user["UserLastModifiedDate"]
    assert await challenge(world, pool, "ada", PASSWORD) == "NEW_PASSWORD_REQUIRED"


async def test_without_a_temporary_password_one_is_made_that_meets_the_policy(world, pool):
    await create(world, pool, email=EMAIL, DesiredDeliveryMediums=["EMAIL"])

    (message,) = await world.inbox(pool)
    assert passwords.violation(passwords.PasswordPolicy(), message.code) is None
    assert await challenge(world, pool, "ada", message.code) == "NEW_PASSWORD_REQUIRED"


async def test_the_invitation_names_the_user_and_the_password(world, pool):
    await create(world, pool, email=EMAIL, TemporaryPassword=PASSWORD, DesiredDeliveryMediums=["EMAIL"])

    (message,) = await world.inbox(pool)
    assert (message.medium, message.to, message.purpose) == ("EMAIL", EMAIL, "AdminCreateUser")
    assert message.subject == "Your temporary password"
    assert message.body == f"Your username is ada and temporary password is {PASSWORD}. "


@pytest.mark.parametrize(
    ("attributes", "mediums", "sent"),
    [
        ({"email": EMAIL, "phone_number": PHONE}, None, ["SMS"]),
        ({"email": EMAIL}, None, []),
        ({"email": EMAIL}, ["EMAIL"], ["EMAIL"]),
        ({"email": EMAIL, "phone_number": PHONE}, BOTH, BOTH),
        ({"email": EMAIL}, BOTH, ["EMAIL"]),
        ({}, BOTH, []),
    ],
)
async def test_invitations_go_out_as_text_messages_unless_asked_otherwise(
    world, pool, attributes, mediums, sent
):
    chosen = {"DesiredDeliveryMediums": mediums} if mediums else {}

    await create(world, pool, **attributes, **chosen)

    assert sorted(message.medium for message in await world.inbox(pool)) == sent


async def test_an_invitation_can_be_suppressed(world, pool):
    await create(world, pool, phone_number=PHONE, MessageAction="SUPPRESS")

    assert await world.inbox(pool) == []
    assert (await stored(world, pool)).status == "FORCE_CHANGE_PASSWORD"


async def test_a_temporary_password_must_meet_the_policy(world, pool):
    refused = await refusal(
        world, "AdminCreateUser", UserPoolId=pool, Username="ada", TemporaryPassword="password"
    )

    assert refused == (
        "InvalidPasswordException",
        "Password did not conform with password policy: Password must have uppercase characters",
    )
    assert "User" in await create(world, pool, TemporaryPassword=PASSWORD)


async def test_a_name_that_is_taken_is_refused_in_the_administrators_words(world, pool):
    client = await world.client(pool)
    await sign_up(world, client)

    refused = await refusal(world, "AdminCreateUser", UserPoolId=pool, Username="ada")

    assert refused == ("UsernameExistsException", "User account already exists")
    assert (await stored(world, pool)).status == "UNCONFIRMED"
    assert "User" in await create(world, pool, "bob")


async def test_of_twenty_who_create_one_user_at_once_one_does(world, pool):
    results = await asyncio.gather(
        *(create(world, pool, phone_number=PHONE) for _ in range(20)), return_exceptions=True
    )

    assert sum(isinstance(result, dict) for result in results) == 1
    assert sum(isinstance(result, AdminUsernameExists) for result in results) == 19
    assert len(await world.inbox(pool)) == 1


async def test_required_attributes_are_not_required_of_an_administrator(world):
    pool = await world.pool(Schema=[{"Name": "family_name", "Required": True}])

    assert "User" in await create(world, pool)


async def test_only_an_administrator_may_say_that_an_address_is_verified(world, pool):
    await create(world, pool, email=EMAIL, email_verified="true")

    assert (await stored(world, pool)).verified("email")


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ({"sub": "1"}, "Attributes did not conform to the schema: sub: Attribute cannot be set.\n"),
        ({"email": "ada"}, "Invalid email address format."),
        (
            {"custom_x": "1"},
            "Attributes did not conform to the schema: custom:x: Attribute does not exist in the schema.\n",
        ),
    ],
)
async def test_attributes_must_conform(world, pool, attributes, message):
    refused = await refusal(
        world,
        "AdminCreateUser",
        UserPoolId=pool,
        Username="ada",
        UserAttributes=listed(**attributes),
    )

    assert refused == ("InvalidParameterException", message)


async def test_what_only_feeds_triggers_is_accepted(world, pool):
    answer = await create(
        world, pool, ValidationData=[{"Name": "a", "Value": "b"}], ClientMetadata={"source": "test"}
    )

    assert answer["User"]["Username"] == "ada"


# The kinds of pools


async def test_an_address_as_user_name_fills_the_attribute_and_a_uuid_is_the_name(world):
    pool = await world.pool(UsernameAttributes=["email"])

    user = (await create(world, pool, EMAIL, DesiredDeliveryMediums=["EMAIL"]))["User"]

    sub = (await stored(world, pool, EMAIL)).sub
    assert user["Username"] == sub
    assert user["Attributes"] == [{"Name": "sub", "Value": sub}, {"Name": "email", "Value": EMAIL}]
    (message,) = await world.inbox(pool)
    assert message.body.startswith(f"Your username is {EMAIL} ")


@pytest.mark.parametrize("kinds", [["email"], ["email", "phone_number"]])
async def test_where_addresses_are_user_names_nothing_else_is(world, kinds):
    pool = await world.pool(UsernameAttributes=kinds)

    refused = await refusal(world, "AdminCreateUser", UserPoolId=pool, Username="ada")

    assert refused == (
        "InvalidParameterException",
        "Username should be either an email or a phone number.",
    )


async def test_an_address_that_is_somebodys_user_name_is_taken(world):
    pool = await world.pool(UsernameAttributes=["email", "phone_number"])
    await create(world, pool, EMAIL)

    as_name = await refusal(world, "AdminCreateUser", UserPoolId=pool, Username=EMAIL)
    as_attribute = await refusal(
        world, "AdminCreateUser", UserPoolId=pool, Username=PHONE, UserAttributes=listed(email=EMAIL)
    )

    assert as_name == ("UsernameExistsException", "User account already exists")
    assert as_attribute == ("UsernameExistsException", "An account with the given email already exists.")


async def test_forcing_takes_no_user_name_from_its_owner(world):
    pool = await world.pool(UsernameAttributes=["email"])
    owner = (await create(world, pool, EMAIL))["User"]["Username"]

    refused = await refusal(
        world, "AdminCreateUser", UserPoolId=pool, Username=EMAIL, ForceAliasCreation=True
    )

    assert refused == ("UsernameExistsException", "User account already exists")
    assert (await stored(world, pool, EMAIL)).sub == owner


async def test_names_that_differ_in_case_are_one_user_in_a_case_insensitive_pool(world):
    pool = await world.pool(UsernameConfiguration={"CaseSensitive": False})
    await create(world, pool, "Ada")

    refused = await refusal(world, "AdminCreateUser", UserPoolId=pool, Username="aDA")

    assert refused == ("UsernameExistsException", "User account already exists")


async def test_a_name_that_could_be_an_alias_is_no_user_name(world):
    pool = await world.pool(AliasAttributes=["email"])

    refused = await refusal(world, "AdminCreateUser", UserPoolId=pool, Username=EMAIL)

    assert refused == (
        "InvalidParameterException",
        "Username cannot be of email format, since user pool is configured for email alias.",
    )


async def test_a_verified_alias_of_somebody_else_is_refused_unless_it_is_forced(world):
    pool = await world.pool(AliasAttributes=["email"])
    verified = {"email": EMAIL, "email_verified": "true"}
    await create(world, pool, "ada", **verified)

    refused = await refusal(
        world, "AdminCreateUser", UserPoolId=pool, Username="eve", UserAttributes=listed(**verified)
    )
    assert refused == ("UsernameExistsException", "An account with the given email already exists.")
    assert (await stored(world, pool, EMAIL)).username == "ada"

    await create(world, pool, "eve", **verified, ForceAliasCreation=True)
    assert (await stored(world, pool, EMAIL)).username == "eve"
    assert not (await stored(world, pool, "ada")).verified("email")


async def test_an_alias_that_is_not_verified_takes_nothing(world):
    pool = await world.pool(AliasAttributes=["email"])
    await create(world, pool, "ada", email=EMAIL, email_verified="true")

    await create(world, pool, "eve", email=EMAIL, ForceAliasCreation=True)

    assert (await stored(world, pool, EMAIL)).username == "ada"


# Inviting again


async def test_resending_gives_a_new_password_and_the_old_one_is_good_no_more(world, pool):
    client = await world.client(pool)
    await create(world, pool, phone_number=PHONE, TemporaryPassword=PASSWORD)

    answer = await world.call("AdminCreateUser", UserPoolId=pool, Username="ada", MessageAction="RESEND")

    assert answer["User"]["UserStatus"] == "FORCE_CHANGE_PASSWORD"
    messages = await world.inbox(pool)
    assert [message.to for message in messages] == [PHONE, PHONE]
    assert await challenge(world, pool, "ada", messages[-1].code) == "NEW_PASSWORD_REQUIRED"
    assert not await can_sign_in(world, client, "ada", PASSWORD)


async def test_resending_lets_the_time_of_the_password_begin_again(world, pool):
    await create(world, pool, TemporaryPassword=PASSWORD)
    world.advance(7 * DAY + SECOND)
    with pytest.raises(ApiError, match="Temporary password has expired"):
        await challenge(world, pool, "ada", PASSWORD)

    await create(world, pool, TemporaryPassword=PASSWORD, MessageAction="RESEND")
    world.advance(7 * DAY - SECOND)

    assert await challenge(world, pool, "ada", PASSWORD) == "NEW_PASSWORD_REQUIRED"


async def test_nobody_is_invited_again_who_was_never_invited(world, pool):
    refused = await refusal(
        world, "AdminCreateUser", UserPoolId=pool, Username="nobody", MessageAction="RESEND"
    )

    assert refused == ("UserNotFoundException", "User does not exist.")


async def test_nobody_is_invited_again_who_has_chosen_a_password(world, pool):
    client = await world.client(pool)
    await world.user(pool)

    refused = await refusal(world, "AdminCreateUser", UserPoolId=pool, Username="ada", MessageAction="RESEND")

    assert refused[0] == "UnsupportedUserStateException"
    assert await can_sign_in(world, client)
