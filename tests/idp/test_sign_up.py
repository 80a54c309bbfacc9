import asyncio

import pytest
from tests.idp.people import EMAIL, HIDING, PHONE, can_sign_in, listed, refusal, request_of, sign_up, stored

from poolhouse.errors import UsernameExists


@pytest.fixture
async def pool(world):
    return await world.pool(AutoVerifiedAttributes=["email"])


@pytest.fixture
async def client(world, pool):
    return await world.client(pool)


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
