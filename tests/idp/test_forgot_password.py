import asyncio

import pytest
from tests.idp.people import (
    CODE,
    EMAIL,
    NEW_PASSWORD,
    PHONE,
    can_sign_in,
    disable,
    other_than,
    refusal,
    sign_up,
    stored,
)
from tests.world import PASSWORD

from poolhouse.errors import ApiError, CodeMismatch, IncorrectLogin, LockedOut
from poolhouse.ports import HOUR, SECOND


@pytest.fixture
async def pool(world):
    return await world.pool()


@pytest.fixture
async def client(world, pool):
    await world.user(pool, email=EMAIL, email_verified="true")
    return await world.client(pool)


async def forgot(world, client, name="ada"):
    answer = await world.call("ForgotPassword", ClientId=client["ClientId"], Username=name)
    return answer["CodeDeliveryDetails"]


def reset_of(client, code, name="ada", password=NEW_PASSWORD):
    return {
        "ClientId": client["ClientId"],
        "Username": name,
        "ConfirmationCode": code,
        "Password": password,
    }


async def reset(world, client, code, **more):
    return await world.call("ConfirmForgotPassword", **reset_of(client, code, **more))


def recovery(*names):
    mechanisms = [{"Name": name, "Priority": place} for place, name in enumerate(names, start=1)]
    return {"AccountRecoverySetting": {"RecoveryMechanisms": mechanisms}}


# ForgotPassword


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


# ConfirmForgotPassword


async def test_a_wrong_code_resets_nothing(world, pool, client):
    await forgot(world, client)
    code = await world.code(pool)

    refused = await refusal(world, "ConfirmForgotPassword", **reset_of(client, other_than(code)))

    assert refused == ("CodeMismatchException", "Invalid verification code provided, please try again.")
    assert await can_sign_in(world, client)
    assert await reset(world, client, code) == {}


async def test_without_a_request_there_is_no_code(world, client):
    refused = await refusal(world, "ConfirmForgotPassword", **reset_of(client, CODE))

    assert refused == ("ExpiredCodeException", "Invalid code provided, please request a code again.")


async def test_a_code_is_good_for_an_hour(world, pool, client):
    await forgot(world, client)
    world.advance(HOUR - SECOND)
    assert await reset(world, client, await world.code(pool)) == {}

    await forgot(world, client)
    world.advance(HOUR + SECOND)
    refused = await refusal(world, "ConfirmForgotPassword", **reset_of(client, await world.code(pool)))

    assert refused == ("ExpiredCodeException", "Invalid code provided, please request a code again.")


async def test_a_code_is_good_once(world, pool, client):
    await forgot(world, client)
    code = await world.code(pool)
    await reset(world, client, code)

    refused = await refusal(world, "ConfirmForgotPassword", **reset_of(client, code, password="0ther-Sword"))

    assert refused[0] == "ExpiredCodeException"
    assert await can_sign_in(world, client, password=NEW_PASSWORD)


async def test_of_fifteen_who_use_one_code_at_once_one_sets_the_password(world, pool, client):
    await forgot(world, client)
    code = await world.code(pool)
    proposed = [f"N3w-Sword-{number}" for number in range(15)]

    results = await asyncio.gather(
        *(reset(world, client, code, password=password) for password in proposed), return_exceptions=True
    )

    assert results.count({}) == 1
    assert all(result == {} or isinstance(result, ApiError) for result in results)
    assert await can_sign_in(world, client, password=proposed[results.index({})])


async def test_more_than_fifteen_tries_at_one_code_are_too_many(world, pool, client):
    await forgot(world, client)
    code = await world.code(pool)
    for _ in range(15):
        with pytest.raises(CodeMismatch):
            await reset(world, client, other_than(code))

    refused = await refusal(world, "ConfirmForgotPassword", **reset_of(client, code))

    assert refused[0] == "TooManyFailedAttemptsException"
    await forgot(world, client)
    assert await reset(world, client, await world.code(pool)) == {}


async def test_a_password_that_breaks_the_policy_does_not_use_up_the_code(world, pool, client):
    await forgot(world, client)
    code = await world.code(pool)

    refused = await refusal(world, "ConfirmForgotPassword", **reset_of(client, code, password="password"))

    assert refused == (
        "InvalidPasswordException",
        "Password does not conform to policy: Password must have uppercase characters",
    )
    assert await reset(world, client, code) == {}


async def test_an_unknown_name_has_no_password_to_set(world, client):
    refused = await refusal(world, "ConfirmForgotPassword", **reset_of(client, CODE, name="nobody"))

    assert refused == ("UserNotFoundException", "Username/client id combination not found.")


async def test_a_user_who_was_disabled_meanwhile_cannot_reset(world, pool, client):
    await forgot(world, client)
    code = await world.code(pool)
    await disable(world, pool, "ada")

    refused = await refusal(world, "ConfirmForgotPassword", **reset_of(client, code))

    assert refused == ("NotAuthorizedException", "User is disabled.")


async def test_a_code_that_went_to_another_address_is_good_no_more(world, pool, client):
    await forgot(world, client)
    code = await world.code(pool)
    moved = [{"Name": "email", "Value": "countess@example.com"}, {"Name": "email_verified", "Value": "true"}]
    await world.call("AdminUpdateUserAttributes", UserPoolId=pool, Username="ada", UserAttributes=moved)

    refused = await refusal(world, "ConfirmForgotPassword", **reset_of(client, code))

    assert refused[0] == "ExpiredCodeException"
    assert await can_sign_in(world, client)


async def test_a_code_from_before_another_change_of_the_password_is_good_no_more(world, pool, client):
    await forgot(world, client)
    code = await world.code(pool)
    await world.call(
        "AdminSetUserPassword", UserPoolId=pool, Username="ada", Password="0ther-Sword", Permanent=True
    )

    refused = await refusal(world, "ConfirmForgotPassword", **reset_of(client, code))

    assert refused[0] == "ExpiredCodeException"
    assert await can_sign_in(world, client, password="0ther-Sword")


async def test_an_unconfirmed_user_who_proves_the_address_is_confirmed(world, pool):
    client = await world.client(pool)
    await sign_up(world, client, email=EMAIL)
    verified = [{"Name": "email_verified", "Value": "true"}]
    await world.call("AdminUpdateUserAttributes", UserPoolId=pool, Username="ada", UserAttributes=verified)
    await forgot(world, client)

    await reset(world, client, await world.code(pool))

    assert (await stored(world, pool)).status == "CONFIRMED"
    assert await can_sign_in(world, client, password=NEW_PASSWORD)


async def test_tokens_stay_good_after_a_reset(world, pool, client):
    token = (await world.tokens(client))["AccessToken"]
    await forgot(world, client)

    await reset(world, client, await world.code(pool))

    assert (await world.call("GetUser", AccessToken=token))["Username"] == "ada"


async def test_a_reset_ends_the_lock(world, pool, client):
    for _ in range(8):
        with pytest.raises((IncorrectLogin, LockedOut)):
            await world.tokens(client, password="wr0ng-Sword")
    with pytest.raises(LockedOut):
        await world.tokens(client)
    await forgot(world, client)

    await reset(world, client, await world.code(pool))

    assert await can_sign_in(world, client, password=NEW_PASSWORD)


@pytest.fixture
async def remembering(world):
    """A client of a pool that remembers three passwords, and one user of it."""
    policy = {"PasswordPolicy": {"MinimumLength": 8, "PasswordHistorySize": 3}}
    pool = await world.pool(Policies=policy)
    client = await world.client(pool)
    await world.user(pool, email=EMAIL, email_verified="true")
    return pool, client


async def test_a_password_of_before_is_refused_and_the_code_stays_good(world, remembering):
    pool, client = remembering
    await forgot(world, client)
    code = await world.code(pool)

    refused = await refusal(world, "ConfirmForgotPassword", **reset_of(client, code, password=PASSWORD))

    assert refused == (
        "PasswordHistoryPolicyViolationException",
        "Password has previously been used.",
    )
    assert await reset(world, client, code) == {}


async def test_without_the_code_nobody_learns_which_password_was_used(world, remembering):
    pool, client = remembering
    await forgot(world, client)
    wrong = other_than(await world.code(pool))

    refused = await refusal(world, "ConfirmForgotPassword", **reset_of(client, wrong, password=PASSWORD))

    assert refused[0] == "CodeMismatchException"
