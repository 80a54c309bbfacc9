"""Refused: what a pool's functions refuse, and what they may not say. Nothing of it is half done."""

from collections.abc import Iterator
from typing import Any

import pytest
from tests.functions import answering, arn, untouched
from tests.refusals.functions import (
    DENIED,
    LATE,
    NAMELESS,
    NO_ANSWERS,
    REFUSES,
    after,
    having,
    where,
)
from tests.refusals.scene import EMAIL, OTHER_PASSWORD, PASSWORD, Scene
from tests.refusals.table import Row, play, table

RUBBISH = "InvalidLambdaResponseException: Unrecognizable lambda output"
REFUSED = "UserLambdaValidationException: {} failed with error Not you."
INCORRECT = "NotAuthorizedException: Incorrect username or password."


MAIL = "eve@example.com"


async def sign_up(s: Scene) -> Any:
    return await s.signed_up("eve")


async def invite(s: Scene) -> Any:
    return await s.invited("kim", email="kim@example.com")


async def sign_in(s: Scene) -> Any:
    return await s.sign_in()


async def srp(s: Scene) -> Any:
    return await s.srp()


async def admin_sign_in(s: Scene) -> Any:
    return await s.admin_sign_in()


async def refresh(s: Scene) -> Any:
    given = {"REFRESH_TOKEN": s.got["tokens"]["RefreshToken"]}
    return await s.call(
        "InitiateAuth", ClientId=s.client, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters=given
    )


async def signed_in(s: Scene) -> None:
    await s.keep(tokens=s.tokens())


async def migrate(s: Scene) -> Any:
    return await s.sign_in("zoe", "old")


def claims(**details: Any) -> Any:
    """A V1_0 function with these claimsOverrideDetails."""
    return answering(claimsOverrideDetails=details)


def scoped(**access: Any) -> Any:
    """A V2_0 function with this accessTokenGeneration."""
    return answering(claimsAndScopeOverrideDetails={"accessTokenGeneration": access})


def bringing(**answer: Any) -> Any:
    known = {"userAttributes": {"email": "zoe@example.com"}, "finalUserStatus": "CONFIRMED"}
    return answering(**(known | {"messageAction": "SUPPRESS"} | answer))


BRINGS = bringing()


def no_answers() -> Iterator[Row]:
    for name, function, words in NO_ANSWERS:
        yield Row(
            f"a sign-up whose function {name}",
            f"InvalidLambdaResponseException: {words}",
            where("PreSignUp", function, sign_up),
            where("PreSignUp", untouched, sign_up),
            arrange=having("PreSignUp"),
        )


def failures() -> Iterator[Row]:
    told = {
        "refuses": (REFUSES, REFUSED.format("PreSignUp")),
        "raises without a message": (
            NAMELESS,
            "UserLambdaValidationException: PreSignUp failed with error ValueError.",
        ),
        "may not be called": (
            DENIED,
            "UnexpectedLambdaException: PreSignUp invocation failed due to error AccessDeniedException.",
        ),
        "never answers": (
            LATE,
            f"UnexpectedLambdaException: {arn('PreSignUp')} failed with error Socket timeout while "
            "invoking Lambda function.",
        ),
    }
    for name, (function, error) in told.items():
        yield Row(
            f"a sign-up whose function {name}",
            error,
            where("PreSignUp", function, sign_up),
            where("PreSignUp", untouched, sign_up),
            arrange=having("PreSignUp"),
        )


def everywhere() -> Iterator[Row]:
    """A function of each kind refuses what it is asked about."""
    asked = {
        ("an invitation", "PreSignUp"): (invite, None),
        ("a password that is right", "PreAuthentication"): (sign_in, None),
        ("a proof that is right", "PreAuthentication"): (srp, None),
        ("an administrator's sign-in", "PreAuthentication"): (admin_sign_in, None),
        ("a sign-in where all is proven", "PostAuthentication"): (sign_in, None),
        ("the tokens of a sign-in", "PreTokenGeneration"): (sign_in, None),
        ("the tokens of a refresh", "PreTokenGeneration"): (refresh, signed_in),
    }
    for (what, kind), (step, before) in asked.items():
        arrange = having(kind) if before is None else after(before, having(kind))
        yield Row(
            f"{what}, by {kind}",
            REFUSED.format(kind),
            where(kind, REFUSES, step),
            where(kind, untouched, step),
            arrange=arrange,
        )


def wrong_types() -> Iterator[Row]:
    answers = (
        ("a text that confirms", "PreSignUp", answering(autoConfirmUser="true"), sign_up),
        ("a null that confirms", "PreSignUp", answering(autoConfirmUser=None), sign_up),
        ("a number that verifies", "PreSignUp", answering(autoVerifyEmail=1), sign_up),
        ("a text that confirms an invited user", "PreSignUp", answering(autoConfirmUser="x"), invite),
        ("an array in a V1_0 token", "PreTokenGeneration", claims(claimsToAddOrOverride={"a": []}), sign_in),
        ("a number in a V1_0 token", "PreTokenGeneration", claims(claimsToAddOrOverride={"a": 1}), sign_in),
        ("one claim to suppress", "PreTokenGeneration", claims(claimsToSuppress="email"), sign_in),
        ("one group", "PreTokenGeneration", claims(groupOverrideDetails={"groupsToOverride": "a"}), sign_in),
        (
            "five thousand claims and one",
            "PreTokenGeneration",
            claims(claimsToAddOrOverride={f"c{n}": "" for n in range(5_001)}),
            sign_in,
        ),
        (
            "a role that is no text",
            "PreTokenGeneration",
            claims(groupOverrideDetails={"preferredRole": 1}),
            refresh,
        ),
    )
    for name, kind, function, step in answers:
        yield Row(
            f"a function that answers {name}",
            RUBBISH,
            where(kind, function, step),
            where(kind, untouched, step),
            arrange=after(signed_in, having(kind)),
        )


SCOPES = (
    Row(
        "a scope that is two",
        RUBBISH,
        where("PreTokenGeneration", scoped(scopesToAdd=["a b"]), sign_in),
        where("PreTokenGeneration", scoped(scopesToAdd=["a", "b"]), sign_in),
        arrange=having("PreTokenGeneration", version="V2_0"),
    ),
    Row(
        "a claim without a value",
        RUBBISH,
        where("PreTokenGeneration", scoped(claimsToAddOrOverride={"a": None}), sign_in),
        where("PreTokenGeneration", scoped(claimsToAddOrOverride={"a": [None]}), sign_in),
        arrange=having("PreTokenGeneration", version="V2_0"),
    ),
)

ADDRESSES = (
    Row(
        "a function that vouches for a number that the user does not have",
        "InvalidLambdaResponseException: PreSignUp sets autoVerifyPhone, but the user has no phone_number.",
        where("PreSignUp", answering(autoVerifyPhone=True), sign_up),
        where("PreSignUp", answering(autoVerifyEmail=True), sign_up),
        arrange=having("PreSignUp"),
    ),
    Row(
        "a function that vouches for the address of another user, where addresses are user names",
        "UsernameExistsException: An account with the given email already exists.",
        where("PreSignUp", answering(autoVerifyEmail=True), lambda s: s.signed_up(EMAIL, email=EMAIL)),
        where(
            "PreSignUp",
            answering(autoVerifyEmail=True),
            lambda s: s.signed_up("eve@example.com", email="eve@example.com"),
        ),
        arrange=having("PreSignUp"),
        pool={"UsernameAttributes": ["email"]},
    ),
)

MIGRATION = (
    Row(
        "a password that another directory refuses",
        REFUSED.format("UserMigration"),
        where("UserMigration", REFUSES, migrate),
        where("UserMigration", BRINGS, migrate),
        arrange=having("UserMigration"),
    ),
    Row(
        "a name that no directory knows",
        "UserNotFoundException: User does not exist.",
        where("UserMigration", untouched, migrate),
        where("UserMigration", BRINGS, migrate),
        arrange=having("UserMigration"),
    ),
    Row(
        "a user of another directory with a status that nobody has",
        RUBBISH,
        where("UserMigration", bringing(finalUserStatus="UNCONFIRMED"), migrate),
        where("UserMigration", BRINGS, migrate),
        arrange=having("UserMigration"),
    ),
    Row(
        "a user of another directory with an address that is none",
        "InvalidParameterException: Invalid email address format.",
        where("UserMigration", bringing(userAttributes={"email": "zoe"}), migrate),
        where("UserMigration", BRINGS, migrate),
        arrange=having("UserMigration"),
    ),
    Row(
        "a user of another directory with the alias of one of ours",
        "InvalidParameterException: An account with the given email already exists.",
        where(
            "UserMigration",
            bringing(userAttributes={"email": EMAIL, "email_verified": "true"}),
            migrate,
        ),
        where("UserMigration", BRINGS, migrate),
        arrange=having("UserMigration"),
        pool={"AliasAttributes": ["email"]},
    ),
    Row(
        "a known user's wrong password: no other directory is asked",
        INCORRECT,
        where("UserMigration", BRINGS, lambda s: s.sign_in("ada", "Wr0ng-P2$Sword")),
        where("UserMigration", REFUSES, sign_in),
        arrange=having("UserMigration"),
    ),
)


@table(no_answers(), failures(), everywhere(), wrong_types(), SCOPES, ADDRESSES, MIGRATION)
async def test_what_a_function_refuses_or_answers_badly_leaves_no_trace(
    row: Row, scene: Scene, count: Any
) -> None:
    await play(row, scene, count)


CONFIRMED = (
    Row(
        "a confirmation, by PostConfirmation; but confirmed the user is",
        REFUSED.format("PostConfirmation"),
        where(
            "PostConfirmation",
            REFUSES,
            lambda s: s.public("ConfirmSignUp", Username="eve", ConfirmationCode=s.got["code"]),
        ),
        where("PostConfirmation", untouched, lambda s: s.sign_in("eve")),
        arrange=after(having("PostConfirmation"), sign_up, lambda s: s.keep(code=s.code())),
        changes=frozenset({"users", "codes", "aliases", "user_search"}),
    ),
    Row(
        "an administrator's confirmation, by PostConfirmation; but confirmed the user is",
        REFUSED.format("PostConfirmation"),
        where("PostConfirmation", REFUSES, lambda s: s.admin("AdminConfirmSignUp", Username="eve")),
        where("PostConfirmation", untouched, lambda s: s.sign_in("eve")),
        arrange=after(having("PostConfirmation"), sign_up),
        changes=frozenset({"users", "codes", "aliases", "user_search", "audit_heads", "audit_records"}),
    ),
    Row(
        "a new password, by PostConfirmation; but the password it is",
        REFUSED.format("PostConfirmation"),
        where(
            "PostConfirmation",
            REFUSES,
            lambda s: s.public(
                "ConfirmForgotPassword",
                Username="ada",
                ConfirmationCode=s.got["code"],
                Password=OTHER_PASSWORD,
            ),
        ),
        where("PostConfirmation", untouched, lambda s: s.sign_in("ada", OTHER_PASSWORD)),
        arrange=after(
            having("PostConfirmation"),
            lambda s: s.public("ForgotPassword", Username="ada"),
            lambda s: s.keep(code=s.code()),
        ),
        changes=frozenset({"users", "codes", "credentials", "aliases", "user_search"}),
    ),
    Row(
        "a sign-up that PreSignUp confirms, by PostConfirmation; but the user is there",
        REFUSED.format("PostConfirmation"),
        where("PostConfirmation", REFUSES, sign_up),
        where("PostConfirmation", untouched, lambda s: s.sign_in("eve")),
        arrange=after(
            having("PostConfirmation", "PreSignUp"),
            where("PreSignUp", answering(autoConfirmUser=True), lambda s: s.later(0)),
        ),
        changes=frozenset({"users", "credentials", "aliases", "user_search", "counters"}),
    ),
)


@table(CONFIRMED)
async def test_what_post_confirmation_refuses_is_done_all_the_same(
    row: Row, scene: Scene, count: Any
) -> None:
    """Gotcha 22."""
    await play(row, scene, count)


@pytest.mark.parametrize("kind", ["PostAuthentication", "PreTokenGeneration"])
async def test_a_proof_that_is_shown_again_asks_no_function_again(scene: Scene, kind: str) -> None:
    await scene.set_up({}, {}, {})
    await having(kind)(scene)
    answer = await scene.srp_challenge()
    await scene.srp_answer(answer)
    fired = len(scene.world.fired)

    with pytest.raises(Exception, match="session can only be used once"):
        await scene.srp_answer(answer)

    assert fired == 1
    assert len(scene.world.fired) == fired
    await scene.srp(password=PASSWORD)
    assert len(scene.world.fired) == fired + 1
