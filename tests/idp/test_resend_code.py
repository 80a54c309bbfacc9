import pytest
from tests.idp.people import EMAIL, confirm, confirmed, disable, refusal, sign_up

from poolhouse.errors import CodeMismatch
from poolhouse.ports import HOUR, SECOND


@pytest.fixture
async def pool(world):
    return await world.pool(AutoVerifiedAttributes=["email"])


@pytest.fixture
async def client(world, pool):
    return await world.client(pool)


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
