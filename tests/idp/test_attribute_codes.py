"""GetUserAttributeVerificationCode and VerifyUserAttribute (1.5, 3.6, 8.3)."""

import asyncio

from tests.idp.ada import ada, wrong
from tests.idp.refused import pairs, refusal

from poolhouse.errors import ApiError, CodeMismatch, ExpiredCode
from poolhouse.ports import DAY, HOUR, MINUTE

MISMATCH = "CodeMismatchException: Invalid verification code provided, please try again."
NO_CODE = "ExpiredCodeException: Invalid code provided, please request a code again."
TOO_OFTEN = "LimitExceededException: Attempt limit exceeded, please try after some time."


async def test_a_code_verifies_the_address_once(world):
    user = await ada(world, email="ada@example.com")

    answer = await user.call("GetUserAttributeVerificationCode", AttributeName="email")

    details = {"Destination": "a***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}
    assert answer == {"CodeDeliveryDetails": details}
    [message] = await world.inbox(user.pool)
    assert message.purpose == "VerifyUserAttribute"
    assert await user.verify(message.code) == {}
    assert (await user.shown())["email_verified"] == "true"
    assert await user.verify_refused(message.code) == NO_CODE


async def test_a_code_can_be_had_for_a_verified_address_too(world):
    user = await ada(world, phone_number="+493012345", phone_number_verified="true")

    answer = await user.call("GetUserAttributeVerificationCode", AttributeName="phone_number")

    assert answer["CodeDeliveryDetails"]["DeliveryMedium"] == "SMS"
    await user.verify(await user.code(), "phone_number")


async def test_only_an_address_that_is_there_gets_a_code(world):
    user = await ada(world, email="ada@example.com", given_name="Ada")

    async def refused(name):
        return await user.refused("GetUserAttributeVerificationCode", AttributeName=name)

    no_phone = "InvalidParameterException: User does not have a valid registered phone number"
    assert await refused("phone_number") == no_phone
    wrong_name = (
        "InvalidParameterException: Invalid attribute name. Only phone_number and email can be verified."
    )
    assert await refused("name") == wrong_name
    assert await user.verify_refused("123456", "name") == wrong_name
    await user.call("DeleteUserAttributes", UserAttributeNames=["email"])
    assert (
        await refused("email")
        == "InvalidParameterException: User does not have a valid registered email address"
    )
    assert await world.inbox(user.pool) == []


async def test_a_wrong_code_and_no_code_are_told_apart_and_nothing_is_verified(world):
    user = await ada(world, email="ada@example.com")

    assert await user.verify_refused("123456") == NO_CODE
    await user.call("GetUserAttributeVerificationCode", AttributeName="email")
    assert await user.verify_refused(wrong(await user.code())) == MISMATCH
    assert "email_verified" not in await user.shown()
    await user.verify(await user.code())


async def test_a_code_of_one_attribute_is_not_good_for_the_other(world):
    user = await ada(world, email="ada@example.com", phone_number="+493012345")
    await user.call("GetUserAttributeVerificationCode", AttributeName="email")

    assert await user.verify_refused(await user.code(), "phone_number") == NO_CODE
    await user.verify(await user.code(), "email")


async def test_a_code_is_good_for_a_day(world):
    user = await ada(
        world,
        client={"AccessTokenValidity": 1, "TokenValidityUnits": {"AccessToken": "days"}},
        email="a@b.cd",
    )
    await user.call("GetUserAttributeVerificationCode", AttributeName="email")
    code = await user.code()
    world.advance(DAY - MINUTE)
    token = await world.tokens(await world.client(user.pool))
    user.token = token["AccessToken"]
    world.advance(2 * MINUTE)
    assert await user.verify_refused(code) == NO_CODE

    await user.call("GetUserAttributeVerificationCode", AttributeName="email")
    code = await user.code()
    world.advance(HOUR - 5 * MINUTE)
    await user.verify(code)


async def test_a_code_for_the_old_address_does_not_verify_the_new_one(world):
    user = await ada(world, email="old@example.com")
    await user.call("GetUserAttributeVerificationCode", AttributeName="email")
    code = await user.code()

    await user.update(email="new@example.com")

    assert await user.verify_refused(code) == NO_CODE
    assert (await user.shown())["email_verified"] == "false"


async def test_a_reset_code_that_went_to_the_old_address_is_withdrawn_with_it(world):
    settings = {"AutoVerifiedAttributes": ["email"]}
    user = await ada(world, settings, email="old@example.com", email_verified="true")
    app = await world.client(user.pool)
    await world.call("ForgotPassword", ClientId=app["ClientId"], Username="ada")
    code = await user.code()

    await world.call(
        "AdminUpdateUserAttributes",
        UserPoolId=user.pool,
        Username="ada",
        UserAttributes=pairs(email="new@example.com", email_verified="true"),
    )

    reset = {"ClientId": app["ClientId"], "Username": "ada", "Password": "Another1$"}
    assert await refusal(world, "ConfirmForgotPassword", ConfirmationCode=code, **reset) == NO_CODE
    await world.call("ForgotPassword", ClientId=app["ClientId"], Username="ada")
    await world.call("ConfirmForgotPassword", ConfirmationCode=await user.code(), **reset)


async def test_of_many_calls_with_the_right_code_one_verifies(world):
    user = await ada(world, email="ada@example.com")
    await user.call("GetUserAttributeVerificationCode", AttributeName="email")
    code = await user.code()

    results = await asyncio.gather(*(user.verify(code) for _ in range(8)), return_exceptions=True)

    assert results.count({}) == 1
    assert sum(isinstance(result, ExpiredCode) for result in results) == 7


async def test_five_codes_an_hour_are_sent(world):
    user = await ada(world, email="ada@example.com")
    for _ in range(5):
        await user.call("GetUserAttributeVerificationCode", AttributeName="email")

    assert await user.refused("GetUserAttributeVerificationCode", AttributeName="email") == TOO_OFTEN
    assert len(await world.inbox(user.pool)) == 5
    world.advance(HOUR - 5 * MINUTE)
    user.token = (await world.tokens(await world.client(user.pool)))["AccessToken"]
    world.advance(6 * MINUTE)
    await user.call("GetUserAttributeVerificationCode", AttributeName="email")


async def test_fifteen_tries_an_hour_are_compared(world):
    user = await ada(world, email="ada@example.com")
    await user.call("GetUserAttributeVerificationCode", AttributeName="email")
    code = await user.code()
    results = await asyncio.gather(*(user.verify(wrong(code)) for _ in range(18)), return_exceptions=True)

    assert sum(isinstance(result, CodeMismatch) for result in results) == 15
    assert all(isinstance(result, ApiError) for result in results)
    assert await user.verify_refused(code) == TOO_OFTEN
    assert "email_verified" not in await user.shown()
