"""CustomMessage: a function words a message (behaviour file, 5.2).

It is called before the transaction that makes the code, and sees the places that code and name will fill,
never the code. What it answers is checked at once: a message that could not be delivered (gotcha 44) is
refused before anything is written.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from poolhouse.context import Ctx
from poolhouse.directory.users import User
from poolhouse.errors import CustomMessageUnusable, UnrecognizableLambdaOutput
from poolhouse.triggers import call, custom_sender

KIND = "CustomMessage"
ADMIN_CREATE_USER = "AdminCreateUser"

CODE = "{####}"
USERNAME = "{username}"
LINK = "{##Click Here##}"
LINK_BEGINS, LINK_ENDS = "{##", "##}"

_LONGEST: Mapping[str, int] = {"smsMessage": 140, "emailMessage": 20_000, "emailSubject": 140}  # characters
_EMAIL_MEMBERS = ("emailMessage", "emailSubject")
_TEXT_OF: Mapping[str, str] = {"EMAIL": "emailMessage", "SMS": "smsMessage"}

# Whose ClientMetadata reaches the function (5.2).
_WITH_METADATA = frozenset(
    {
        "AdminResetUserPassword",
        "AdminRespondToAuthChallenge",
        "AdminUpdateUserAttributes",
        "ForgotPassword",
        "GetUserAttributeVerificationCode",
        "ResendConfirmationCode",
        "SignUp",
        "UpdateUserAttributes",
    }
)


@dataclass(frozen=True, slots=True)
class Wording:
    """The function's texts, with their places; empty where the pool's own are to be used."""

    sms: str = ""
    email: str = ""
    subject: str = ""


USUAL = Wording()


def is_called(ctx: Ctx, mediums: Collection[str]) -> bool:
    """Has the pool a function that words messages of one of these mediums? What a custom sender sends,
    it does not word."""
    return KIND in ctx.pool.triggers and any(not custom_sender.sends(ctx.pool, medium) for medium in mediums)


async def ask(
    ctx: Ctx, user: User, source: str, mediums: Collection[str], *, by_link: bool = False
) -> Wording:
    """Let the function word a message to the user. Not to be called in a transaction.

    source   why it is sent: `SignUp`, `ResendCode`, ... the second half of `triggerSource`
    mediums  by which it goes: EMAIL, SMS
    by_link  the e-mail confirms by a link, so that it may have a link in place of the code

    Raises what `call.fire` raises, and `CustomMessageUnusable`.
    """
    if not is_called(ctx, mediums):
        return USUAL
    found = await call.fire(ctx, KIND, source, user.username, _request(ctx, user, source), _NOTHING)
    answer = _texts(found or {})
    _check_lengths(answer)
    _check_sending_account(ctx, answer)
    for medium in mediums:
        member = _TEXT_OF[medium]
        if answer[member] is not None:
            _check_places(answer[member], member, source, by_link=by_link and medium == "EMAIL")
    return Wording(answer["smsMessage"] or "", answer["emailMessage"] or "", answer["emailSubject"] or "")


_NOTHING: Mapping[str, None] = dict.fromkeys(_LONGEST)


def _request(ctx: Ctx, user: User, source: str) -> dict[str, Any]:
    request: dict[str, Any] = {
        "userAttributes": call.attributes(user, ctx),
        "codeParameter": CODE,
        "linkParameter": LINK,
        "usernameParameter": USERNAME if source == ADMIN_CREATE_USER else None,
    }
    if ctx.metadata and ctx.operation in _WITH_METADATA:
        request["clientMetadata"] = dict(ctx.metadata)
    return request


def _texts(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Each member as a text, or None where the function leaves the pool's own."""
    texts = {member: answer.get(member) for member in _LONGEST}
    if any(text is not None and not isinstance(text, str) for text in texts.values()):
        raise UnrecognizableLambdaOutput
    return texts


def _check_lengths(texts: Mapping[str, Any]) -> None:
    for member, longest in _LONGEST.items():
        if len(texts[member] or "") > longest:
            raise CustomMessageUnusable(reason=f"{member} is longer than {longest} characters")


def _check_sending_account(ctx: Ctx, texts: Mapping[str, Any]) -> None:
    sending = ctx.pool.config.get("EmailConfiguration", {}).get("EmailSendingAccount", "COGNITO_DEFAULT")
    if sending != "DEVELOPER" and any(texts[member] is not None for member in _EMAIL_MEMBERS):
        raise CustomMessageUnusable(
            reason="emailMessage and emailSubject need the EmailSendingAccount DEVELOPER"
        )


def _check_places(text: str, member: str, source: str, *, by_link: bool) -> None:
    missing = [] if CODE in text or (by_link and _has_link(text)) else [CODE]
    if source == ADMIN_CREATE_USER and USERNAME not in text:
        missing.append(USERNAME)
    if missing:
        raise CustomMessageUnusable(reason=f"{member} does not contain {' and '.join(missing)}")


def _has_link(text: str) -> bool:
    _, begins, rest = text.partition(LINK_BEGINS)
    return bool(begins) and LINK_ENDS in rest[1:]
