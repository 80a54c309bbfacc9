"""Refused: messages that no function may word so, links that confirm nobody, mail beyond the day's."""

from typing import Any

import pytest
from tests.functions import answering
from tests.refusals.scene import Scene
from tests.refusals.table import Row, play, table

from poolhouse.errors import FunctionFailed, InvocationFailed
from poolhouse.ports import DAY

UNUSABLE = "InvalidLambdaResponseException: CustomMessage returned an unusable response: "
LACKING = UNUSABLE + "a message lacks the code or the user name."
UNRECOGNIZABLE = "InvalidLambdaResponseException: Unrecognizable lambda output"
DAILY = (
    "Exceeded daily email limit for the operation or the account. If a higher limit is required, please "
    "configure your user pool to use your own Amazon SES configuration for sending email."
)
OWN = {
    "EmailConfiguration": {
        "EmailSendingAccount": "DEVELOPER",
        "SourceArn": "arn:aws:ses:us-east-1:000000000000:identity/orchard.test",
    }
}
SMS = {"AutoVerifiedAttributes": ["phone_number"]}
FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:CustomMessage"
KEY = "arn:aws:kms:us-east-1:000000000000:key/1234abcd-12ab-34cd-56ef-1234567890ab"


async def worded(s: Scene, **response: Any) -> None:
    """The pool's function answers this from now on."""
    s.world.functions["CustomMessage"] = answering(**response)
    if "config" in s.got:
        return
    found = (await s.admin("DescribeUserPool"))["UserPool"]
    kept = ("AutoVerifiedAttributes", "EmailConfiguration", "VerificationMessageTemplate")
    s.got["config"] = {member: found[member] for member in kept if member in found}
    await s.admin("UpdateUserPool", LambdaConfig={"CustomMessage": FUNCTION}, **s.got["config"])


async def sign_up(s: Scene, name: str = "eve", **response: Any) -> Any:
    """Somebody signs up while the function answers this."""
    s.world.functions["CustomMessage"] = answering(**response)
    return await s.signed_up(name, phone_number="+12065550100")


async def invite(s: Scene, name: str = "kim", **response: Any) -> Any:
    s.world.functions["CustomMessage"] = answering(**response)
    return await s.admin(
        "AdminCreateUser",
        Username=name,
        DesiredDeliveryMediums=["EMAIL"],
        UserAttributes=[{"Name": "email", "Value": f"{name}@example.com"}],
    )


def failing(error: Exception) -> Any:
    def function(event: Any) -> Any:
        raise error

    return function


async def forgot(s: Scene, function: Any) -> Any:
    s.world.functions["CustomMessage"] = function
    return await s.public("ForgotPassword", Username="ada")


CALLED: dict[str, Any] = {"arrange": worded, "pool": OWN}

WORDS = (
    Row(
        "a mail without the code",
        LACKING,
        lambda s: sign_up(s, emailMessage="Welcome!"),
        lambda s: sign_up(s, emailMessage="Welcome! {####}"),
        **CALLED,
    ),
    Row(
        "an empty mail",
        LACKING,
        lambda s: sign_up(s, emailMessage=""),
        lambda s: sign_up(s, emailMessage=None),
        **CALLED,
    ),
    Row(
        "a text message without the code",
        LACKING,
        lambda s: sign_up(s, smsMessage="Welcome!"),
        lambda s: sign_up(s, smsMessage="{####}"),
        arrange=worded,
        pool=SMS,
    ),
    Row(
        "a link in a mail that confirms by a code",
        LACKING,
        lambda s: sign_up(s, emailMessage="{##Click Here##}"),
        lambda s: sign_up(s, emailMessage="{##Click Here##} {####}"),
        **CALLED,
    ),
    Row(
        "a link without words, where the mail confirms by a link",
        LACKING,
        lambda s: sign_up(s, emailMessage="{## ##"),
        lambda s: sign_up(s, emailMessage="{##Click Here##}"),
        arrange=worded,
        pool=OWN | {"VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_LINK"}},
    ),
    Row(
        "an invitation without the user name",
        LACKING,
        lambda s: invite(s, emailMessage="{####}"),
        lambda s: invite(s, emailMessage="{####} {username}"),
        **CALLED,
    ),
    Row(
        "an invitation without the password",
        LACKING,
        lambda s: invite(s, emailMessage="{username}"),
        lambda s: invite(s, emailMessage="{username} {####}"),
        **CALLED,
    ),
    Row(
        "a mail of 20,001 characters",
        UNUSABLE + "emailMessage is longer than 20000 characters.",
        lambda s: sign_up(s, emailMessage="{####}" + "x" * 19_995),
        lambda s: sign_up(s, emailMessage="{####}" + "x" * 19_994),
        **CALLED,
    ),
    Row(
        "a subject of 141 characters",
        UNUSABLE + "emailSubject is longer than 140 characters.",
        lambda s: sign_up(s, emailSubject="x" * 141),
        lambda s: sign_up(s, emailSubject="x" * 140),
        **CALLED,
    ),
    Row(
        "a text message of 141 characters",
        UNUSABLE + "smsMessage is longer than 140 characters.",
        lambda s: sign_up(s, smsMessage="{####}" + "x" * 135),
        lambda s: sign_up(s, smsMessage="{####}" + "x" * 134),
        arrange=worded,
        pool=SMS,
    ),
    Row(
        "a function's mail from Cognito's own sender",
        UNUSABLE + "emailMessage and emailSubject need the EmailSendingAccount DEVELOPER.",
        lambda s: sign_up(s, emailMessage="{####}"),
        lambda s: sign_up(s, smsMessage="{####}"),
        arrange=worded,
    ),
    Row(
        "a function's subject from Cognito's own sender",
        UNUSABLE + "emailMessage and emailSubject need the EmailSendingAccount DEVELOPER.",
        lambda s: sign_up(s, emailSubject="Hello"),
        lambda s: sign_up(s),
        arrange=worded,
    ),
    Row(
        "a message that is no text",
        UNRECOGNIZABLE,
        lambda s: sign_up(s, emailMessage=["{####}"]),
        lambda s: sign_up(s, emailMessage="{####}"),
        **CALLED,
    ),
    Row(
        "a function that raises",
        "UserLambdaValidationException: CustomMessage failed with error no.",
        lambda s: forgot(s, failing(FunctionFailed("Error", "no"))),
        lambda s: forgot(s, answering()),
        **CALLED,
    ),
    Row(
        "a function that cannot be called",
        "UnexpectedLambdaException: CustomMessage invocation failed due to error AccessDeniedException.",
        lambda s: forgot(s, failing(InvocationFailed("AccessDeniedException"))),
        lambda s: forgot(s, answering()),
        **CALLED,
    ),
    Row(
        "an answer that is no JSON",
        "InvalidLambdaResponseException: Invalid lambda function output : Invalid JSON",
        lambda s: forgot(s, lambda event: b"<html>"),
        lambda s: forgot(s, answering()),
        **CALLED,
    ),
)


async def pool(s: Scene, **settings: Any) -> Any:
    s.world.functions["CustomMessage"] = answering()
    return await s.call("CreateUserPool", PoolName="another", **settings)


def sender(**more: Any) -> dict[str, Any]:
    return {"CustomEmailSender": {"LambdaVersion": "V1_0", "LambdaArn": FUNCTION}} | more


SETTINGS = (
    Row(
        "a custom sender without a key",
        "InvalidParameterException: CustomEmailSender needs a KMSKeyID.",
        lambda s: pool(s, LambdaConfig=sender()),
        lambda s: pool(s, LambdaConfig=sender(KMSKeyID=KEY)),
    ),
    Row(
        "a Region that would be another host",
        "InvalidParameterException: SmsConfiguration.SnsRegion must be a Region, such as eu-north-1.",
        lambda s: pool(s, SmsConfiguration={"SnsCallerArn": FUNCTION, "SnsRegion": "evil.example/"}),
        lambda s: pool(s, SmsConfiguration={"SnsCallerArn": FUNCTION, "SnsRegion": "eu-north-1"}),
    ),
    Row(
        "two texts for one mail",
        "InvalidParameterException: EmailVerificationMessage and VerificationMessageTemplate.EmailMessage "
        "are the same setting: give one of them, or the same text in both.",
        lambda s: pool(
            s, EmailVerificationMessage="A {####}", VerificationMessageTemplate={"EmailMessage": "B {####}"}
        ),
        lambda s: pool(
            s, EmailVerificationMessage="A {####}", VerificationMessageTemplate={"EmailMessage": "A {####}"}
        ),
    ),
)


async def one_mail_a_day(s: Scene) -> None:
    await s.with_settings(daily_emails=1)
    await s.signed_up("mia")


async def tomorrow(s: Scene, again: Any) -> Any:
    await s.later(DAY)
    return await again


LIMITS = (
    Row(
        "a code to sign up with, beyond the mail of the day",
        "LimitExceededException: " + DAILY,
        lambda s: s.signed_up("eve"),
        lambda s: tomorrow(s, s.public("ResendConfirmationCode", Username="eve")),
        arrange=one_mail_a_day,
        # The user stays, unconfirmed, as at Cognito.
        changes=frozenset({"users", "aliases", "user_search", "credentials", "counters", "password_history"}),
    ),
    Row(
        "a lost password beyond the mail of the day",
        "LimitExceededException: " + DAILY,
        lambda s: s.public("ForgotPassword", Username="ada"),
        lambda s: tomorrow(s, s.public("ForgotPassword", Username="ada")),
        arrange=one_mail_a_day,
    ),
    Row(
        "an invitation beyond the mail of the day",
        "TooManyRequestsException: " + DAILY,
        lambda s: invite(s),
        lambda s: tomorrow(s, invite(s)),
        arrange=one_mail_a_day,
    ),
    Row(
        "a lost password of nobody, beyond the mail of the day",
        "LimitExceededException: " + DAILY,
        lambda s: s.public("ForgotPassword", Username="nobody"),
        lambda s: tomorrow(s, s.public("ForgotPassword", Username="nobody")),
        arrange=one_mail_a_day,
        client={"PreventUserExistenceErrors": "ENABLED"},
    ),
)


@table(WORDS, SETTINGS, LIMITS)
async def test_a_message_is_refused(row: Row, scene: Scene, count: Any) -> None:
    await play(row, scene, count)


@pytest.mark.parametrize("account", ["COGNITO_DEFAULT", "DEVELOPER"])
async def test_the_limit_of_the_day_is_not_for_pools_with_a_service_of_their_own(
    scene: Scene, account: str
) -> None:
    await scene.set_up(OWN if account == "DEVELOPER" else {}, {}, {})
    await scene.with_settings(daily_emails=1)
    sent = 0
    for name in ("eve", "mia", "kim"):
        try:
            await scene.signed_up(name)
            sent += 1
        except Exception as error:  # noqa: BLE001 - which one it is, the rows say
            scene.got["error"] = error

    assert sent == (3 if account == "DEVELOPER" else 1)
