"""Refused: second factors that are wrong, shown again, skipped, somebody else's, or guessed at."""

from typing import Any

from tests.idp.authenticator import EMAIL_ON, SMS_ON
from tests.refusals.mfa import (
    EXPIRED_SESSION,
    INVALID,
    LOCKED,
    MAILS,
    PHONE,
    REPLAYED,
    USED,
    WRONG_APP_CODE,
    WRONG_SENT_CODE,
    answer_app,
    answer_email,
    answer_sms,
    app_asked,
    asked,
    code,
    half_minutes,
    mfa,
    phone_given,
    prefer,
    refused,
    respond,
    sign_in_with_app,
    with_app,
    wrong,
    wrong_app_codes,
)
from tests.refusals.scene import OTHER_PASSWORD, Scene
from tests.refusals.table import Row, play, table

from poolhouse.ports import HOUR, MINUTE, SECOND


async def another_with_app(s: Scene) -> None:
    """Bob has an app too, and Ada's is asked for."""
    await with_app(s)
    await s.another_user("bob")
    tokens = await s.tokens("bob")
    made = await s.call("AssociateSoftwareToken", AccessToken=tokens["AccessToken"])
    s.got["bobs"] = made["SecretCode"]
    await s.call("VerifySoftwareToken", AccessToken=tokens["AccessToken"], UserCode=code(s, "bobs"))
    await half_minutes(s, 2)
    await asked(s)


async def pending_beside(s: Scene) -> None:
    """Ada has an app and is about to set up another one, which is not verified yet."""
    await with_app(s)
    made = await s.token("AssociateSoftwareToken")
    s.got["pending"] = made["SecretCode"]
    await asked(s)


APP = (
    Row(
        "a wrong code of the app",
        WRONG_APP_CODE,
        lambda s: answer_app(s, wrong(code(s))),
        lambda s: answer_app(s),
        arrange=app_asked,
    ),
    Row(
        "a code that signed in before",
        REPLAYED,
        lambda s: answer_app(s),
        lambda s: answer_app(s, code(s, steps=1)),
        arrange=lambda s: s.steps(with_app(s), sign_in_with_app(s), asked(s)),
    ),
    Row(
        "a code of before the one that signed in",
        REPLAYED,
        lambda s: answer_app(s, code(s, steps=-1)),
        lambda s: answer_app(s, code(s, steps=1)),
        arrange=lambda s: s.steps(with_app(s), sign_in_with_app(s), asked(s)),
    ),
    Row(
        "the code that set the app up",
        REPLAYED,
        lambda s: answer_app(s),
        lambda s: answer_app(s, code(s, steps=1)),
        arrange=lambda s: s.steps(with_app(s), half_minutes(s, -2), asked(s)),
    ),
    *(
        Row(
            f"a code that is two half minutes too {when}",
            WRONG_APP_CODE,
            lambda s, steps=steps: answer_app(s, code(s, steps=2 * steps)),
            lambda s, steps=steps: answer_app(s, code(s, steps=steps)),
            arrange=app_asked,
        )
        for when, steps in (("old", -1), ("young", 1))
    ),
    Row(
        "the code of another user's app",
        WRONG_APP_CODE,
        lambda s: answer_app(s, code(s, "bobs")),
        lambda s: answer_app(s),
        arrange=another_with_app,
    ),
    Row(
        "the code of an app that is not verified",
        WRONG_APP_CODE,
        lambda s: answer_app(s, code(s, "pending")),
        lambda s: answer_app(s),
        arrange=pending_beside,
    ),
    Row(
        "the code of an app that an administrator deleted meanwhile",
        "SoftwareTokenMFANotFoundException: User has not set up software token mfa",
        lambda s: answer_app(s),
        lambda s: s.tokens(),
        arrange=lambda s: s.steps(app_asked(s), s.admin("AdminDeleteSoftwareToken", Username="ada")),
    ),
    Row(
        "an answer without the code",
        "InvalidParameterException: Missing required parameter SOFTWARE_TOKEN_MFA_CODE",
        lambda s: respond(s, "SOFTWARE_TOKEN_MFA"),
        lambda s: answer_app(s),
        arrange=app_asked,
    ),
    Row(
        "a code after the session's three minutes",
        EXPIRED_SESSION,
        lambda s: answer_app(s),
        lambda s: sign_in_with_app(s),
        arrange=lambda s: s.steps(app_asked(s), s.later(3 * MINUTE + SECOND)),
    ),
    Row(
        "another code in a session that has signed in",
        USED,
        lambda s: answer_app(s),
        lambda s: sign_in_with_app(s, steps=1),
        arrange=lambda s: s.steps(app_asked(s), answer_app(s), half_minutes(s, 1)),
        changes=frozenset({"software_tokens"}),
    ),
    Row(
        "a code by a user who was disabled meanwhile",
        "NotAuthorizedException: User is disabled.",
        lambda s: answer_app(s),
        lambda s: s.steps(s.admin("AdminEnableUser", Username="ada"), answer_app(s)),
        arrange=lambda s: s.steps(app_asked(s), s.admin("AdminDisableUser", Username="ada")),
    ),
)

SKIPPED = (
    *(
        Row(
            f"the app's code skipped by answering {challenge}",
            INVALID,
            lambda s, challenge=challenge, answer=answer: respond(s, challenge, **answer),
            lambda s: answer_app(s),
            arrange=app_asked,
        )
        for challenge, answer in (
            ("NEW_PASSWORD_REQUIRED", {"NEW_PASSWORD": OTHER_PASSWORD}),
            ("MFA_SETUP", {}),
            ("SMS_MFA", {"SMS_MFA_CODE": "123456"}),
            ("EMAIL_OTP", {"EMAIL_OTP_CODE": "123456"}),
            ("SELECT_MFA_TYPE", {"ANSWER": "SMS_MFA"}),
        )
    ),
    Row(
        "a session of another client",
        INVALID,
        lambda s: answer_app(s, app=s.got["other"]),
        lambda s: answer_app(s),
        arrange=lambda s: s.steps(s.keep(other=s.another_client()), app_asked(s)),
    ),
    Row(
        "a session of another pool",
        INVALID,
        lambda s: answer_app(s, app=s.got["other"]),
        lambda s: answer_app(s),
        arrange=lambda s: s.steps(s.keep(there=s.another_pool()), elsewhere(s), app_asked(s)),
    ),
    Row(
        "a session answered for somebody else",
        INVALID,
        lambda s: answer_app(s, name="bob"),
        lambda s: answer_app(s),
        arrange=lambda s: s.steps(s.another_user("bob"), app_asked(s)),
    ),
    Row(
        "the SECRET_BLOCK of an unproven password as the session of a code",
        INVALID,
        lambda s: answer_app(s, session="block"),
        lambda s: answer_app(s),
        arrange=lambda s: s.steps(app_asked(s), unproven(s)),
    ),
)


async def elsewhere(s: Scene) -> None:
    await s.keep(other=s.another_client(s.got["there"]))


async def unproven(s: Scene) -> None:
    s.got["block"] = (await s.srp_challenge())["PASSWORD_CLAIM_SECRET_BLOCK"]


async def guessed_in_new_sessions(s: Scene) -> None:
    """Somebody who knows the password guesses five codes, each after signing in again."""
    await with_app(s)
    for _ in range(5):
        await asked(s)
        await wrong_app_codes(s, 1)


async def guessed_between_choices(s: Scene) -> None:
    """The same, where the choice between two factors comes before each guess."""
    await with_app(s, SMS_ON)
    await prefer(s, SMSMfaSettings={"Enabled": True}, SoftwareTokenMfaSettings={"Enabled": True})
    for _ in range(5):
        await asked(s)
        await chosen(s, "SOFTWARE_TOKEN_MFA")
        await wrong_app_codes(s, 1)


async def chosen(s: Scene, factor: str) -> None:
    await respond(s, "SELECT_MFA_TYPE", ANSWER=factor)
    s.got["session"] = s.got["next"]


async def after_the_lock(s: Scene) -> Any:
    await s.later(2 * SECOND)
    return await answer_app(s)


GUESSED = (
    Row(
        "a right code after five wrong ones",
        LOCKED,
        lambda s: answer_app(s),
        after_the_lock,
        arrange=lambda s: s.steps(app_asked(s), wrong_app_codes(s, 5)),
    ),
    Row(
        "a right code after five wrong ones, each in a sign-in of its own",
        LOCKED,
        lambda s: answer_app(s),
        after_the_lock,
        arrange=guessed_in_new_sessions,
    ),
    Row(
        "a right code after five wrong ones, each after a choice of the factor",
        LOCKED,
        lambda s: answer_app(s),
        after_the_lock,
        arrange=guessed_between_choices,
        user=PHONE,
    ),
    Row(
        "the right password after five wrong codes",
        LOCKED,
        lambda s: s.sign_in(),
        lambda s: s.steps(s.later(2 * SECOND), sign_in_with_app(s)),
        arrange=lambda s: s.steps(app_asked(s), wrong_app_codes(s, 5)),
    ),
    Row(
        "the app's code after wrong codes of two kinds",
        LOCKED,
        lambda s: answer_app(s),
        after_the_lock,
        arrange=lambda s: s.steps(
            with_app(s, SMS_ON),
            prefer(s, SMSMfaSettings={"Enabled": True}, SoftwareTokenMfaSettings={"Enabled": True}),
            asked(s),
            chosen(s, "SMS_MFA"),
            *(refused(answer_sms(s, "000000")) for _ in range(3)),
            asked(s),
            chosen(s, "SOFTWARE_TOKEN_MFA"),
            wrong_app_codes(s, 2),
        ),
        user=PHONE,
    ),
)


async def sms_asked(s: Scene) -> None:
    """MFA is required, and Ada has a phone."""
    await mfa(s, "ON", SMS_ON)
    await asked(s)
    s.got["sent"] = await s.code()


async def email_asked(s: Scene) -> None:
    await mfa(s, "ON", EMAIL_ON)
    await asked(s)


async def choice_asked(s: Scene) -> None:
    """Ada may choose between an SMS and her app."""
    await with_app(s, SMS_ON)
    await prefer(s, SMSMfaSettings={"Enabled": True}, SoftwareTokenMfaSettings={"Enabled": True})
    await asked(s)


SENT = (
    Row(
        "a wrong code of an SMS",
        WRONG_SENT_CODE,
        lambda s: answer_sms(s, wrong(s.got["sent"])),
        lambda s: answer_sms(s),
        arrange=sms_asked,
        user=PHONE,
    ),
    Row(
        "the code of an SMS of another sign-in",
        WRONG_SENT_CODE,
        lambda s: answer_sms(s, s.got["sent"]),
        lambda s: answer_sms(s),
        arrange=lambda s: s.steps(sms_asked(s), asked(s)),
        user=PHONE,
    ),
    Row(
        "the code of an SMS after the session's three minutes",
        EXPIRED_SESSION,
        lambda s: answer_sms(s),
        lambda s: s.steps(asked(s), answer_sms(s)),
        arrange=lambda s: s.steps(sms_asked(s), s.later(3 * MINUTE + SECOND)),
        user=PHONE,
    ),
    Row(
        "a sign-in after twenty SMS in an hour",
        "TooManyRequestsException: Attempt limit exceeded, please try after some time.",
        lambda s: s.sign_in(),
        lambda s: s.steps(s.later(HOUR + SECOND), asked(s), answer_sms(s)),
        arrange=lambda s: s.steps(mfa(s, "ON", SMS_ON), *(asked(s) for _ in range(20))),
        user=PHONE,
    ),
    Row(
        "a sign-in where nobody carries SMS",
        "InvalidParameterException: This server has no service that delivers by SMS, so the message was "
        "not sent.",
        lambda s: s.sign_in(),
        lambda s: s.steps(s.with_settings(sms_driver="inbox"), asked(s), answer_sms(s)),
        arrange=lambda s: s.steps(mfa(s, "ON", SMS_ON), s.with_settings(sms_driver="none")),
        user=PHONE,
    ),
    Row(
        "a user without a phone where SMS alone is required",
        "InvalidParameterException: The user has no phone_number, and this user pool requires MFA by SMS.",
        lambda s: s.sign_in(),
        lambda s: s.steps(phone_given(s), asked(s), answer_sms(s)),
        arrange=lambda s: mfa(s, "ON", SMS_ON),
    ),
    Row(
        "a wrong code of an e-mail",
        WRONG_SENT_CODE,
        lambda s: answer_email(s, "000000"),
        lambda s: answer_email(s),
        arrange=email_asked,
        pool=MAILS,
    ),
    Row(
        "the code of an e-mail as that of an SMS",
        INVALID,
        lambda s: answer_sms(s),
        lambda s: answer_email(s),
        arrange=email_asked,
        pool=MAILS,
    ),
    Row(
        "a choice that was not offered",
        "MFAMethodNotFoundException: The user cannot answer EMAIL_OTP.",
        lambda s: respond(s, "SELECT_MFA_TYPE", ANSWER="EMAIL_OTP"),
        lambda s: respond(s, "SELECT_MFA_TYPE", ANSWER="SMS_MFA"),
        arrange=choice_asked,
        user=PHONE,
    ),
    Row(
        "a second choice in the same session",
        USED,
        lambda s: respond(s, "SELECT_MFA_TYPE", ANSWER="SMS_MFA"),
        lambda s: s.steps(asked(s), respond(s, "SELECT_MFA_TYPE", ANSWER="SMS_MFA")),
        arrange=lambda s: s.steps(choice_asked(s), respond(s, "SELECT_MFA_TYPE", ANSWER="SMS_MFA")),
        user=PHONE,
    ),
    Row(
        "a choice without an answer",
        "InvalidParameterException: Missing required parameter ANSWER",
        lambda s: respond(s, "SELECT_MFA_TYPE"),
        lambda s: respond(s, "SELECT_MFA_TYPE", ANSWER="SOFTWARE_TOKEN_MFA"),
        arrange=choice_asked,
        user=PHONE,
    ),
)


@table(APP, SKIPPED, GUESSED, SENT)
async def test_a_second_factor_is_refused(row: Row, scene: Scene, count: Any) -> None:
    await play(row, scene, count)
