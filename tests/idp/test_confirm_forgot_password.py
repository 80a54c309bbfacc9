import asyncio

import pytest
from tests.idp.people import (
    CODE,
    EMAIL,
    NEW_PASSWORD,
    can_sign_in,
    disable,
    forgot,
    other_than,
    refusal,
    reset,
    reset_of,
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


async def test_a_reset_takes_no_preferred_name_from_its_owner_and_uses_up_no_code(world):
    pool = await world.pool(AliasAttributes=["preferred_username"])
    client = await world.client(pool)
    await world.user(pool, "countess", preferred_username="ada l")
    await sign_up(world, client, email=EMAIL, preferred_username="ada l")
    verified = [{"Name": "email_verified", "Value": "true"}]
    await world.call("AdminUpdateUserAttributes", UserPoolId=pool, Username="ada", UserAttributes=verified)
    await forgot(world, client)
    code = await world.code(pool)

    refused = await refusal(world, "ConfirmForgotPassword", **reset_of(client, code))

    assert refused == (
        "InvalidParameterException",
        "An account with the given preferred_username already exists.",
    )
    assert (await stored(world, pool)).status == "UNCONFIRMED"
    await world.call(
        "AdminDeleteUserAttributes",
        UserPoolId=pool,
        Username="ada",
        UserAttributeNames=["preferred_username"],
    )
    assert await reset(world, client, code) == {}


async def test_tokens_stay_good_after_a_reset(world, pool, client):
    token = (await world.tokens(client))["AccessToken"]
    await forgot(world, client)

    await reset(world, client, await world.code(pool))

    assert (await world.call("GetUser", AccessToken=token))["Username"] == "ada"


async def test_a_reset_ends_the_lock(world, pool, client):
    for _ in range(9):
        world.advance(20 * SECOND)  # past the lock of before; the last one is of 16 seconds
        with pytest.raises(IncorrectLogin):
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
