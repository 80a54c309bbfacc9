"""CUSTOM_AUTH (behaviour file, 2.6): the loop of Define, Create and Verify, and what nobody gets past it."""

import base64
from typing import Any

import msgspec
import pytest
from tests.auth.custom_auth import (
    ANSWER,
    FLOWS,
    begin,
    define,
    install,
    prove_password,
    prover,
    respond,
    stage,
    verify,
)
from tests.functions import answering, untouched
from tests.world import PASSWORD, World

from poolhouse.errors import ApiError

INCORRECT = "NotAuthorizedException: Incorrect username or password."
USED = "NotAuthorizedException: Invalid session for the user, session can only be used once."
LOCKED = "NotAuthorizedException: Password attempts exceeded"
RUBBISH = "InvalidLambdaResponseException: Unrecognizable lambda output"


async def refusal(step: Any) -> str:
    with pytest.raises(ApiError) as caught:
        await step
    return f"{caught.value.code}: {caught.value.message}"


def entry(name: str, result: bool = True, metadata: str | None = None) -> dict[str, Any]:
    return {"challengeName": name, "challengeResult": result, "challengeMetadata": metadata}


def sessions(world: World) -> list[list[dict[str, Any]]]:
    return [e["request"]["session"] for e in world.fired if e["triggerSource"].startswith("Define")]


async def test_the_right_answer_to_the_question_signs_in(world):
    _, client = await stage(world)

    asked = await begin(world, client)
    done = await respond(world, client, asked)

    assert asked["ChallengeName"] == "CUSTOM_CHALLENGE"
    assert asked["ChallengeParameters"] == {"question": "1 + 1", "USERNAME": "ada"}
    assert done["AuthenticationResult"]["RefreshToken"]
    assert done["ChallengeParameters"] == {}
    assert [e["triggerSource"] for e in world.fired] == [
        "DefineAuthChallenge_Authentication",
        "CreateAuthChallenge_Authentication",
        "VerifyAuthChallengeResponse_Authentication",
        "DefineAuthChallenge_Authentication",
    ]
    assert sessions(world) == [[], [entry("CUSTOM_CHALLENGE", True, "SUM")]]


async def test_a_wrong_answer_raises_nothing_and_the_function_asks_again(world):
    _, client = await stage(world)

    again = await respond(world, client, await begin(world, client), "wrong")
    done = await respond(world, client, again)

    assert again["ChallengeName"] == "CUSTOM_CHALLENGE"
    assert "AuthenticationResult" in done
    assert sessions(world)[-1] == [
        entry("CUSTOM_CHALLENGE", False, "SUM"),
        entry("CUSTOM_CHALLENGE", True, "SUM"),
    ]


async def test_after_three_wrong_answers_it_is_over(world):  # [K]
    _, client = await stage(world)
    asked = await begin(world, client)
    for _ in range(2):
        asked = await respond(world, client, asked, "wrong")

    assert await refusal(respond(world, client, asked, "wrong")) == INCORRECT
    assert "AuthenticationResult" in await respond(world, client, await begin(world, client))


async def test_a_function_that_never_has_enough_is_stopped(world):
    _, client = await stage(world)
    world.functions["DefineAuthChallenge"] = answering(challengeName="CUSTOM_CHALLENGE")
    asked = await begin(world, client)
    for _ in range(9):
        asked = await respond(world, client, asked)

    assert await refusal(respond(world, client, asked)) == INCORRECT


async def test_a_session_is_good_for_one_answer(world):
    _, client = await stage(world)
    first = await begin(world, client)
    second = await respond(world, client, first, "wrong")

    assert await refusal(respond(world, client, first)) == USED
    assert await refusal(respond(world, client, first, "wrong")) == USED
    assert "AuthenticationResult" in await respond(world, client, second)
    assert await refusal(respond(world, client, second)) == USED


async def test_wrong_answers_count_in_the_one_ledger(world):
    _, client = await stage(world)
    for _ in range(5):
        await respond_once_wrongly(world, client)
    before = len(world.fired)

    assert await refusal(world.tokens(client)) == LOCKED
    assert await refusal(begin(world, client)) == LOCKED
    assert len(world.fired) == before

    world.advance(2_000_000)
    assert "AuthenticationResult" in await respond(world, client, await begin(world, client))


async def respond_once_wrongly(world: World, client: dict[str, Any]) -> None:
    await respond(world, client, await begin(world, client), "wrong")


async def test_right_answers_do_not_lock(world):
    _, client = await stage(world)
    for _ in range(12):
        await respond(world, client, await begin(world, client))

    assert await world.tokens(client)


async def test_the_private_parameters_are_never_shown(world):
    _, client = await stage(world)

    asked = await begin(world, client)

    shown = msgspec.json.encode(asked) + base64.b64decode(asked["Session"])
    assert ANSWER.encode() not in shown
    assert b"SUM" not in base64.b64decode(asked["Session"])


async def test_with_srp_first_the_password_comes_before_the_question(world):
    pool, client = await stage(world)

    asked = await prove_password(world, pool, client)
    done = await respond(world, client, asked)

    assert asked["ChallengeName"] == "CUSTOM_CHALLENGE"
    assert "AuthenticationResult" in done
    password = [entry("SRP_A"), entry("PASSWORD_VERIFIER")]
    assert sessions(world) == [
        [entry("SRP_A")],
        password,
        [*password, entry("CUSTOM_CHALLENGE", True, "SUM")],
    ]


async def test_with_srp_first_a_wrong_password_ends_it(world):
    pool, client = await stage(world)

    assert await refusal(prove_password(world, pool, client, "Wr0ng-P2$Sword")) == INCORRECT
    assert "Session" in await prove_password(world, pool, client)


async def test_a_wrong_answer_after_the_right_password_still_counts(world):
    pool, client = await stage(world)
    for _ in range(5):
        await respond(world, client, await prove_password(world, pool, client), "wrong")

    assert await refusal(prove_password(world, pool, client)) == LOCKED


async def test_the_password_may_come_after_the_question(world):
    pool, client = await stage(world)
    world.functions["DefineAuthChallenge"] = question_then_password

    srp = prover(pool, client)
    given = {"CHALLENGE_NAME": "SRP_A", "SRP_A": srp.get_auth_params()["SRP_A"]}
    asked = await respond(world, client, await begin(world, client, AuthParameters=given))
    done = await world.call(
        "RespondToAuthChallenge",
        ClientId=client["ClientId"],
        ChallengeName="PASSWORD_VERIFIER",
        ChallengeResponses=srp.process_challenge(asked["ChallengeParameters"], {"USERNAME": "ada"}),
    )

    assert "AuthenticationResult" in done


def question_then_password(event: dict[str, Any]) -> dict[str, Any]:
    done = [one["challengeName"] for one in event["request"]["session"]]
    steps = {1: "CUSTOM_CHALLENGE", 2: "PASSWORD_VERIFIER"}
    chosen = {"challengeName": steps[len(done)]} if len(done) in steps else {"issueTokens": True}
    return event | {"response": event["response"] | chosen}


async def test_the_function_can_fail_the_sign_in(world):
    _, client = await stage(world)
    world.functions["DefineAuthChallenge"] = answering(failAuthentication=True, issueTokens=True)

    assert await refusal(begin(world, client)) == INCORRECT


async def test_tokens_at_once_are_the_functions_to_give(world):
    _, client = await stage(world)
    world.functions["DefineAuthChallenge"] = answering(issueTokens=True)

    assert "AuthenticationResult" in await begin(world, client)


@pytest.mark.parametrize(
    "define",
    [
        untouched,
        answering(challengeName="PASSWORD_VERIFIER"),
        answering(challengeName="SELECT_CHALLENGE"),
        answering(issueTokens="yes"),
        answering(challengeName=7),
    ],
    ids=["nothing", "a password without SRP_A", "another challenge", "a text", "a number"],
)
async def test_a_function_that_decides_nothing_we_know_is_told_so(world, define):
    _, client = await stage(world)
    world.functions["DefineAuthChallenge"] = define

    assert await refusal(begin(world, client)) == RUBBISH


async def test_a_name_without_an_owner_is_asked_like_any_other_where_users_are_hidden(world):
    _, client = await stage(world, PreventUserExistenceErrors="ENABLED")

    asked = await begin(world, client, "nobody")

    assert asked["ChallengeParameters"] == {"question": "1 + 1", "USERNAME": "nobody"}
    assert await refusal(respond(world, client, asked, name="nobody")) == INCORRECT
    requests = [e["request"] for e in world.fired]
    assert all(r["userNotFound"] is True and r["userAttributes"] == {} for r in requests)
    assert {e["userName"] for e in world.fired} == {"nobody"}
    await begin(world, client)
    assert world.fired[-1]["request"]["userNotFound"] is False


async def test_a_name_without_an_owner_is_told_where_users_are_not_hidden(world):
    _, client = await stage(world)

    assert await refusal(begin(world, client, "nobody")) == "UserNotFoundException: User does not exist."
    assert world.fired == []
    await begin(world, client)
    assert "userNotFound" not in world.fired[-1]["request"]


async def test_a_client_without_the_flow_and_a_pool_without_functions_refuse_it(world):
    pool, client = await stage(world)
    without = await world.client(pool)
    bare = await world.client(await world.pool(), ExplicitAuthFlows=FLOWS)

    assert await refusal(begin(world, without)) == (
        "InvalidParameterException: CUSTOM_AUTH is not enabled for the client."
    )
    assert await refusal(begin(world, bare)) == (
        "InvalidParameterException: Custom auth lambda trigger is not configured for the user pool."
    )
    assert await begin(world, client)


@pytest.mark.parametrize("missing", ["CreateAuthChallenge", "VerifyAuthChallengeResponse"])
async def test_a_pool_that_lacks_one_of_the_functions_says_so_where_it_is_needed(world, missing):
    install(world)
    del world.functions[missing]
    pool = await world.pool(LambdaConfig=world.triggers())
    await world.user(pool)
    client = await world.client(pool, ExplicitAuthFlows=FLOWS)

    async def sign_in() -> None:
        await respond(world, client, await begin(world, client))

    assert await refusal(sign_in()) == (
        "InvalidParameterException: Custom auth lambda trigger is not configured for the user pool."
    )


@pytest.mark.parametrize(
    ("given", "answer"),
    [
        ({"CHALLENGE_NAME": "SRP_A"}, "InvalidParameterException: Missing required parameter SRP_A"),
        (
            {"CHALLENGE_NAME": "PASSWORD", "SRP_A": "2"},
            "InvalidParameterException: CHALLENGE_NAME must be SRP_A.",
        ),
    ],
)
async def test_a_beginning_that_is_neither_is_refused(world, given, answer):
    _, client = await stage(world)

    assert await refusal(begin(world, client, AuthParameters=given)) == answer
    assert world.fired == []


async def test_a_disabled_user_gets_no_question(world):
    pool, client = await stage(world)
    await world.call("AdminDisableUser", UserPoolId=pool, Username="ada")

    assert await refusal(begin(world, client)) == "NotAuthorizedException: User is disabled."
    assert world.fired == []


async def test_who_is_disabled_between_question_and_answer_gets_no_tokens(world):
    pool, client = await stage(world)

    async def disabling(event: dict[str, Any]) -> dict[str, Any]:
        await world.call("AdminDisableUser", UserPoolId=pool, Username="ada")
        return verify(event)

    world.functions["VerifyAuthChallengeResponse"] = disabling
    asked = await begin(world, client)

    assert await refusal(respond(world, client, asked)) == USED


async def test_who_has_not_confirmed_is_told_so_only_after_the_answer(world):
    pool, client = await stage(world)
    await world.call("SignUp", ClientId=client["ClientId"], Username="eve", Password=PASSWORD)

    asked = await begin(world, client, "eve")

    assert await refusal(respond(world, client, asked, name="eve")) == (
        "UserNotConfirmedException: User is not confirmed."
    )
    await world.call("AdminConfirmSignUp", UserPoolId=pool, Username="eve")
    asked = await begin(world, client, "eve")
    assert "AuthenticationResult" in await respond(world, client, asked, name="eve")


async def test_client_metadata_reaches_the_functions_from_answers_only(world):
    _, client = await stage(world)
    asked = await begin(world, client, ClientMetadata={"from": "begin"})
    await respond(world, client, asked, ClientMetadata={"from": "answer"})

    assert [e["request"].get("clientMetadata") for e in world.fired] == [
        None,
        None,
        {"from": "answer"},
        {"from": "answer"},
    ]


async def test_private_parameters_that_no_session_can_carry_are_told(world):
    _, client = await stage(world)
    world.functions["CreateAuthChallenge"] = answering(privateChallengeParameters={"answer": "x" * 4_000})

    assert await refusal(begin(world, client)) == (
        "InvalidLambdaResponseException: The private parameters and metadata of the challenge are too long "
        "for a session."
    )


async def test_who_only_begins_lifts_no_lock(world):
    _, client = await stage(world)
    for _ in range(4):
        await refusal(world.tokens(client, password="Wr0ng-P2$Sword"))

    async def meanwhile(event: dict[str, Any]) -> dict[str, Any]:
        """While Define is asked, somebody guesses once more: that locks."""
        await refusal(world.tokens(client, password="Wr0ng-P2$Sword"))
        return define(event)

    world.functions["DefineAuthChallenge"] = meanwhile
    await begin(world, client)

    assert await refusal(world.tokens(client)) == LOCKED
    world.advance(2_000_000)
    assert await world.tokens(client)
