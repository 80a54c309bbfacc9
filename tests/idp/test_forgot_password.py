import pytest
from tests.idp.people import (
    CODE,
    EMAIL,
    NEW_PASSWORD,
    PHONE,
    can_sign_in,
    disable,
    forgot,
    other_than,
    refusal,
    reset,
    reset_of,
)
from tests.world import PASSWORD

from poolhouse.errors import CodeMismatch
from poolhouse.ports import HOUR, SECOND


@pytest.fixture
async def pool(world):
    return await world.pool()


@pytest.fixture
async def client(world, pool):
    await world.user(pool, email=EMAIL, email_verified="true")
    return await world.client(pool)


def recovery(*names):
    mechanisms = [{"Name": name, "Priority": place} for place, name in enumerate(names, start=1)]
    return {"AccountRecoverySetting": {"RecoveryMechanisms": mechanisms}}


async def test_a_lost_password_is_replaced_with_the_code_that_was_sent(world, pool, client):
    details = await forgot(world, client)
    assert details == {
        "Destination": "a***@e***",
        "DeliveryMedium": "EMAIL",
        "AttributeName": "email",
    }
    assert await can_sign_in(world, client)  # nothing has changed yet

    (message,) = await world.inbox(pool)
    assert (message.purpose, message.to, len(message.code)) == ("ForgotPassword", EMAIL, 6)
    assert await reset(world, client, message.code) == {}

    assert await can_sign_in(world, client, password=NEW_PASSWORD)
    assert not await can_sign_in(world, client, password=PASSWORD)


@pytest.mark.parametrize(
    ("setting", "medium"),
    [
        ({}, "SMS"),
        (recovery("verified_email", "verified_phone_number"), "EMAIL"),
        (recovery("verified_phone_number", "verified_email"), "SMS"),
        (recovery("verified_email"), "EMAIL"),
    ],
)
async def test_the_pool_says_which_channel_is_used(world, setting, medium):
    pool = await world.pool(**setting)
    client = await world.client(pool)
    await world.user(
        pool, email=EMAIL, email_verified="true", phone_number=PHONE, phone_number_verified="true"
    )

    details = await forgot(world, client)

    assert details["DeliveryMedium"] == medium
    assert [message.medium for message in await world.inbox(pool)] == [medium]


async def test_a_channel_that_is_not_verified_is_passed_over(world, pool):
    client = await world.client(pool)
    await world.user(pool, email=EMAIL, email_verified="true", phone_number=PHONE)

    assert (await forgot(world, client))["DeliveryMedium"] == "EMAIL"


async def test_the_name_may_be_a_verified_alias(world):
    pool = await world.pool(AliasAttributes=["email"])
    client = await world.client(pool)
    await world.user(pool, email=EMAIL, email_verified="true")

    await forgot(world, client, EMAIL)

    assert await reset(world, client, await world.code(pool), name=EMAIL) == {}
    assert await can_sign_in(world, client, "ada", NEW_PASSWORD)


async def test_without_a_verified_contact_there_is_no_way(world, pool):
    client = await world.client(pool)
    await world.user(pool, email=EMAIL)

    refused = await refusal(world, "ForgotPassword", ClientId=client["ClientId"], Username="ada")

    assert refused == (
        "InvalidParameterException",
        "Cannot reset password for the user as there is no registered/verified email or phone_number",
    )
    assert await world.inbox(pool) == []


async def test_an_unknown_name_is_told_so(world, client):
    refused = await refusal(world, "ForgotPassword", ClientId=client["ClientId"], Username="nobody")

    assert refused == ("UserNotFoundException", "Username/client id combination not found.")


async def test_a_disabled_user_gets_no_code(world, pool, client):
    await disable(world, pool, "ada")

    refused = await refusal(world, "ForgotPassword", ClientId=client["ClientId"], Username="ada")

    assert refused == ("NotAuthorizedException", "User is disabled.")


async def test_who_has_to_choose_a_password_gets_no_code(world, pool, client):
    await world.call(
        "AdminSetUserPassword", UserPoolId=pool, Username="ada", Password=NEW_PASSWORD, Permanent=False
    )

    refused = await refusal(world, "ForgotPassword", ClientId=client["ClientId"], Username="ada")

    assert refused == ("NotAuthorizedException", "User password cannot be reset in the current state.")


async def test_who_may_not_sign_in_with_a_password_gets_none(world, pool, client):
    await world.call(
        "AdminDisableProviderForUser",
        UserPoolId=pool,
        User={
            "ProviderName": "Cognito",
            "ProviderAttributeName": "Cognito_Subject",
            "ProviderAttributeValue": "ada",
        },
    )

    refused = await refusal(world, "ForgotPassword", ClientId=client["ClientId"], Username="ada")

    assert refused == ("NotAuthorizedException", "User password cannot be reset in the current state.")


async def test_where_only_administrators_reset_there_is_no_code(world):
    pool = await world.pool(**recovery("admin_only"))
    client = await world.client(pool)
    await world.user(pool, email=EMAIL, email_verified="true")

    begun = await refusal(world, "ForgotPassword", ClientId=client["ClientId"], Username="ada")
    ended = await refusal(world, "ConfirmForgotPassword", **reset_of(client, CODE))

    assert begun == ended == ("NotAuthorizedException", "Contact administrator to reset password.")


async def test_a_client_with_a_secret_must_show_its_hash(world, pool, client):
    client = await world.client(pool, GenerateSecret=True)
    request = {"ClientId": client["ClientId"], "Username": "ada"}
    right = world.hash(client, "ada")["SECRET_HASH"]

    missing = await refusal(world, "ForgotPassword", **request)
    wrong = await refusal(world, "ForgotPassword", **request, SecretHash="d3Jvbmc=")
    await world.call("ForgotPassword", **request, SecretHash=right)
    code = await world.code(pool)
    unproven = await refusal(world, "ConfirmForgotPassword", **reset_of(client, code), SecretHash="d3Jvbmc=")

    assert missing[1] == (
        f"Client {client['ClientId']} is configured with secret but SECRET_HASH was not received"
    )
    assert wrong[1] == unproven[1] == f"Unable to verify secret hash for client {client['ClientId']}"
    assert await world.call("ConfirmForgotPassword", **reset_of(client, code), SecretHash=right) == {}


async def test_asking_and_trying_share_twenty_an_hour(world, pool, client):
    for _ in range(10):
        await forgot(world, client)
        with pytest.raises(CodeMismatch):
            await reset(world, client, other_than(await world.code(pool)))
    code = await world.code(pool)

    asked = await refusal(world, "ForgotPassword", ClientId=client["ClientId"], Username="ada")
    tried = await refusal(world, "ConfirmForgotPassword", **reset_of(client, code))

    assert (
        asked
        == tried
        == (
            "LimitExceededException",
            "Attempt limit exceeded, please try after some time.",
        )
    )
    world.advance(HOUR + SECOND)
    await forgot(world, client)
    assert await reset(world, client, await world.code(pool)) == {}
