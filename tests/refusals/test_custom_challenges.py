"""Refused: custom challenges that are old, somebody else's, too many, or answered by functions that err."""

from typing import Any

from tests.auth.custom_auth import FLOWS, create, define, verify
from tests.functions import Event, answering, untouched
from tests.refusals.functions import LATE, REFUSES, after, having, where
from tests.refusals.scene import OTHER_PASSWORD, Scene
from tests.refusals.table import Row, play, table

from poolhouse.ports import MINUTE, SECOND

INCORRECT = "NotAuthorizedException: Incorrect username or password."
INVALID = "NotAuthorizedException: Invalid session for the user."
EXPIRED = "NotAuthorizedException: Invalid session for the user, session is expired."
USED = "NotAuthorizedException: Invalid session for the user, session can only be used once."
RUBBISH = "InvalidLambdaResponseException: Unrecognizable lambda output"
LOCKED = "NotAuthorizedException: Password attempts exceeded"
NOT_CONFIGURED = "InvalidParameterException: Custom auth lambda trigger is not configured for the user pool."
KINDS = ("DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse")
CLIENT = {"ExplicitAuthFlows": [*FLOWS, "ALLOW_ADMIN_USER_PASSWORD_AUTH"]}
HIDING = CLIENT | {"PreventUserExistenceErrors": "ENABLED"}
SPENT = frozenset({"spent_sessions"})  # the answer cost the session, whatever came of it

RIGHT = "the secret answer"


async def functions(s: Scene) -> None:
    """The pool's three functions: one question, tokens for the right answer."""
    s.world.functions.update(zip(KINDS, (define, create, verify), strict=True))
    await having(*KINDS)(s)


async def begin(s: Scene, name: str = "ada", **parameters: str) -> Any:
    given = {"USERNAME": name} | parameters
    return await s.call("InitiateAuth", ClientId=s.client, AuthFlow="CUSTOM_AUTH", AuthParameters=given)


async def asked(s: Scene) -> None:
    await functions(s)
    await s.keep(asked=begin(s))


async def answer(
    s: Scene,
    text: str = RIGHT,
    *,
    name: str = "ada",
    client: str = "",
    challenge: str = "CUSTOM_CHALLENGE",
    session: str = "",
    **more: str,
) -> Any:
    return await s.call(
        "RespondToAuthChallenge",
        ClientId=client or s.client,
        ChallengeName=challenge,
        Session=session or s.got["asked"]["Session"],
        ChallengeResponses={"USERNAME": name, "ANSWER": text} | more,
    )


async def wrongly(s: Scene, times: int) -> None:
    """This many wrong answers, each to the question that followed the last."""
    for _ in range(times):
        s.got["older"] = s.got["asked"]
        s.got["asked"] = await answer(s, "wrong")


async def anew(s: Scene) -> Any:
    """Begin again and answer rightly."""
    await s.keep(asked=begin(s))
    return await answer(s)


async def older(s: Scene, text: str = RIGHT) -> Any:
    return await answer(s, text, session=s.got["older"]["Session"])


def strict(event: Event) -> Event:
    """A function that fails the sign-in at the first wrong answer."""
    session = event["request"]["session"]
    if session and not session[-1]["challengeResult"]:
        return event | {"response": event["response"] | {"failAuthentication": True}}
    return define(event)


async def elsewhere(s: Scene) -> None:
    await asked(s)
    await s.keep(other=s.another_client(**CLIENT))
    await s.another_user("bob")


async def locked(s: Scene) -> None:
    await functions(s)
    for _ in range(5):
        await s.keep(asked=begin(s))
        await answer(s, "wrong")


async def unlocked(s: Scene) -> Any:
    await s.later(2 * SECOND)
    return await anew(s)


def row(name: str, error: str, refused: Any, twin: Any, arrange: Any = asked, **more: Any) -> Row:
    return Row(name, error, refused, twin, arrange, **({"client": CLIENT} | more))


SESSIONS = (
    row(
        "a wrong answer tried again from the older session",
        USED,
        older,
        answer,
        after(asked, lambda s: wrongly(s, 1)),
    ),
    row(
        "another wrong answer to the older session",
        USED,
        lambda s: older(s, "wrong too"),
        answer,
        after(asked, lambda s: wrongly(s, 2)),
    ),
    row(
        "the right answer a second time",
        USED,
        answer,
        anew,
        after(asked, answer),
    ),
    row("the answer of another user", INVALID, lambda s: answer(s, name="bob"), answer, elsewhere),
    row(
        "a session of another client",
        INVALID,
        lambda s: answer(s, client=s.got["other"]["ClientId"]),
        answer,
        elsewhere,
    ),
    row(
        "a custom session that chooses a password",
        INVALID,
        lambda s: answer(s, challenge="NEW_PASSWORD_REQUIRED", NEW_PASSWORD=OTHER_PASSWORD),
        answer,
    ),
    row(
        "a custom session that answers a code",
        INVALID,
        lambda s: answer(s, challenge="SMS_MFA", SMS_MFA_CODE="123456"),
        answer,
    ),
    row("an answer after the session's life", EXPIRED, lambda s: after(wait, answer)(s), anew),
    row(
        "a session with a letter more",
        INVALID,
        lambda s: answer(s, session="A" + s.got["asked"]["Session"]),
        answer,
    ),
    row(
        "an answer without ANSWER",
        "InvalidParameterException: Missing required parameter ANSWER",
        lambda s: answer(s, ""),
        answer,
    ),
)


async def wait(s: Scene) -> None:
    await s.later(3 * MINUTE + SECOND)


ANSWERS = (
    row(
        "a third wrong answer",
        INCORRECT,
        lambda s: answer(s, "wrong"),
        anew,
        after(asked, lambda s: wrongly(s, 2)),
        changes=SPENT,
    ),
    row(
        "a wrong answer where one is enough",
        INCORRECT,
        where("DefineAuthChallenge", strict, lambda s: answer(s, "wrong")),
        where("DefineAuthChallenge", strict, anew),
        changes=SPENT,
    ),
    row(
        "private parameters among the answers",
        INCORRECT,
        where(
            "DefineAuthChallenge",
            strict,
            lambda s: answer(s, "mine", privateChallengeParameters='{"answer":"mine"}', answerCorrect="true"),
        ),
        where("DefineAuthChallenge", strict, anew),
        changes=SPENT,
    ),
    row("the sixth wrong answer of five sessions", LOCKED, begin, unlocked, locked),
    row(
        "the right answer of a name without an owner",
        INCORRECT,
        lambda s: answer(s, name="nobody"),
        anew,
        after(functions, lambda s: s.keep(asked=begin(s, "nobody"))),
        client=HIDING,
        changes=SPENT,
    ),
    row(
        "tokens at once for a name without an owner",
        INCORRECT,
        where("DefineAuthChallenge", answering(issueTokens=True), lambda s: begin(s, "nobody")),
        where("DefineAuthChallenge", answering(issueTokens=True), begin),
        functions,
        client=HIDING,
    ),
)

FUNCTIONS = (
    row(
        "a sign-in that Define fails",
        INCORRECT,
        where("DefineAuthChallenge", answering(failAuthentication=True), begin),
        where("DefineAuthChallenge", define, begin),
        functions,
    ),
    row(
        "a sign-in that Define fails and lets in",
        INCORRECT,
        where("DefineAuthChallenge", answering(failAuthentication=True, issueTokens=True), begin),
        where("DefineAuthChallenge", answering(failAuthentication=False, issueTokens=True), begin),
        functions,
    ),
    row(
        "a sign-in about which Define decides nothing",
        RUBBISH,
        where("DefineAuthChallenge", untouched, begin),
        where("DefineAuthChallenge", define, begin),
        functions,
    ),
    row(
        "a password that Define wants without SRP_A",
        RUBBISH,
        where("DefineAuthChallenge", answering(challengeName="PASSWORD_VERIFIER"), begin),
        where(
            "DefineAuthChallenge",
            answering(challengeName="PASSWORD_VERIFIER"),
            lambda s: begin(s, CHALLENGE_NAME="SRP_A", SRP_A="2"),
        ),
        functions,
    ),
    row(
        "a second factor that Define wants on its own",
        RUBBISH,
        where("DefineAuthChallenge", answering(challengeName="SMS_MFA"), begin),
        where("DefineAuthChallenge", define, begin),
        functions,
    ),
    row(
        "a question whose public parameters are no texts",
        RUBBISH,
        where("CreateAuthChallenge", answering(publicChallengeParameters={"digits": 6}), begin),
        where("CreateAuthChallenge", answering(publicChallengeParameters={"digits": "6"}), begin),
        functions,
    ),
    row(
        "an answer that Verify calls right with a text",
        RUBBISH,
        where("VerifyAuthChallengeResponse", answering(answerCorrect="false"), answer),
        where("VerifyAuthChallengeResponse", verify, anew),
        changes=SPENT,
    ),
    row(
        "an answer that Verify refuses to judge",
        "UserLambdaValidationException: VerifyAuthChallengeResponse failed with error Not you.",
        where("VerifyAuthChallengeResponse", REFUSES, answer),
        where("VerifyAuthChallengeResponse", verify, anew),
        changes=SPENT,
    ),
    row(
        "a question that never comes",
        "UnexpectedLambdaException: arn:aws:lambda:us-east-1:000000000000:function:CreateAuthChallenge "
        "failed with error Socket timeout while invoking Lambda function.",
        where("CreateAuthChallenge", LATE, begin),
        where("CreateAuthChallenge", create, begin),
        functions,
    ),
    row(
        "CUSTOM_AUTH in a pool without functions",
        NOT_CONFIGURED,
        begin,
        after(functions, begin),
        having(),
    ),
    row(
        "CUSTOM_AUTH that PreAuthentication refuses",
        "UserLambdaValidationException: PreAuthentication failed with error Not you.",
        where("PreAuthentication", REFUSES, begin),
        where("PreAuthentication", untouched, begin),
        after(functions, having(*KINDS, "PreAuthentication")),
    ),
)


@table(SESSIONS, ANSWERS, FUNCTIONS)
async def test_a_custom_challenge_is_refused(row: Row, scene: Scene, count: Any) -> None:
    await play(row, scene, count)
