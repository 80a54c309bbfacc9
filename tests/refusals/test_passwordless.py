"""Refused: choices that a user does not have, codes that are wrong, late, repeated or somebody else's."""

from typing import Any

import pytest
from tests.refusals.choice import (
    CLIENT,
    CODES,
    HIDING,
    allowing,
    anew,
    answer,
    back,
    begin,
    change_address,
    choosing,
    chosen,
    passwordless,
    right,
    srp,
    with_app,
    wrong,
)
from tests.refusals.scene import PASSWORD, WRONG_PASSWORD, Scene
from tests.refusals.table import Row, play, table

from poolhouse.errors import SignInCodeMismatch
from poolhouse.ports import HOUR, MINUTE

INCORRECT = "NotAuthorizedException: Incorrect username or password."
INVALID = "NotAuthorizedException: Invalid session for the user."
EXPIRED = "NotAuthorizedException: Invalid session for the user, session is expired."
USED = "NotAuthorizedException: Invalid session for the user, session can only be used once."
MISMATCH = "CodeMismatchException: Invalid code or auth state for the user."
NOT_AVAILABLE = "InvalidParameterException: The selected challenge is not available for the user."
DISABLED = "NotAuthorizedException: User is disabled."


def row(name: str, error: str, refused: Any, twin: Any, **more: Any) -> Row:
    return Row(name, error, refused, twin, **({"pool": CODES, "client": CLIENT} | more))


async def two_sign_ins(s: Scene) -> None:
    await chosen(s, "EMAIL_OTP")
    await chosen(s, "EMAIL_OTP", kept="other")


async def two_users(s: Scene) -> None:
    await passwordless(s)
    await chosen(s, "EMAIL_OTP")
    await chosen(s, "EMAIL_OTP", "nia", kept="other")


async def two_clients(s: Scene) -> None:
    await s.keep(app=s.another_client(**CLIENT))
    await chosen(s, "EMAIL_OTP")


async def code_used(s: Scene) -> None:
    await chosen(s, "EMAIL_OTP")
    await right(s)


async def code_for_an_old_address(s: Scene) -> None:
    await chosen(s, "EMAIL_OTP")
    await change_address(s)


async def code_before_the_app(s: Scene) -> None:
    """Ada has a code, and gets a second factor before she shows it."""
    await s.admin("SetUserPoolMfaConfig", MfaConfiguration="OFF")
    await chosen(s, "EMAIL_OTP")
    await with_app(s)


async def app_turned_off(s: Scene) -> dict[str, Any]:
    await s.admin("AdminSetUserMFAPreference", Username="ada", SoftwareTokenMfaSettings={"Enabled": False})
    return await anew(s)


async def code_before_disabling(s: Scene) -> None:
    await chosen(s, "EMAIL_OTP")
    await s.admin("AdminDisableUser", Username="ada")


async def enabled(s: Scene) -> dict[str, Any]:
    await s.admin("AdminEnableUser", Username="ada")
    return await anew(s)


async def five_wrong(s: Scene) -> None:
    await chosen(s, "EMAIL_OTP")
    for _ in range(5):
        with pytest.raises(SignInCodeMismatch):
            await answer(s, EMAIL_OTP_CODE=wrong(s.got["asked code"]))


async def after_the_lock(s: Scene) -> dict[str, Any]:
    await s.later(2 * MINUTE)
    return await right(s)


async def many_codes(s: Scene) -> None:
    for _ in range(20):
        await begin(s, "EMAIL_OTP")


async def an_hour_later(s: Scene) -> dict[str, Any]:
    await s.later(HOUR)
    return await anew(s)


async def invited(s: Scene) -> None:
    """Kim has a temporary password and a verified address."""
    await s.invited("kim", email="kim@example.com", email_verified="true")
    await chosen(s, "EMAIL_OTP", "kim")


async def expired(s: Scene) -> dict[str, Any]:
    await s.later(3 * MINUTE + 1)
    return await right(s)


async def native_off(s: Scene) -> None:
    """An administrator ended the native sign-in of Ada."""
    await s.admin(
        "AdminDisableProviderForUser",
        User={
            "ProviderName": "Cognito",
            "ProviderAttributeName": "Cognito_Subject",
            "ProviderAttributeValue": "ada",
        },
    )
    await chosen(s, "EMAIL_OTP")


async def given_back(s: Scene) -> dict[str, Any]:
    await s.admin("AdminSetUserPassword", Username="ada", Password=PASSWORD, Permanent=True)
    return await anew(s)


BEGINNINGS = (
    row(
        "USER_AUTH by an administrator where the client has it not",
        "InvalidParameterException: Auth flow not enabled for this client",
        lambda s: s.admin_sign_in(flow="USER_AUTH"),
        lambda s: s.admin_sign_in(),
        client={},
    ),
    row(
        "a preference that is no first factor",
        "InvalidParameterException: PREFERRED_CHALLENGE must be one of PASSWORD_SRP, PASSWORD, EMAIL_OTP, "
        "SMS_OTP, WEB_AUTHN.",
        lambda s: begin(s, "SOFTWARE_TOKEN_MFA"),
        lambda s: begin(s, "PASSWORD"),
    ),
    row(
        "USER_AUTH without a name",
        "InvalidParameterException: Missing required parameter USERNAME",
        lambda s: s.call("InitiateAuth", ClientId=s.client, AuthFlow="USER_AUTH", AuthParameters={}),
        lambda s: begin(s),
    ),
    row(
        "an unknown name at a client that hides nobody",
        "UserNotFoundException: User does not exist.",
        lambda s: begin(s, "EMAIL_OTP", "nobody"),
        lambda s: begin(s, "EMAIL_OTP"),
    ),
    row(
        "a code for a user who is disabled, at a client that hides nobody",
        DISABLED,
        lambda s: begin(s, "EMAIL_OTP"),
        enabled,
        arrange=lambda s: s.admin("AdminDisableUser", Username="ada"),
    ),
    row(
        "the 21st code within an hour",
        "TooManyRequestsException: Attempt limit exceeded, please try after some time.",
        lambda s: begin(s, "EMAIL_OTP"),
        an_hour_later,
        arrange=many_codes,
    ),
    row(
        "a wrong password with the preference",
        INCORRECT,
        lambda s: begin(s, "PASSWORD", PASSWORD=WRONG_PASSWORD),
        lambda s: begin(s, "PASSWORD", PASSWORD=PASSWORD),
    ),
    row("a wrong password over SRP", INCORRECT, lambda s: srp(s, WRONG_PASSWORD), lambda s: srp(s)),
    row(
        "an SRP_A that is no number",
        "InvalidParameterException: Invalid SRP_A",
        lambda s: begin(s, "PASSWORD_SRP", SRP_A="x"),
        lambda s: srp(s),
    ),
    row(
        "a password for a name that nobody has, at a client that hides users",
        INCORRECT,
        lambda s: begin(s, "PASSWORD", "nobody", PASSWORD=PASSWORD),
        lambda s: begin(s, "PASSWORD", PASSWORD=PASSWORD),
        client=HIDING,
    ),
)

CHOICES = (
    row(
        "the choice of a code that has nowhere to go",
        NOT_AVAILABLE,
        lambda s: answer(s, ANSWER="SMS_OTP"),
        lambda s: answer(s, ANSWER="EMAIL_OTP"),
        arrange=choosing(),
    ),
    row(
        "the choice of a passkey by who has none",
        NOT_AVAILABLE,
        lambda s: answer(s, ANSWER="WEB_AUTHN"),
        lambda s: answer(s, ANSWER="PASSWORD"),
        arrange=choosing(),
        pool=allowing("WEB_AUTHN"),
    ),
    row(
        "the choice of a factor that the pool does not allow",
        NOT_AVAILABLE,
        lambda s: answer(s, ANSWER="EMAIL_OTP"),
        lambda s: answer(s, ANSWER="PASSWORD"),
        arrange=choosing(),
        pool=allowing(),
    ),
    row(
        "no choice",
        "InvalidParameterException: Missing required parameter ANSWER",
        lambda s: answer(s),
        lambda s: answer(s, ANSWER="EMAIL_OTP"),
        arrange=choosing(),
    ),
    row(
        "a wrong password with the choice",
        INCORRECT,
        lambda s: answer(s, ANSWER="PASSWORD", PASSWORD=WRONG_PASSWORD),
        lambda s: answer(s, ANSWER="PASSWORD", PASSWORD=PASSWORD),
        arrange=choosing(),
    ),
    row(
        "a wrong password after the choice",
        INCORRECT,
        lambda s: answer(s, PASSWORD=WRONG_PASSWORD),
        lambda s: answer(s, PASSWORD=PASSWORD),
        arrange=choosing("PASSWORD"),
    ),
    row(
        "a code in place of a temporary password (gotcha 33)",
        NOT_AVAILABLE,
        lambda s: answer(s, "kim", ANSWER="EMAIL_OTP"),
        lambda s: answer(s, "kim", ANSWER="PASSWORD", PASSWORD=PASSWORD),
        arrange=invited,
    ),
    row(
        "a code in place of a password and a second factor",
        NOT_AVAILABLE,
        lambda s: answer(s, ANSWER="EMAIL_OTP"),
        lambda s: answer(s, ANSWER="PASSWORD", PASSWORD=PASSWORD),
        arrange=lambda s: s.steps(with_app(s), chosen(s, "EMAIL_OTP")),
    ),
    row(
        "a code for a user whose native sign-in was ended",
        NOT_AVAILABLE,
        lambda s: answer(s, ANSWER="EMAIL_OTP"),
        given_back,
        arrange=native_off,
    ),
    row(
        "the password of a user who has none",
        INCORRECT,
        lambda s: s.sign_in("nia", PASSWORD),
        lambda s: chosen_and_right(s, "nia"),
        arrange=passwordless,
    ),
)


async def chosen_and_right(s: Scene, name: str) -> dict[str, Any]:
    await chosen(s, "EMAIL_OTP", name)
    return await right(s, name)


ANSWERS = (
    row(
        "a wrong code",
        MISMATCH,
        lambda s: answer(s, EMAIL_OTP_CODE=wrong(s.got["asked code"])),
        right,
        arrange=choosing("EMAIL_OTP"),
    ),
    row(
        "the first six digits of a code",
        MISMATCH,
        lambda s: answer(s, EMAIL_OTP_CODE=s.got["asked code"][:6]),
        right,
        arrange=choosing("EMAIL_OTP"),
    ),
    row(
        "no code",
        "InvalidParameterException: Missing required parameter EMAIL_OTP_CODE",
        lambda s: answer(s, SMS_OTP_CODE=s.got["asked code"]),
        right,
        arrange=choosing("EMAIL_OTP"),
    ),
    row(
        "the code of another sign-in",
        MISMATCH,
        lambda s: answer(s, EMAIL_OTP_CODE=s.got["other code"]),
        right,
        arrange=two_sign_ins,
    ),
    row(
        "the code of another user",
        MISMATCH,
        lambda s: answer(s, EMAIL_OTP_CODE=s.got["other code"]),
        right,
        arrange=two_users,
    ),
    row(
        "a code for another name than it was asked for",
        INVALID,
        lambda s: right(s, "nia"),
        right,
        arrange=two_users,
    ),
    row(
        "a code at another client",
        INVALID,
        lambda s: right(s, app=s.got["app"]),
        right,
        arrange=two_clients,
    ),
    row("a code twice", USED, right, anew, arrange=code_used),
    row("a code after its session", EXPIRED, expired, anew, arrange=choosing("EMAIL_OTP")),
    row(
        "a password where a code was asked for",
        INVALID,
        lambda s: answer(s, challenge="PASSWORD", PASSWORD=PASSWORD),
        right,
        arrange=choosing("EMAIL_OTP"),
    ),
    row(
        "another choice where a code was asked for",
        INVALID,
        lambda s: answer(s, challenge="SELECT_CHALLENGE", ANSWER="PASSWORD"),
        right,
        arrange=choosing("EMAIL_OTP"),
    ),
    row(
        "an SMS code where a mail was sent",
        INVALID,
        lambda s: answer(s, challenge="SMS_OTP", SMS_OTP_CODE=s.got["asked code"]),
        right,
        arrange=choosing("EMAIL_OTP"),
    ),
    row(
        "a code that went to an address of before",
        MISMATCH,
        right,
        lambda s: s.steps(back(s), right(s)),
        arrange=code_for_an_old_address,
    ),
    row(
        "a code of before the second factor",
        MISMATCH,
        right,
        app_turned_off,
        arrange=code_before_the_app,
    ),
    row(
        "a code of a user who was disabled meanwhile",
        DISABLED,
        right,
        enabled,
        arrange=code_before_disabling,
    ),
    row(
        "the right code while the user is locked",
        "NotAuthorizedException: Password attempts exceeded",
        right,
        after_the_lock,
        arrange=five_wrong,
    ),
    row(
        "any code for a name that nobody has, at a client that hides users",
        MISMATCH,
        lambda s: answer(s, "nobody", EMAIL_OTP_CODE="12345678"),
        anew,
        arrange=lambda s: s.keep(asked=begin(s, "EMAIL_OTP", "nobody")),
        client=HIDING,
    ),
)


@table(BEGINNINGS, CHOICES, ANSWERS)
async def test_a_sign_in_by_choice_is_refused(row: Row, scene: Scene, count: Any) -> None:
    await play(row, scene, count)
