"""PreAuthentication (behaviour file, 2.5): once a sign-in, and before anything is compared."""

from typing import Any

import pytest
from tests.auth import custom_auth
from tests.functions import Event, untouched
from tests.srp_client import AWSSRP
from tests.world import PASSWORD, World

from poolhouse.errors import ApiError, FunctionFailed

METADATA = {"from": "the beginning"}
WRONG = "Wr0ng-P2$Sword"
INCORRECT = "NotAuthorizedException: Incorrect username or password."
LOCKED = "NotAuthorizedException: Password attempts exceeded"


def refuses(event: Event) -> Event:
    raise FunctionFailed("Error", "Not today")


async def stage(world: World, function: Any = untouched, **client: Any) -> tuple[str, dict[str, Any]]:
    world.functions["PreAuthentication"] = function
    world.functions["PostAuthentication"] = untouched
    world.functions["PreTokenGeneration"] = untouched
    pool = await world.pool(LambdaConfig=world.triggers())
    await world.user(pool)
    return pool, await world.client(pool, **client)


async def refusal(step: Any) -> str:
    with pytest.raises(ApiError) as caught:
        await step
    return f"{caught.value.code}: {caught.value.message}"


def sources(world: World) -> list[str]:
    return [event["triggerSource"].partition("_")[0] for event in world.fired]


async def begin_srp(world: World, pool: str, client: dict[str, Any], password: str = PASSWORD) -> Any:
    """Gives the answer to the proof that is asked."""
    prover = AWSSRP("ada", password, pool, client["ClientId"], client=object())
    asked = await world.call(
        "InitiateAuth",
        ClientId=client["ClientId"],
        AuthFlow="USER_SRP_AUTH",
        AuthParameters=prover.get_auth_params(),
        ClientMetadata=METADATA,
    )
    return prover.process_challenge(asked["ChallengeParameters"], {"USERNAME": "ada"})


async def prove(world: World, client: dict[str, Any], answer: dict[str, str], **more: Any) -> Any:
    return await world.call(
        "RespondToAuthChallenge",
        ClientId=client["ClientId"],
        ChallengeName="PASSWORD_VERIFIER",
        ChallengeResponses=answer,
        **more,
    )


async def test_a_sign_in_asks_before_after_and_about_its_tokens(world):
    _, client = await stage(world)

    await world.tokens(client)

    assert sources(world) == ["PreAuthentication", "PostAuthentication", "TokenGeneration"]


async def test_over_srp_the_function_is_asked_once_when_the_proof_comes(world):  # [K]
    pool, client = await stage(world)

    answer = await begin_srp(world, pool, client)
    assert world.fired == []
    await prove(world, client, answer, ClientMetadata={"from": "the answer"})

    assert sources(world) == ["PreAuthentication", "PostAuthentication", "TokenGeneration"]
    before, after, tokens = (event["request"] for event in world.fired)
    assert before["validationData"] == METADATA
    assert "clientMetadata" not in before
    assert after["clientMetadata"] == tokens["clientMetadata"] == {"from": "the answer"}


async def test_a_wrong_password_asks_the_function_and_no_other(world):
    _, client = await stage(world)

    assert await refusal(world.tokens(client, password=WRONG)) == INCORRECT

    assert sources(world) == ["PreAuthentication"]
    assert world.fired[0]["request"]["validationData"] is None


async def test_whom_the_function_refuses_learns_nothing_of_the_password(world):
    _, client = await stage(world, refuses)
    answer = "UserLambdaValidationException: PreAuthentication failed with error Not today."

    assert await refusal(world.tokens(client, password=WRONG)) == answer
    assert await refusal(world.tokens(client)) == answer


async def test_whom_the_function_refuses_is_not_locked_out_for_that(world):
    _, client = await stage(world, refuses)
    for _ in range(8):
        await refusal(world.tokens(client))
    world.functions["PreAuthentication"] = untouched

    assert await world.tokens(client)


async def test_who_is_locked_out_asks_no_function(world):
    _, client = await stage(world)
    for _ in range(5):
        await refusal(world.tokens(client, password=WRONG))
    before = len(world.fired)

    assert await refusal(world.tokens(client)) == LOCKED
    assert len(world.fired) == before == 5


async def test_a_name_without_an_owner_is_asked_about_where_users_are_hidden(world):
    _, client = await stage(world, PreventUserExistenceErrors="ENABLED")

    assert await refusal(world.tokens(client, "nobody")) == INCORRECT

    (event,) = world.fired
    assert event["userName"] == "nobody"
    assert event["request"] == {"userAttributes": {}, "validationData": None, "userNotFound": True}


async def test_a_name_without_an_owner_is_told_at_once_where_users_are_not_hidden(world):
    _, client = await stage(world)

    assert await refusal(world.tokens(client, "nobody")) == "UserNotFoundException: User does not exist."
    assert world.fired == []
    await world.tokens(client)
    assert "userNotFound" not in world.fired[0]["request"]


async def test_a_disabled_user_is_asked_about_before_that_is_told(world):
    pool, client = await stage(world)
    await world.call("AdminDisableUser", UserPoolId=pool, Username="ada")

    assert await refusal(world.tokens(client)) == "NotAuthorizedException: User is disabled."
    assert sources(world) == ["PreAuthentication"]


async def test_a_refresh_asks_neither_before_nor_after(world):
    _, client = await stage(world)
    tokens = await world.tokens(client)
    world.fired.clear()

    await world.call(
        "InitiateAuth",
        ClientId=client["ClientId"],
        AuthFlow="REFRESH_TOKEN_AUTH",
        AuthParameters={"REFRESH_TOKEN": tokens["RefreshToken"]},
    )

    assert sources(world) == ["TokenGeneration"]


async def test_custom_auth_asks_before_its_first_question_and_never_again(world):
    custom_auth.install(world)
    pool, _ = await stage(world)
    client = await world.client(pool, ExplicitAuthFlows=custom_auth.FLOWS)

    asked = await custom_auth.begin(world, client, ClientMetadata=METADATA)
    await custom_auth.respond(world, client, asked)

    assert sources(world) == [
        "PreAuthentication",
        "DefineAuthChallenge",
        "CreateAuthChallenge",
        "VerifyAuthChallengeResponse",
        "DefineAuthChallenge",
        "PostAuthentication",
        "TokenGeneration",
    ]
    assert world.fired[0]["request"]["validationData"] == METADATA


@pytest.mark.parametrize(("length", "fits"), [(1_900, True), (2_000, False)])
async def test_metadata_that_no_session_can_carry_is_refused(world, length, fits):
    pool, client = await stage(world)
    prover = AWSSRP("ada", PASSWORD, pool, client["ClientId"], client=object())
    begin = world.call(
        "InitiateAuth",
        ClientId=client["ClientId"],
        AuthFlow="USER_SRP_AUTH",
        AuthParameters=prover.get_auth_params(),
        ClientMetadata={"much": "x" * length},
    )

    if fits:
        assert await begin
    else:
        assert await refusal(begin) == ("InvalidParameterException: ClientMetadata has more than 2000 bytes.")


async def test_whom_the_function_refuses_lifts_no_lock(world):
    _, client = await stage(world)
    for _ in range(4):
        await refusal(world.tokens(client, password=WRONG))
    guesses = iter([True, False])

    async def meanwhile(event: Event) -> Event:
        """While the function is asked, somebody guesses once more: that locks. Then it refuses."""
        if next(guesses):
            await refusal(world.tokens(client, password=WRONG))
            return refuses(event)
        return event

    world.functions["PreAuthentication"] = meanwhile
    await refusal(world.tokens(client))

    assert await refusal(world.tokens(client)) == LOCKED
    world.functions["PreAuthentication"] = untouched
    world.advance(2_000_000)
    assert await world.tokens(client)


@pytest.mark.parametrize("kind", ["PostAuthentication", "PreTokenGeneration"])
async def test_who_has_proven_all_is_not_locked_out_by_a_function_that_refuses(world, kind):
    _, client = await stage(world)
    world.functions[kind] = refuses
    for _ in range(8):
        assert await refusal(world.tokens(client)) == (
            f"UserLambdaValidationException: {kind} failed with error Not today."
        )
    world.functions[kind] = untouched

    assert await world.tokens(client)


async def test_a_refusal_after_the_proof_forgets_no_wrong_password(world):
    _, client = await stage(world)
    for _ in range(4):
        await refusal(world.tokens(client, password=WRONG))
    world.functions["PostAuthentication"] = refuses
    await refusal(world.tokens(client))

    await refusal(world.tokens(client, password=WRONG))

    assert await refusal(world.tokens(client)) == LOCKED
