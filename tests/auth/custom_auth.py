"""CUSTOM_AUTH for tests: the three functions as the developer guide has them, and a client that answers.

The question is always "1 + 1"; the answer is in the private parameters, where no client may see it.
"""

from typing import Any

from tests.functions import Event, answering
from tests.srp_client import AWSSRP
from tests.world import PASSWORD, World

ANSWER = "the secret answer"
FLOWS = ["ALLOW_CUSTOM_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]

Result = dict[str, Any]


def define(event: Event) -> Event:
    """SRP first where the client brought it, then one custom challenge, then tokens."""
    session = event["request"]["session"]
    done = [entry["challengeName"] for entry in session]
    if done == ["SRP_A"]:
        chosen = {"challengeName": "PASSWORD_VERIFIER"}
    elif session and session[-1]["challengeName"] == "CUSTOM_CHALLENGE" and session[-1]["challengeResult"]:
        chosen = {"issueTokens": True}
    else:
        chosen = {"challengeName": "CUSTOM_CHALLENGE"}
    return event | {"response": event["response"] | chosen}


create = answering(
    publicChallengeParameters={"question": "1 + 1"},
    privateChallengeParameters={"answer": ANSWER},
    challengeMetadata="SUM",
)


def verify(event: Event) -> Event:
    asked = event["request"]
    right = asked["challengeAnswer"] == asked["privateChallengeParameters"]["answer"]
    return event | {"response": {"answerCorrect": right}}


def install(world: World) -> None:
    """Give the world the three functions."""
    functions = {
        "DefineAuthChallenge": define,
        "CreateAuthChallenge": create,
        "VerifyAuthChallengeResponse": verify,
    }
    world.functions.update(functions)


async def stage(world: World, **client: Any) -> tuple[str, Result]:
    """A pool with the three functions, with Ada in it, and a client of it that allows CUSTOM_AUTH."""
    install(world)
    pool = await world.pool(LambdaConfig=world.triggers())
    await world.user(pool, email="ada@example.com", email_verified="true")
    return pool, await world.client(pool, **({"ExplicitAuthFlows": FLOWS} | client))


async def begin(world: World, client: Result, name: str = "ada", **more: Any) -> Result:
    parameters = {"USERNAME": name} | world.hash(client, name)
    return await world.call(
        "InitiateAuth",
        ClientId=client["ClientId"],
        AuthFlow="CUSTOM_AUTH",
        AuthParameters=parameters | more.pop("AuthParameters", {}),
        **more,
    )


async def respond(
    world: World, client: Result, asked: Result, answer: str = ANSWER, name: str = "ada", **more: Any
) -> Result:
    """Answer the custom challenge that was asked."""
    return await world.call(
        "RespondToAuthChallenge",
        ClientId=client["ClientId"],
        ChallengeName="CUSTOM_CHALLENGE",
        Session=asked["Session"],
        ChallengeResponses={"USERNAME": name, "ANSWER": answer} | world.hash(client, name),
        **more,
    )


def prover(pool: str, client: Result, name: str = "ada", password: str = PASSWORD) -> AWSSRP:
    return AWSSRP(name, password, pool, client["ClientId"], client=object())


async def prove_password(
    world: World, pool: str, client: Result, password: str = PASSWORD, **more: Any
) -> Result:
    """CUSTOM_AUTH that begins with SRP, up to what follows the password."""
    srp = prover(pool, client, password=password)
    given = {"CHALLENGE_NAME": "SRP_A", "SRP_A": srp.get_auth_params()["SRP_A"]}
    asked = await begin(world, client, AuthParameters=given)
    answer = srp.process_challenge(asked["ChallengeParameters"], {"USERNAME": "ada"})
    return await world.call(
        "RespondToAuthChallenge",
        ClientId=client["ClientId"],
        ChallengeName="PASSWORD_VERIFIER",
        Session=asked["Session"],
        ChallengeResponses=answer,
        **more,
    )
