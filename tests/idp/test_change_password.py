import asyncio

import pytest
from tests.idp.people import CODE, EMAIL, NEW_PASSWORD, can_sign_in, refusal
from tests.world import PASSWORD

from poolhouse.auth import credentials
from poolhouse.errors import ApiError, IncorrectLogin, LimitExceeded, LockedOut
from poolhouse.ports import HOUR, MINUTE, SECOND


@pytest.fixture
async def pool(world):
    return await world.pool()


@pytest.fixture
async def client(world, pool):
    await world.user(pool, email=EMAIL, email_verified="true")
    return await world.client(pool)


@pytest.fixture
async def token(world, client):
    return (await world.tokens(client))["AccessToken"]


def change_of(token, previous=PASSWORD, proposed=NEW_PASSWORD):
    return {"AccessToken": token, "PreviousPassword": previous, "ProposedPassword": proposed}


async def change(world, token, previous=PASSWORD, proposed=NEW_PASSWORD):
    return await world.call("ChangePassword", **change_of(token, previous, proposed))


async def test_a_user_changes_the_password_and_tokens_stay_good(world, client, token):
    assert await change(world, token) == {}

    assert await can_sign_in(world, client, password=NEW_PASSWORD)
    assert not await can_sign_in(world, client, password=PASSWORD)
    assert (await world.call("GetUser", AccessToken=token))["Username"] == "ada"


async def test_the_previous_password_must_be_right(world, client, token):
    refused = await refusal(world, "ChangePassword", **change_of(token, "wr0ng-Sword"))

    assert refused == ("NotAuthorizedException", "Incorrect username or password.")
    assert await can_sign_in(world, client)


async def test_the_previous_password_must_be_there(world, token):
    refused = await refusal(world, "ChangePassword", AccessToken=token, ProposedPassword=NEW_PASSWORD)

    assert refused == ("InvalidParameterException", "Missing required parameter PreviousPassword")


async def test_the_new_password_must_meet_the_policy(world, client, token):
    refused = await refusal(world, "ChangePassword", **change_of(token, proposed="Password123"))

    assert refused == (
        "InvalidPasswordException",
        "Password does not conform to policy: Password must have symbol characters",
    )
    assert await can_sign_in(world, client)


async def test_five_changes_an_hour_are_all(world, client, token):
    previous = PASSWORD
    for number in range(5):
        await change(world, token, previous, f"N3w-Sword-{number}")
        previous = f"N3w-Sword-{number}"

    refused = await refusal(world, "ChangePassword", **change_of(token, previous))
    assert refused == ("LimitExceededException", "Attempt limit exceeded, please try after some time.")

    world.advance(HOUR + SECOND)
    token = (await world.tokens(client, password=previous))["AccessToken"]
    assert await change(world, token, previous) == {}


async def test_wrong_tries_count_towards_the_same_lock_as_sign_in(world, client, token):
    for _ in range(3):
        with pytest.raises(IncorrectLogin):
            await change(world, token, "wr0ng-Sword")
    for _ in range(2):
        with pytest.raises(IncorrectLogin):
            await world.tokens(client, password="wr0ng-Sword")

    with pytest.raises(LockedOut):
        await change(world, token)

    world.advance(2 * SECOND)
    assert await change(world, token) == {}


async def test_a_right_password_clears_the_ledger(world, client, token):
    for _ in range(4):
        with pytest.raises(IncorrectLogin):
            await world.tokens(client, password="wr0ng-Sword")

    await change(world, token)

    for _ in range(4):
        with pytest.raises(IncorrectLogin):
            await world.tokens(client, password="wr0ng-Sword")
    assert await can_sign_in(world, client, password=NEW_PASSWORD)


async def test_of_five_who_change_one_password_at_once_one_does(world, client, token):
    proposed = [f"N3w-Sword-{number}" for number in range(5)]

    results = await asyncio.gather(
        *(change(world, token, proposed=password) for password in proposed), return_exceptions=True
    )

    assert results.count({}) == 1
    assert all(result == {} or isinstance(result, ApiError) for result in results)
    assert await can_sign_in(world, client, password=proposed[results.index({})])


async def test_no_more_wrong_tries_are_compared_at_once_than_the_free_ones(world, token):
    results = await asyncio.gather(
        *(change(world, token, "wr0ng-Sword") for _ in range(20)), return_exceptions=True
    )

    compared = [result for result in results if isinstance(result, IncorrectLogin)]
    assert len(compared) == 5
    assert all(isinstance(result, IncorrectLogin | LockedOut | LimitExceeded) for result in results)


async def test_who_must_reset_cannot_change(world, pool, token):
    await world.call("AdminResetUserPassword", UserPoolId=pool, Username="ada")

    refused = await refusal(world, "ChangePassword", **change_of(token))

    assert refused == ("PasswordResetRequiredException", "Password reset required for the user")


async def test_who_has_no_password_cannot_change_it(world, pool, token):
    await world.call(
        "AdminDisableProviderForUser",
        UserPoolId=pool,
        User={
            "ProviderName": "Cognito",
            "ProviderAttributeName": "Cognito_Subject",
            "ProviderAttributeValue": "ada",
        },
    )

    refused = await refusal(world, "ChangePassword", **change_of(token))

    assert refused[0] == "NotAuthorizedException"


async def test_a_code_from_before_the_change_is_good_no_more(world, pool, client, token):
    await world.call("ForgotPassword", ClientId=client["ClientId"], Username="ada")
    code = await world.code(pool)
    await change(world, token)

    refused = await refusal(
        world,
        "ConfirmForgotPassword",
        ClientId=client["ClientId"],
        Username="ada",
        ConfirmationCode=code or CODE,
        Password="0ther-Sword",
    )

    assert refused[0] == "ExpiredCodeException"


async def test_as_many_passwords_are_remembered_as_the_pool_says(world):
    policy = {"PasswordPolicy": {"MinimumLength": 8, "PasswordHistorySize": 2}}
    pool = await world.pool(Policies=policy)
    client = await world.client(pool)
    await world.user(pool)
    token = (await world.tokens(client))["AccessToken"]
    passwords = ["N3w-Sword-1", "N3w-Sword-2"]
    previous = PASSWORD
    for password in passwords:
        world.advance(MINUTE)
        await change(world, token, previous, password)
        previous = password

    refused = await refusal(world, "ChangePassword", **change_of(token, previous, passwords[0]))

    assert refused == (
        "PasswordHistoryPolicyViolationException",
        "Password has previously been used.",
    )
    assert await change(world, token, previous, PASSWORD) == {}  # the third before is forgotten


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        ("AdminResetUserPassword", "PasswordResetRequiredException"),
        ("AdminDisableUser", "NotAuthorizedException"),
    ],
)
async def test_what_an_administrator_does_meanwhile_comes_first(
    world, pool, client, token, monkeypatch, operation, code
):
    make = credentials.make

    async def interrupted(*arguments):
        await world.call(operation, UserPoolId=pool, Username="ada")
        return await make(*arguments)

    monkeypatch.setattr(credentials, "make", interrupted)

    refused = await refusal(world, "ChangePassword", **change_of(token))

    assert refused[0] == code
    monkeypatch.undo()
    await world.call("AdminEnableUser", UserPoolId=pool, Username="ada")
    await world.call(
        "AdminSetUserPassword", UserPoolId=pool, Username="ada", Password=PASSWORD, Permanent=True
    )
    token = (await world.tokens(client))["AccessToken"]
    assert await change(world, token) == {}
