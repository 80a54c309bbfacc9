"""A server that delivers nothing says so: no answer tells of a message that nobody sends."""

import msgspec
import pytest
from msgspec.structs import replace
from tests.idp.ada import ada
from tests.idp.people import EMAIL, HIDING, PHONE, listed, refusal, request_of, stored

WORDS = "This server has no service that delivers by {}, so the message was not sent."
BY_EMAIL = ("CodeDeliveryFailureException", WORDS.format("EMAIL"))
BY_SMS = ("CodeDeliveryFailureException", WORDS.format("SMS"))
FOR_ADMINISTRATORS = ("InvalidParameterException", WORDS.format("EMAIL"))


def delivering(world, **drivers):
    """Let the server have these drivers from now on."""
    world.env = replace(world.env, settings=msgspec.structs.replace(world.env.settings, **drivers))


@pytest.fixture
async def pool(world):
    return await world.pool(AutoVerifiedAttributes=["email"])


@pytest.fixture
async def client(world, pool):
    return await world.client(pool)


async def test_who_signs_up_stays_unconfirmed_and_gets_a_code_later(world, pool, client):
    delivering(world, email_driver="none")
    request = request_of(client, UserAttributes=listed(email=EMAIL))

    refused = await refusal(world, "SignUp", **request)

    assert refused == BY_EMAIL
    assert (await stored(world, pool)).status == "UNCONFIRMED"
    assert await world.inbox(pool) == []
    delivering(world, email_driver="inbox")
    await world.call("ResendConfirmationCode", ClientId=client["ClientId"], Username="ada")
    code = await world.code(pool)
    await world.call("ConfirmSignUp", ClientId=client["ClientId"], Username="ada", ConfirmationCode=code)


async def test_who_gets_no_code_signs_up_as_ever(world, client):
    delivering(world, email_driver="none", sms_driver="none")

    assert "UserSub" in await world.call("SignUp", **request_of(client))


async def test_one_medium_does_without_the_other(world, client, pool):
    delivering(world, sms_driver="none")

    answer = await world.call("SignUp", **request_of(client, UserAttributes=listed(email=EMAIL)))

    assert answer["CodeDeliveryDetails"]["DeliveryMedium"] == "EMAIL"


async def test_a_code_is_not_sent_again_by_nobody(world, pool, client):
    await world.call("SignUp", **request_of(client, UserAttributes=listed(email=EMAIL)))
    delivering(world, email_driver="none")
    request = {"ClientId": client["ClientId"], "Username": "ada"}

    refused = await refusal(world, "ResendConfirmationCode", **request)

    assert refused == BY_EMAIL
    code = await world.code(pool)  # the first is still good
    await world.call("ConfirmSignUp", **request, ConfirmationCode=code)


@pytest.mark.parametrize("name", ["ada", "nobody"])
async def test_a_lost_password_is_told_of_alike_for_every_name(world, pool, name):
    client = await world.client(pool, **HIDING)
    await world.user(pool, email=EMAIL, email_verified="true")
    request = {"ClientId": client["ClientId"], "Username": name}
    delivering(world, email_driver="none", sms_driver="none")

    refused = await refusal(world, "ForgotPassword", **request)

    assert refused == BY_EMAIL
    delivering(world, email_driver="inbox")
    assert "CodeDeliveryDetails" in await world.call("ForgotPassword", **request)


async def test_a_user_whom_nobody_can_reach_is_hidden_among_those_who_do_not_exist(world):
    client = await world.client(await world.pool(AutoVerifiedAttributes=["email"]), **HIDING)
    plain_client = await world.client(await world.pool())
    for app in (client, plain_client):
        await world.user(app["UserPoolId"], email=EMAIL, phone_number=PHONE, phone_number_verified="true")
    delivering(world, sms_driver="none")

    details = [
        (await world.call("ForgotPassword", ClientId=client["ClientId"], Username=name))[
            "CodeDeliveryDetails"
        ]
        for name in ("ada", "nobody")
    ]

    assert [found["DeliveryMedium"] for found in details] == ["EMAIL", "EMAIL"]
    assert await world.inbox(client["UserPoolId"]) == []
    refused = await refusal(world, "ForgotPassword", ClientId=plain_client["ClientId"], Username="ada")
    assert refused == BY_SMS


async def test_nobody_is_created_who_cannot_be_invited(world, pool):
    request = {"UserPoolId": pool, "Username": "ada", "UserAttributes": listed(phone_number=PHONE)}
    delivering(world, sms_driver="none")

    refused = await refusal(world, "AdminCreateUser", **request)

    assert refused == BY_SMS
    assert "User" in await world.call("AdminCreateUser", **request, MessageAction="SUPPRESS")


async def test_a_password_is_not_locked_where_no_code_could_replace_it(world, pool):
    await world.user(pool, email=EMAIL, email_verified="true")
    delivering(world, email_driver="none")

    refused = await refusal(world, "AdminResetUserPassword", UserPoolId=pool, Username="ada")

    assert refused == FOR_ADMINISTRATORS
    assert (await stored(world, pool)).status == "CONFIRMED"
    delivering(world, email_driver="inbox")
    await world.call("AdminResetUserPassword", UserPoolId=pool, Username="ada")
    assert (await stored(world, pool)).status == "RESET_REQUIRED"


async def test_a_new_address_is_not_stored_without_the_code_that_proves_it(world):
    user = await ada(world, {"AutoVerifiedAttributes": ["email"]})
    delivering(world, email_driver="none")

    refused = await user.update_refused(email=EMAIL)

    assert refused == f"CodeDeliveryFailureException: {WORDS.format('EMAIL')}"
    assert await user.update(nickname="Countess") == []


async def test_an_administrator_who_vouches_for_an_address_needs_no_code(world, pool):
    await world.user(pool)
    request = {"UserPoolId": pool, "Username": "ada"}
    delivering(world, email_driver="none")

    refused = await refusal(world, "AdminUpdateUserAttributes", **request, UserAttributes=listed(email=EMAIL))

    assert refused == FOR_ADMINISTRATORS
    vouched = listed(email=EMAIL, email_verified="true")
    await world.call("AdminUpdateUserAttributes", **request, UserAttributes=vouched)
    assert (await stored(world, pool)).verified("email")
