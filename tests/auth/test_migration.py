"""UserMigration (behaviour file, 5.2): people of another directory sign in, and are users from then on."""

import asyncio
from typing import Any

import pytest
from tests.functions import Event, answering, untouched
from tests.srp_client import AWSSRP
from tests.world import World

from poolhouse.errors import ApiError, FunctionFailed

OLD = "old"  # too short for the policy of the pool
ADA = {"email": "ada@example.com", "email_verified": "true"}
INCORRECT = "NotAuthorizedException: Incorrect username or password."
NOBODY = "UserNotFoundException: User does not exist."
LOCKED = "NotAuthorizedException: Password attempts exceeded"


def directory(event: Event) -> Event:
    """Another directory with one user, Ada, whose password is `old`."""
    if event["userName"] != "ada" or event["request"].get("password", OLD) != OLD:
        raise FunctionFailed("Error", "Bad password")
    found = {"userAttributes": ADA, "finalUserStatus": "CONFIRMED", "messageAction": "SUPPRESS"}
    return event | {"response": event["response"] | found}


async def stage(world: World, function: Any = directory, **settings: Any) -> tuple[str, dict[str, Any]]:
    world.functions["UserMigration"] = function
    client = settings.pop("client", {})
    pool = await world.pool(LambdaConfig=world.triggers(), **settings)
    return pool, await world.client(pool, **client)


async def refusal(step: Any) -> str:
    with pytest.raises(ApiError) as caught:
        await step
    return f"{caught.value.code}: {caught.value.message}"


async def user(world: World, pool: str, name: str = "ada") -> dict[str, Any]:
    return await world.call("AdminGetUser", UserPoolId=pool, Username=name)


async def test_somebody_of_another_directory_signs_in_at_once(world):
    pool, client = await stage(world)

    tokens = await world.tokens(client, password=OLD)

    found = await user(world, pool)
    attributes = {a["Name"]: a["Value"] for a in found["UserAttributes"]}
    assert tokens["RefreshToken"]
    assert found["UserStatus"] == "CONFIRMED"
    assert attributes.items() >= ADA.items()
    assert await world.inbox(pool) == []


async def test_the_next_time_it_is_srp_and_the_function_is_not_asked(world):
    pool, client = await stage(world)
    await world.tokens(client, password=OLD)
    prover = AWSSRP("ada", OLD, pool, client["ClientId"], client=object())

    asked = await world.call(
        "InitiateAuth",
        ClientId=client["ClientId"],
        AuthFlow="USER_SRP_AUTH",
        AuthParameters=prover.get_auth_params(),
    )
    done = await world.call(
        "RespondToAuthChallenge",
        ClientId=client["ClientId"],
        ChallengeName="PASSWORD_VERIFIER",
        ChallengeResponses=prover.process_challenge(asked["ChallengeParameters"], {"USERNAME": "ada"}),
    )

    assert "AuthenticationResult" in done
    assert len(world.fired) == 1


async def test_srp_asks_no_other_directory(world):
    _, client = await stage(world)
    begin = world.call(
        "InitiateAuth",
        ClientId=client["ClientId"],
        AuthFlow="USER_SRP_AUTH",
        AuthParameters={"USERNAME": "ada", "SRP_A": "2", "PASSWORD": OLD},
    )

    assert await refusal(begin) == NOBODY
    assert world.fired == []


async def test_a_password_that_the_function_refuses_makes_nobody(world):
    pool, client = await stage(world)

    assert await refusal(world.tokens(client, password="wrong!")) == (
        "UserLambdaValidationException: UserMigration failed with error Bad password."
    )
    assert await refusal(user(world, pool)) == NOBODY
    assert await world.tokens(client, password=OLD)


async def test_guessing_through_the_function_ends_at_the_lock(world):
    _, client = await stage(world)
    for _ in range(5):
        await refusal(world.tokens(client, password="wrong!"))
    asked = len(world.fired)

    assert await refusal(world.tokens(client, password=OLD)) == LOCKED
    assert len(world.fired) == asked == 5

    world.advance(2_000_000)
    assert await world.tokens(client, password=OLD)


@pytest.mark.parametrize(("hides", "answer"), [("LEGACY", NOBODY), ("ENABLED", INCORRECT)])
async def test_whom_the_function_does_not_know_is_nobody(world, hides, answer):
    _, client = await stage(world, untouched, client={"PreventUserExistenceErrors": hides})

    for _ in range(5):
        assert await refusal(world.tokens(client, password=OLD)) == answer


async def test_without_confirmed_the_user_has_to_choose_a_new_password(world):  # [K]
    answer = {"userAttributes": ADA, "messageAction": "SUPPRESS"}
    pool, client = await stage(world, answering(**answer))

    assert await refusal(world.tokens(client, password=OLD)) == (
        "PasswordResetRequiredException: Password reset required for the user"
    )
    assert (await user(world, pool))["UserStatus"] == "RESET_REQUIRED"


async def test_without_suppress_the_user_is_welcomed_where_the_function_says(world):
    answer = {"userAttributes": ADA, "finalUserStatus": "CONFIRMED", "desiredDeliveryMediums": ["EMAIL"]}
    pool, client = await stage(world, answering(**answer))

    await world.tokens(client, password=OLD)

    (message,) = await world.inbox(pool)
    assert (message.medium, message.to, message.code) == ("EMAIL", "ada@example.com", "")
    assert OLD not in message.body.split()


async def test_who_has_forgotten_the_password_is_brought_too(world):
    pool, client = await stage(world)

    sent = await world.call("ForgotPassword", ClientId=client["ClientId"], Username="ada")
    assert sent["CodeDeliveryDetails"]["AttributeName"] == "email"
    await world.call(
        "ConfirmForgotPassword",
        ClientId=client["ClientId"],
        Username="ada",
        ConfirmationCode=await world.code(pool),
        Password="N3w-P2$Sword",
    )

    assert await world.tokens(client, password="N3w-P2$Sword")
    assert len(world.fired) == 1


async def test_whom_no_directory_knows_cannot_have_forgotten_a_password(world):
    _, client = await stage(world, untouched)

    forgot = world.call("ForgotPassword", ClientId=client["ClientId"], Username="bob")

    assert await refusal(forgot) == "UserNotFoundException: Username/client id combination not found."


async def test_two_sign_ins_at_once_bring_one_user(world):
    both = asyncio.Barrier(2)

    async def slow(event: Event) -> Event:
        await both.wait()
        return directory(event)

    pool, client = await stage(world, slow)

    one, two = await asyncio.gather(world.tokens(client, password=OLD), world.tokens(client, password=OLD))

    assert one["RefreshToken"] != two["RefreshToken"]
    listed = await world.call("ListUsers", UserPoolId=pool)
    assert [found["Username"] for found in listed["Users"]] == ["ada"]


async def test_where_addresses_are_user_names_the_address_becomes_the_users(world):
    answer = {"userAttributes": {"email_verified": "true"}, "finalUserStatus": "CONFIRMED"}
    pool, client = await stage(
        world, answering(**answer, messageAction="SUPPRESS"), UsernameAttributes=["email"]
    )

    await world.tokens(client, "ada@example.com", OLD)

    found = await user(world, pool, "ada@example.com")
    attributes = {a["Name"]: a["Value"] for a in found["UserAttributes"]}
    assert attributes["email"] == "ada@example.com"
    assert found["Username"] == attributes["sub"]


async def test_who_signs_in_with_an_alias_gets_the_user_name_that_the_function_says(world):  # [K]
    answer = {"userAttributes": {"username": "ada"} | ADA, "finalUserStatus": "CONFIRMED"}
    pool, client = await stage(
        world, answering(**answer, messageAction="SUPPRESS"), AliasAttributes=["email"]
    )

    await world.tokens(client, "ada@example.com", OLD)

    assert (await user(world, pool))["Username"] == "ada"


@pytest.mark.parametrize("force", [True, False])
async def test_an_alias_moves_only_where_the_function_says_so(world, force):
    answer = {"userAttributes": ADA, "finalUserStatus": "CONFIRMED", "forceAliasCreation": force}
    pool, client = await stage(
        world, answering(**answer, messageAction="SUPPRESS"), AliasAttributes=["email"]
    )
    await world.user(pool, "bob", **ADA)

    if force:
        assert await world.tokens(client, "ada", OLD)
        assert (await user(world, pool, "ada@example.com"))["Username"] == "ada"
    else:
        assert await refusal(world.tokens(client, "ada", OLD)) == (
            "InvalidParameterException: An account with the given email already exists."
        )
        assert (await user(world, pool, "ada@example.com"))["Username"] == "bob"


async def test_the_name_of_another_user_is_never_taken_over(world):
    answer = {"userAttributes": {"username": "bob"} | ADA, "finalUserStatus": "CONFIRMED"}
    pool, client = await stage(world, answering(**answer, messageAction="SUPPRESS"))
    await world.user(pool, "bob")

    assert await refusal(world.tokens(client, "ada", OLD)) == INCORRECT
    assert await world.tokens(client, "bob")


@pytest.mark.parametrize(
    "answer",
    [
        {"userAttributes": ["ada"]},
        {"userAttributes": {"email": None}},
        {"userAttributes": ADA, "finalUserStatus": "ENABLED"},
        {"userAttributes": ADA, "messageAction": "SEND"},
        {"userAttributes": ADA, "desiredDeliveryMediums": "EMAIL"},
        {"userAttributes": ADA, "forceAliasCreation": "true"},
        {"userAttributes": ADA, "enableSMSMFA": True},
    ],
)
async def test_an_answer_of_another_shape_makes_nobody(world, answer):
    pool, client = await stage(world, answering(**answer))

    assert await refusal(world.tokens(client, password=OLD)) == (
        "InvalidLambdaResponseException: Unrecognizable lambda output"
    )
    assert await refusal(user(world, pool)) == NOBODY


async def test_attributes_that_the_pool_does_not_have_make_nobody(world):
    answer = {"userAttributes": {"custom:unknown": "x"}, "finalUserStatus": "CONFIRMED"}
    pool, client = await stage(world, answering(**answer))

    assert await refusal(world.tokens(client, password=OLD)) == (
        "InvalidParameterException: Attributes did not conform to the schema: "
        "custom:unknown: Attribute does not exist in the schema.\n"
    )
    assert await refusal(user(world, pool)) == NOBODY
