"""CustomMessage: a function words a message (behaviour file, 5.2).

It is called before the transaction that makes the code, and sees the places that code and name will fill,
never the code. What it answers is checked at once: a message that could not be delivered (gotcha 44) is
refused before anything is written.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from poolhouse.context import Ctx
from poolhouse.directory.users import User
from poolhouse.errors import CustomMessageUnusable
from poolhouse.triggers import call, custom_sender

KIND = "CustomMessage"
ADMIN_CREATE_USER = "AdminCreateUser"

CODE = "{####}"
USERNAME = "{username}"
LINK = "{##Click Here##}"

_CODE = re.compile(re.escape(CODE))
_CODE_OR_LINK = re.compile(rf"{re.escape(CODE)}|\{{##[^{{}}]+##\}}")
_USERNAME = re.compile(re.escape(USERNAME))

_LONGEST: Mapping[str, int] = {"smsMessage": 140, "emailMessage": 20_000, "emailSubject": 140}  # characters
_EMAIL_MEMBERS = ("emailMessage", "emailSubject")
_TEXT_OF: Mapping[str, str] = {"EMAIL": "emailMessage", "SMS": "smsMessage"}

# Whose ClientMetadata reaches the function (5.2).
_METADATA_OF = frozenset(
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


class Wording(Struct, frozen=True):
    """The function's texts, with their places; empty where the pool's own are to be used."""

    sms: str = ""
    email: str = ""
    subject: str = ""


USUAL = Wording()
_NOTHING: Mapping[str, None] = dict.fromkeys(_LONGEST)

Texts = Mapping[str, str | None]


def is_called(ctx: Ctx, mediums: Collection[str]) -> bool:
    """Has the pool a function that words messages of one of these mediums? What a custom sender sends,
    it does not word."""
    return KIND in ctx.pool.triggers and any(not custom_sender.sends(ctx.pool, medium) for medium in mediums)


async def ask(
    ctx: Ctx,
    user: User,
    source: str,
    mediums: Collection[str],
    *,
    by_link: bool = False,
    has_code: bool = True,
) -> Wording:
    """Let the function word a message to the user. Not to be called in a transaction.

    source    why it is sent: `SignUp`, `ResendCode`, ... the second half of `triggerSource`
    mediums   by which it goes: EMAIL, SMS
    by_link   the e-mail confirms by a link, so that it may have a link in place of the code
    has_code  False for the invitation of a user without a password

    Raises what `call.fire` raises, and `CustomMessageUnusable`.
    """
    if not is_called(ctx, mediums):
        return USUAL
    found = await call.fire(ctx, KIND, source, user.username, _request(ctx, user, source), _NOTHING)
    answer = call.read(found or {}, _Answer)
    texts = {
        "smsMessage": answer.sms_message,
        "emailMessage": answer.email_message,
        "emailSubject": answer.email_subject,
    }
    _check_lengths(texts)
    _check_sending_account(ctx, texts)
    for medium in mediums:
        _check_places(texts[_TEXT_OF[medium]], _needed(source, by_link and medium == "EMAIL", has_code))
    return Wording(answer.sms_message or "", answer.email_message or "", answer.email_subject or "")


class _Answer(msgspec.Struct, frozen=True, rename="camel"):
    """What the function answers; None leaves the pool's own text."""

    sms_message: str | None = None
    email_message: str | None = None
    email_subject: str | None = None


def _request(ctx: Ctx, user: User, source: str) -> dict[str, Any]:
    return {
        "userAttributes": call.attributes(user, ctx),
        "codeParameter": CODE,
        "linkParameter": LINK,
        "usernameParameter": USERNAME if source == ADMIN_CREATE_USER else None,
        **call.metadata(ctx, _METADATA_OF),
    }


def _check_lengths(texts: Texts) -> None:
    for member, longest in _LONGEST.items():
        if len(texts[member] or "") > longest:
            raise CustomMessageUnusable(reason=f"{member} is longer than {longest} characters")


def _check_sending_account(ctx: Ctx, texts: Texts) -> None:
    sending = ctx.pool.config.get("EmailConfiguration", {}).get("EmailSendingAccount", "COGNITO_DEFAULT")
    if sending != "DEVELOPER" and any(texts[member] is not None for member in _EMAIL_MEMBERS):
        raise CustomMessageUnusable(
            reason="emailMessage and emailSubject need the EmailSendingAccount DEVELOPER"
        )


def _needed(source: str, by_link: bool, has_code: bool) -> list[re.Pattern[str]]:
    """The places that a text must have, so that it can be delivered."""
    code = [_CODE_OR_LINK if by_link else _CODE] if has_code else []
    return [*code, *([_USERNAME] if source == ADMIN_CREATE_USER else [])]


def _check_places(text: str | None, needed: list[re.Pattern[str]]) -> None:
    """Without its places, a message would not be delivered (gotcha 44); that this is told at once is [K]."""
    if text is not None and not all(place.search(text) for place in needed):
        raise CustomMessageUnusable(reason="a message lacks the code or the user name")
