import asyncio
from dataclasses import replace

import pytest
from tests.idp.people import (
    CODE,
    EMAIL,
    HIDING,
    PHONE,
    can_sign_in,
    confirm,
    context,
    listed,
    other_than,
    refusal,
    sign_up,
    stored,
)
from tests.world import PASSWORD

from poolhouse.errors import AliasExists, CodeMismatch, ExpiredCode, LimitExceeded, UsernameExists
from poolhouse.ports import DAY, HOUR, SECOND
from poolhouse.store import users


@pytest.fixture
async def pool(world):
    return await world.pool(AutoVerifiedAttributes=["email"])


@pytest.fixture
async def client(world, pool):
    return await world.client(pool)


def request_of(client, name="ada", password=PASSWORD, **more):
    return {"ClientId": client["ClientId"], "Username": name, "Password": password} | more


# SignUp


async def test_signing_up_makes_an_unconfirmed_user_and_sends_a_code(world, pool, client):
    answer = await sign_up(world, client, email=EMAIL)

    user = await stored(world, pool)
    assert answer == {
        "UserConfirmed": False,
        "UserSub": user.sub,
        "CodeDeliveryDetails": {
            "Destination": "a***@e***",
            "DeliveryMedium": "EMAIL",
            "AttributeName": "email",
        },
    }
    assert (user.status, user.enabled) == ("UNCONFIRMED", True)
    assert user.attributes == {"email": EMAIL, "email_verified": "false"}
    (message,) = await world.inbox(pool)
    assert (message.to, message.purpose, len(message.code)) == (EMAIL, "SignUp", 6)
    assert message.body == f"Your verification code is {message.code}. "


async def test_no_code_is_sent_where_there_is_nothing_to_verify(world, pool, client):
    answer = await sign_up(world, client, "ada")

    assert "CodeDeliveryDetails" not in answer
    assert await world.inbox(pool) == []


async def test_no_code_is_sent_by_a_pool_that_verifies_nothing(world):
    pool = await world.pool()

    answer = await sign_up(world, await world.client(pool), email=EMAIL)

    assert "CodeDeliveryDetails" not in answer
    assert await world.inbox(pool) == []


async def test_an_address_and_a_number_to_verify_give_one_text_message(world):
    pool = await world.pool(AutoVerifiedAttributes=["email", "phone_number"])

    answer = await sign_up(world, await world.client(pool), email=EMAIL, phone_number=PHONE)

    assert answer["CodeDeliveryDetails"]["DeliveryMedium"] == "SMS"
    assert [(message.medium, message.to) for message in await world.inbox(pool)] == [("SMS", PHONE)]


async def test_an_unconfirmed_user_cannot_sign_in(world, client):
    await sign_up(world, client)

    assert not await can_sign_in(world, client)


async def test_a_name_can_be_had_once_even_while_it_is_unconfirmed(world, client):
    await sign_up(world, client, "ada")

    refused = await refusal(world, "SignUp", **request_of(client))

    assert refused == ("UsernameExistsException", "User already exists")
    assert "UserSub" in await sign_up(world, client, "bob")


async def test_a_duplicate_changes_nothing_and_sends_nothing(world, pool, client):
    await sign_up(world, client, email=EMAIL)
    before = await stored(world, pool)

    with pytest.raises(UsernameExists):
        await sign_up(world, client, password="0ther-Sword", email="eve@example.com")

    assert await stored(world, pool) == before
    assert len(await world.inbox(pool)) == 1


async def test_names_that_differ_in_case_are_two_users_in_a_case_sensitive_pool(world, pool, client):
    await sign_up(world, client, "Ada")
    await sign_up(world, client, "ada")

    assert (await stored(world, pool, "Ada")).username == "Ada"
    assert (await stored(world, pool, "ada")).username == "ada"


async def test_names_that_differ_in_case_are_one_user_in_a_case_insensitive_pool(world):
    pool = await world.pool(UsernameConfiguration={"CaseSensitive": False})
    client = await world.client(pool)
    await sign_up(world, client, "Ada")

    refused = await refusal(world, "SignUp", **request_of(client, "aDA"))

    assert refused == ("UsernameExistsException", "User already exists")
    assert (await stored(world, pool, "ADA")).username == "ada"


async def test_the_sub_of_another_user_is_not_to_be_had_as_a_name(world, pool, client):
    sub = (await sign_up(world, client))["UserSub"]

    refused = await refusal(world, "SignUp", **request_of(client, sub))

    assert refused == ("UsernameExistsException", "User already exists")


async def test_twenty_who_want_one_name_at_once_are_one_user(world, pool, client):
    results = await asyncio.gather(
        *(sign_up(world, client, email=EMAIL) for _ in range(20)), return_exceptions=True
    )

    won = [result for result in results if isinstance(result, dict)]
    assert len(won) == 1
    assert all(isinstance(result, dict | UsernameExists) for result in results)
    assert (await stored(world, pool)).sub == won[0]["UserSub"]
    assert len(await world.inbox(pool)) == 1


async def test_signing_up_can_be_closed(world):
    pool = await world.pool(AdminCreateUserConfig={"AllowAdminCreateUserOnly": True})
    client = await world.client(pool)

    refused = await refusal(world, "SignUp", **request_of(client))

    assert refused == ("NotAuthorizedException", "SignUp is not permitted for this user pool")


async def test_a_password_is_needed(world, client):
    refused = await refusal(world, "SignUp", ClientId=client["ClientId"], Username="ada")

    assert refused == ("InvalidParameterException", "Missing required parameter Password")


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("P2$w", "Password not long enough"),
        ("12341234", "Password must have lowercase characters"),
        ("password", "Password must have uppercase characters"),
        ("Password", "Password must have numeric characters"),
        ("Password123", "Password must have symbol characters"),
    ],
)
async def test_a_password_must_meet_the_policy(world, pool, client, password, fault):
    refused = await refusal(world, "SignUp", **request_of(client, password=password))

    assert refused == ("InvalidPasswordException", f"Password did not conform with policy: {fault}")
    assert "UserSub" in await sign_up(world, client)  # nothing of it stayed


async def test_required_attributes_are_required(world):
    schema = [{"Name": "name", "Required": True}, {"Name": "family_name", "Required": True}]
    client = await world.client(await world.pool(Schema=schema))

    refused = await refusal(world, "SignUp", **request_of(client))

    assert refused[0] == "InvalidParameterException"
    assert refused[1].split("\n") == [
        "Attributes did not conform to the schema: name: The attribute is required",
        "family_name: The attribute is required",
        "",
    ]
    assert "UserSub" in await sign_up(world, client, name="Ada", family_name="Lovelace")


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ({"email": "ada"}, "Invalid email address format."),
        ({"phone_number": "0206"}, "Invalid phone number format."),
        (
            {"custom_x": "1"},
            "Attributes did not conform to the schema: custom:x: Attribute does not exist in the schema.\n",
        ),
    ],
)
async def test_attributes_must_conform(world, client, attributes, message):
    refused = await refusal(world, "SignUp", **request_of(client, UserAttributes=listed(**attributes)))

    assert refused == ("InvalidParameterException", message)


@pytest.mark.parametrize("name", ["email_verified", "phone_number_verified", "sub"])
async def test_nobody_verifies_themselves(world, client, name):
    request = request_of(client, UserAttributes=listed(**{name: "true"}))

    refused = await refusal(world, "SignUp", **request)

    assert refused == ("NotAuthorizedException", "A client attempted to write unauthorized attribute")


async def test_the_client_must_be_allowed_to_write_an_attribute(world, pool):
    client = await world.client(pool, WriteAttributes=["email"])
    request = request_of(client, UserAttributes=listed(nickname="Countess"))

    refused = await refusal(world, "SignUp", **request)

    assert refused == ("NotAuthorizedException", "A client attempted to write unauthorized attribute")
    assert "UserSub" in await sign_up(world, client, email=EMAIL)


async def test_a_client_with_a_secret_must_show_its_hash(world, pool):
    client = await world.client(pool, GenerateSecret=True)
    client_id = client["ClientId"]

    missing = await refusal(world, "SignUp", **request_of(client))
    wrong = await refusal(world, "SignUp", **request_of(client, SecretHash="d3Jvbmc="))

    assert missing == (
        "NotAuthorizedException",
        f"Client {client_id} is configured with secret but SECRET_HASH was not received",
    )
    assert wrong == ("NotAuthorizedException", f"SecretHash does not match for the client: {client_id}")
    assert "UserSub" in await sign_up(world, client)


async def test_what_only_feeds_triggers_is_accepted(world, client):
    answer = await world.call(
        "SignUp",
        **request_of(client),
        ValidationData=[{"Name": "invitation", "Value": "42"}],
        ClientMetadata={"source": "test"},
        AnalyticsMetadata={"AnalyticsEndpointId": "endpoint"},
        UserContextData={"IpAddress": "192.0.2.1"},
    )

    assert answer["UserConfirmed"] is False


async def test_users_are_never_hidden_from_those_who_sign_up(world, pool):
    client = await world.client(pool, **HIDING)
    await sign_up(world, client)

    refused = await refusal(world, "SignUp", **request_of(client))

    assert refused == ("UsernameExistsException", "User already exists")


# SignUp where addresses are user names


async def test_an_address_as_user_name_fills_the_attribute_and_a_uuid_is_the_name(world):
    pool = await world.pool(UsernameAttributes=["email"], AutoVerifiedAttributes=["email"])
    client = await world.client(pool)

    answer = await sign_up(world, client, EMAIL)

    user = await stored(world, pool, EMAIL)
    assert user.username == user.sub == answer["UserSub"]
    assert user.attributes == {"email": EMAIL, "email_verified": "false"}
    assert answer["CodeDeliveryDetails"]["Destination"] == "a***@e***"


@pytest.mark.parametrize(
    ("kinds", "message"),
    [
        (["email"], "Username should be an email."),
        (["phone_number"], "Username should be a phone number."),
        (["email", "phone_number"], "Username should be either an email or a phone number."),
    ],
)
async def test_where_addresses_are_user_names_nothing_else_is(world, kinds, message):
    client = await world.client(await world.pool(UsernameAttributes=kinds))

    refused = await refusal(world, "SignUp", **request_of(client))

    assert refused == ("InvalidParameterException", message)
    assert "UserSub" in await sign_up(world, client, EMAIL if "email" in kinds else PHONE)


@pytest.mark.parametrize(("kind", "name"), [("email", EMAIL), ("phone_number", PHONE)])
async def test_an_address_is_one_user_name_verified_or_not(world, kind, name):
    client = await world.client(await world.pool(UsernameAttributes=["email", "phone_number"]))
    await sign_up(world, client, name)

    refused = await refusal(world, "SignUp", **request_of(client, name))

    assert refused == ("UsernameExistsException", f"An account with the given {kind} already exists.")


async def test_an_address_that_is_somebodys_user_name_is_not_to_be_had_as_an_attribute(world):
    client = await world.client(await world.pool(UsernameAttributes=["email", "phone_number"]))
    await sign_up(world, client, EMAIL)

    refused = await refusal(world, "SignUp", **request_of(client, PHONE, UserAttributes=listed(email=EMAIL)))

    assert refused == ("UsernameExistsException", "An account with the given email already exists.")


@pytest.mark.parametrize("case_sensitive", [True, False])
async def test_case_of_an_address_counts_only_in_a_case_sensitive_pool(world, case_sensitive):
    pool = await world.pool(
        UsernameAttributes=["email"], UsernameConfiguration={"CaseSensitive": case_sensitive}
    )
    client = await world.client(pool)
    await sign_up(world, client, EMAIL)

    try:
        await sign_up(world, client, EMAIL.upper())
        distinct = True
    except UsernameExists:
        distinct = False

    assert distinct is case_sensitive


async def test_user_name_and_attribute_must_agree(world):
    client = await world.client(await world.pool(UsernameAttributes=["email"]))
    other = listed(email="eve@example.com")

    refused = await refusal(world, "SignUp", **request_of(client, EMAIL, UserAttributes=other))

    assert refused == ("InvalidParameterException", "Username and the attribute email are not the same.")
    assert "UserSub" in await sign_up(world, client, EMAIL, email=EMAIL)


async def test_what_the_user_name_fills_in_needs_no_permission_and_satisfies_the_schema(world):
    pool = await world.pool(UsernameAttributes=["email"])
    client = await world.client(pool, WriteAttributes=["nickname"])

    await sign_up(world, client, EMAIL, nickname="Countess")

    assert (await stored(world, pool, EMAIL)).attributes["email"] == EMAIL


# SignUp where addresses are aliases


async def test_a_duplicate_alias_does_not_fail_before_it_is_verified(world):
    client = await world.client(await world.pool(AliasAttributes=["email"], AutoVerifiedAttributes=["email"]))
    await sign_up(world, client, "ada", email=EMAIL)

    assert "UserSub" in await sign_up(world, client, "eve", email=EMAIL)


@pytest.mark.parametrize(
    ("alias", "name", "message"),
    [
        (
            "email",
            EMAIL,
            "Username cannot be of email format, since user pool is configured for email alias.",
        ),
        (
            "phone_number",
            PHONE,
            "Username cannot be of phone number format, since user pool is configured for phone number alias.",
        ),
    ],
)
async def test_what_could_be_an_alias_is_no_user_name(world, alias, name, message):
    client = await world.client(await world.pool(AliasAttributes=[alias]))

    refused = await refusal(world, "SignUp", **request_of(client, name))

    assert refused == ("InvalidParameterException", message)
    assert "UserSub" in await sign_up(world, client, "ada")


async def test_an_address_may_be_a_user_name_where_it_is_no_alias(world, client):
    assert "UserSub" in await sign_up(world, client, EMAIL)


# ConfirmSignUp


async def test_the_right_code_confirms_the_user_and_verifies_the_address(world, pool, client):
    await sign_up(world, client, email=EMAIL)

    answer = await confirm(world, client, await world.code(pool))

    user = await stored(world, pool)
    assert answer == {}
    assert (user.status, user.attributes["email_verified"]) == ("CONFIRMED", "true")
    assert await can_sign_in(world, client)


async def test_a_wrong_code_confirms_nobody_and_the_right_one_stays_good(world, pool, client):
    await sign_up(world, client, email=EMAIL)
    code = await world.code(pool)
    wrong = other_than(code)

    refused = await refusal(
        world, "ConfirmSignUp", ClientId=client["ClientId"], Username="ada", ConfirmationCode=wrong
    )

    assert refused == ("CodeMismatchException", "Invalid verification code provided, please try again.")
    assert (await stored(world, pool)).status == "UNCONFIRMED"
    assert await confirm(world, client, code) == {}


async def test_a_code_is_good_for_a_day(world, pool, client):
    await sign_up(world, client, email=EMAIL)
    code = await world.code(pool)
    world.advance(DAY - SECOND)
    assert await confirm(world, client, code) == {}

    await sign_up(world, client, "bob", email=EMAIL)
    world.advance(DAY + SECOND)
    refused = await refusal(
        world,
        "ConfirmSignUp",
        ClientId=client["ClientId"],
        Username="bob",
        ConfirmationCode=await world.code(pool),
    )

    assert refused == ("ExpiredCodeException", "Invalid code provided, please request a code again.")


async def test_without_a_code_there_is_nothing_to_confirm(world, client):
    await sign_up(world, client)  # no address, so no code

    refused = await refusal(
        world, "ConfirmSignUp", ClientId=client["ClientId"], Username="ada", ConfirmationCode=CODE
    )

    assert refused == ("ExpiredCodeException", "Invalid code provided, please request a code again.")


async def test_a_confirmed_user_cannot_be_confirmed_again(world, pool, client):
    await sign_up(world, client, email=EMAIL)
    code = await world.code(pool)
    await confirm(world, client, code)

    refused = await refusal(
        world, "ConfirmSignUp", ClientId=client["ClientId"], Username="ada", ConfirmationCode=code
    )

    assert refused == ("NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED")


async def test_an_unknown_name_cannot_be_confirmed(world, client):
    refused = await refusal(
        world, "ConfirmSignUp", ClientId=client["ClientId"], Username="nobody", ConfirmationCode=CODE
    )

    assert refused == ("UserNotFoundException", "Username/client id combination not found.")


async def test_a_disabled_user_cannot_be_confirmed(world, pool, client):
    await sign_up(world, client, email=EMAIL)
    await disable(world, pool, "ada")

    refused = await refusal(
        world,
        "ConfirmSignUp",
        ClientId=client["ClientId"],
        Username="ada",
        ConfirmationCode=await world.code(pool),
    )

    assert refused == ("NotAuthorizedException", "User is disabled.")


async def disable(world, pool_id, name):
    ctx, user = await context(world, pool_id), await stored(world, pool_id, name)

    async def write(tx):
        await users.save(tx, ctx, user, replace(user, enabled=False))

    await world.env.db.run(write)


async def test_confirming_needs_the_secret_hash(world, pool):
    client = await world.client(pool, GenerateSecret=True)
    await sign_up(world, client, email=EMAIL)
    code = await world.code(pool)
    request = {"ClientId": client["ClientId"], "Username": "ada", "ConfirmationCode": code}

    missing = await refusal(world, "ConfirmSignUp", **request)
    wrong = await refusal(world, "ConfirmSignUp", **request, SecretHash="d3Jvbmc=")

    assert missing[1] == (
        f"Client {client['ClientId']} is configured with secret but SECRET_HASH was not received"
    )
    assert wrong[1] == f"Unable to verify secret hash for client {client['ClientId']}"
    right = world.hash(client, "ada")["SECRET_HASH"]
    assert await confirm(world, client, code, SecretHash=right) == {}


async def test_a_session_that_sign_up_never_gave_is_refused(world, pool, client):
    await sign_up(world, client, email=EMAIL)
    code = await world.code(pool)

    refused = await refusal(
        world,
        "ConfirmSignUp",
        ClientId=client["ClientId"],
        Username="ada",
        ConfirmationCode=code,
        Session="s" * 40,
    )

    assert refused == ("NotAuthorizedException", "Invalid session for the user.")
    assert await confirm(world, client, code) == {}


async def test_fifteen_tries_an_hour_are_all(world, pool, client):
    await sign_up(world, client, email=EMAIL)
    code = await world.code(pool)
    wrong = other_than(code)
    for _ in range(15):
        with pytest.raises(CodeMismatch):
            await confirm(world, client, wrong)

    with pytest.raises(LimitExceeded, match="Attempt limit exceeded, please try after some time"):
        await confirm(world, client, code)

    world.advance(HOUR + SECOND)
    await world.call("ResendConfirmationCode", ClientId=client["ClientId"], Username="ada")
    assert await confirm(world, client, await world.code(pool)) == {}


async def test_the_fifteenth_try_may_be_the_right_one(world, pool, client):
    await sign_up(world, client, email=EMAIL)
    code = await world.code(pool)
    wrong = other_than(code)
    for _ in range(14):
        with pytest.raises(CodeMismatch):
            await confirm(world, client, wrong)

    assert await confirm(world, client, code) == {}


async def test_more_than_fifteen_tries_at_one_code_are_too_many(world, pool, client):
    await sign_up(world, client, email=EMAIL)
    code = await world.code(pool)
    wrong = other_than(code)
    for _ in range(15):
        with pytest.raises(CodeMismatch):
            await confirm(world, client, wrong)
    world.advance(HOUR + SECOND)

    refused = await refusal(
        world, "ConfirmSignUp", ClientId=client["ClientId"], Username="ada", ConfirmationCode=code
    )

    assert refused[0] == "TooManyFailedAttemptsException"


async def test_twenty_who_confirm_with_one_code_at_once_succeed_once(world, pool, client):
    await sign_up(world, client, email=EMAIL)
    code = await world.code(pool)

    results = await asyncio.gather(*(confirm(world, client, code) for _ in range(20)), return_exceptions=True)

    assert results.count({}) == 1


async def test_a_code_does_not_confirm_an_address_that_it_was_not_sent_to(world, pool, client):
    await sign_up(world, client, email=EMAIL)
    ctx, user = await context(world, pool), await stored(world, pool)

    async def change(tx):
        moved = replace(user, attributes={**user.attributes, "email": "eve@example.com"})
        await users.save(tx, ctx, user, moved)

    await world.env.db.run(change)

    with pytest.raises(ExpiredCode):
        await confirm(world, client, await world.code(pool))
    assert (await stored(world, pool)).status == "UNCONFIRMED"


# ConfirmSignUp where addresses are aliases


@pytest.fixture
async def alias_pool(world):
    return await world.pool(AliasAttributes=["email", "preferred_username"], AutoVerifiedAttributes=["email"])


async def confirmed(world, pool, client, name, **attributes):
    await sign_up(world, client, name, **attributes)
    await confirm(world, client, await world.code(pool), name)


async def test_a_verified_alias_signs_in(world, alias_pool):
    client = await world.client(alias_pool)
    await sign_up(world, client, email=EMAIL)
    assert not await can_sign_in(world, client, EMAIL)

    await confirm(world, client, await world.code(alias_pool))

    assert await can_sign_in(world, client, EMAIL)


async def test_an_alias_of_somebody_else_is_refused_and_the_code_stays_good(world, alias_pool):
    client = await world.client(alias_pool)
    await confirmed(world, alias_pool, client, "ada", email=EMAIL)
    await sign_up(world, client, "eve", email=EMAIL)
    code = await world.code(alias_pool)

    refused = await refusal(
        world, "ConfirmSignUp", ClientId=client["ClientId"], Username="eve", ConfirmationCode=code
    )

    assert refused == ("AliasExistsException", "An account with the email already exists.")
    assert (await stored(world, alias_pool, "eve")).status == "UNCONFIRMED"
    assert (await stored(world, alias_pool, EMAIL)).username == "ada"
    assert await confirm(world, client, code, "eve", ForceAliasCreation=True) == {}


async def test_an_alias_can_be_taken_over_by_whoever_proves_it(world, alias_pool):
    client = await world.client(alias_pool)
    await confirmed(world, alias_pool, client, "ada", email=EMAIL)
    await sign_up(world, client, "eve", email=EMAIL)

    await confirm(world, client, await world.code(alias_pool), "eve", ForceAliasCreation=True)

    assert (await stored(world, alias_pool, EMAIL)).username == "eve"
    before = await stored(world, alias_pool, "ada")
    assert (before.attributes["email"], before.attributes["email_verified"]) == (EMAIL, "false")
    assert await can_sign_in(world, client, "ada")


async def test_a_preferred_name_of_somebody_else_is_never_taken_over(world, alias_pool):
    client = await world.client(alias_pool)
    await confirmed(world, alias_pool, client, "ada", email=EMAIL, preferred_username="countess")
    await sign_up(world, client, "eve", email="eve@example.com", preferred_username="countess")

    with pytest.raises(AliasExists, match="An account with the preferred_username already exists"):
        await confirm(world, client, await world.code(alias_pool), "eve", ForceAliasCreation=True)
    assert (await stored(world, alias_pool, "countess")).username == "ada"


async def test_of_twenty_who_verify_one_alias_at_once_one_has_it(world, alias_pool):
    client = await world.client(alias_pool)
    names = [f"user{number}" for number in range(20)]
    codes = {}
    for name in names:
        await sign_up(world, client, name, email=EMAIL)
        codes[name] = await world.code(alias_pool)

    results = await asyncio.gather(
        *(confirm(world, client, codes[name], name) for name in names), return_exceptions=True
    )

    assert results.count({}) == 1
    assert sum(isinstance(result, AliasExists) for result in results) == 19
    owner = await stored(world, alias_pool, EMAIL)
    assert owner.username == names[results.index({})]


# ResendConfirmationCode


async def test_a_new_code_replaces_the_old(world, pool, client):
    await sign_up(world, client, email=EMAIL)
    old = await world.code(pool)

    answer = await world.call("ResendConfirmationCode", ClientId=client["ClientId"], Username="ada")

    assert answer["CodeDeliveryDetails"] == {
        "Destination": "a***@e***",
        "DeliveryMedium": "EMAIL",
        "AttributeName": "email",
    }
    message = (await world.inbox(pool))[-1]
    assert (message.purpose, message.to) == ("ResendCode", EMAIL)
    if message.code != old:
        with pytest.raises(CodeMismatch):
            await confirm(world, client, old)
    assert await confirm(world, client, message.code) == {}


async def test_five_codes_an_hour_are_all(world, client):
    await sign_up(world, client, email=EMAIL)
    request = {"ClientId": client["ClientId"], "Username": "ada"}
    for _ in range(5):
        await world.call("ResendConfirmationCode", **request)

    refused = await refusal(world, "ResendConfirmationCode", **request)

    assert refused == ("LimitExceededException", "Attempt limit exceeded, please try after some time.")
    world.advance(HOUR + SECOND)
    assert "CodeDeliveryDetails" in await world.call("ResendConfirmationCode", **request)


async def test_a_confirmed_user_gets_no_other_code(world, pool, client):
    await confirmed(world, pool, client, "ada", email=EMAIL)

    refused = await refusal(world, "ResendConfirmationCode", ClientId=client["ClientId"], Username="ada")

    assert refused == ("InvalidParameterException", "User is already confirmed.")


async def test_a_disabled_user_gets_no_other_code(world, pool, client):
    await sign_up(world, client, email=EMAIL)
    await disable(world, pool, "ada")

    refused = await refusal(world, "ResendConfirmationCode", ClientId=client["ClientId"], Username="ada")

    assert refused == ("NotAuthorizedException", "User is disabled.")


async def test_an_unknown_name_gets_no_code(world, client):
    refused = await refusal(world, "ResendConfirmationCode", ClientId=client["ClientId"], Username="nobody")

    assert refused == ("UserNotFoundException", "Username/client id combination not found.")


async def test_a_pool_that_verifies_nothing_sends_no_code(world):
    client = await world.client(await world.pool())
    await sign_up(world, client, email=EMAIL)

    refused = await refusal(world, "ResendConfirmationCode", ClientId=client["ClientId"], Username="ada")

    assert refused == ("NotAuthorizedException", "Cannot resend codes. Auto verification not turned on.")


async def test_a_user_without_an_address_to_verify_gets_no_code(world, client):
    await sign_up(world, client)

    refused = await refusal(world, "ResendConfirmationCode", ClientId=client["ClientId"], Username="ada")

    assert refused == ("NotAuthorizedException", "Cannot resend codes. Auto verification not turned on.")


async def test_sending_again_needs_the_secret_hash(world, pool):
    client = await world.client(pool, GenerateSecret=True)
    await sign_up(world, client, email=EMAIL)
    request = {"ClientId": client["ClientId"], "Username": "ada"}

    refused = await refusal(world, "ResendConfirmationCode", **request, SecretHash="d3Jvbmc=")

    assert refused[1] == f"Unable to verify secret hash for client {client['ClientId']}"
    right = world.hash(client, "ada")["SECRET_HASH"]
    assert "CodeDeliveryDetails" in await world.call("ResendConfirmationCode", **request, SecretHash=right)


# AdminConfirmSignUp


async def test_an_administrator_confirms_without_verifying(world, pool, client):
    await sign_up(world, client, email=EMAIL)

    answer = await world.call("AdminConfirmSignUp", UserPoolId=pool, Username="ada")

    user = await stored(world, pool)
    assert answer == {}
    assert (user.status, user.attributes["email_verified"]) == ("CONFIRMED", "false")
    assert await can_sign_in(world, client)


async def test_an_administrator_may_name_a_user_by_sub(world, pool, client):
    sub = (await sign_up(world, client))["UserSub"]

    await world.call("AdminConfirmSignUp", UserPoolId=pool, Username=sub)

    assert (await stored(world, pool)).status == "CONFIRMED"


@pytest.mark.parametrize("status", ["CONFIRMED", "FORCE_CHANGE_PASSWORD"])
async def test_an_administrator_confirms_only_who_is_unconfirmed(world, pool, status):
    if status == "CONFIRMED":
        await world.user(pool)
    else:
        await world.call("AdminCreateUser", UserPoolId=pool, Username="ada")

    refused = await refusal(world, "AdminConfirmSignUp", UserPoolId=pool, Username="ada")

    assert refused == ("NotAuthorizedException", f"User cannot be confirmed. Current status is {status}")


async def test_an_administrator_is_told_that_a_user_does_not_exist(world, pool):
    refused = await refusal(world, "AdminConfirmSignUp", UserPoolId=pool, Username="nobody")

    assert refused == ("UserNotFoundException", "User does not exist.")


async def test_an_administrator_cannot_give_away_a_preferred_name(world, alias_pool):
    client = await world.client(alias_pool)
    await confirmed(world, alias_pool, client, "ada", email=EMAIL, preferred_username="countess")
    await sign_up(world, client, "eve", preferred_username="countess")

    refused = await refusal(world, "AdminConfirmSignUp", UserPoolId=alias_pool, Username="eve")

    assert refused == (
        "InvalidParameterException",
        "An account with the given preferred_username already exists.",
    )
    assert (await stored(world, alias_pool, "eve")).status == "UNCONFIRMED"
