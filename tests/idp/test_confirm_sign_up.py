import asyncio

import pytest
from msgspec.structs import replace
from tests.idp.people import (
    CODE,
    EMAIL,
    can_sign_in,
    confirm,
    context,
    disable,
    other_than,
    refusal,
    sign_up,
    stored,
)

from poolhouse.errors import CodeMismatch, ExpiredCode, LimitExceeded
from poolhouse.ports import DAY, HOUR, SECOND
from poolhouse.store import users


@pytest.fixture
async def pool(world):
    return await world.pool(AutoVerifiedAttributes=["email"])


@pytest.fixture
async def client(world, pool):
    return await world.client(pool)


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
