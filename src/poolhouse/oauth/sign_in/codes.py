"""Codes: of messages (EMAIL_OTP, SMS_OTP, SMS_MFA, EMAIL_MFA) and of an authenticator app (7.6, 7.7)."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from poolhouse.auth import browsers, engine, one_time_codes
from poolhouse.auth.table import CHALLENGE_NAMES
from poolhouse.http.parameters import Parameters
from poolhouse.oauth import tongues
from poolhouse.oauth.pages import says
from poolhouse.oauth.pages.parts import View
from poolhouse.oauth.pages.views import AppCode, Code
from poolhouse.oauth.sign_in import trouble
from poolhouse.oauth.sign_in.steps import Step
from poolhouse.oauth.sign_in.turn import Turn
from poolhouse.ports import MINUTE

_MEMBERS: Mapping[str, str] = {
    "EMAIL_OTP": "EMAIL_OTP_CODE",
    "EMAIL_MFA": "EMAIL_OTP_CODE",
    "SMS_OTP": "SMS_OTP_CODE",
    "SMS_MFA": "SMS_MFA_CODE",
    "SOFTWARE_TOKEN_MFA": "SOFTWARE_TOKEN_MFA_CODE",
}
_MOST_KEPT = 20  # characters
_FIRST_FACTORS = frozenset({"EMAIL_OTP", "SMS_OTP"})


async def app_view(turn: Turn, step: Step, typed: Parameters) -> View:
    remember = browsers.asks_user(turn.ctx("RespondToAuthChallenge"))
    return AppCode(
        code=kept(typed), remember=remember, ticked="remember" in typed, another=len(step.ways) > 1
    )


async def sent_view(turn: Turn, step: Step, typed: Parameters) -> View:
    first = step.name in _FIRST_FACTORS
    return Code(
        medium="email" if step.shown["CODE_DELIVERY_DELIVERY_MEDIUM"] == "EMAIL" else "phone",
        sent_to=step.shown["CODE_DELIVERY_DESTINATION"],
        digits=one_time_codes.FIRST_FACTOR_DIGITS if first else one_time_codes.MFA_DIGITS,
        minutes=turn.client.session_validity // MINUTE,
        code=kept(typed),
        ticked="remember" in typed,
        remember=not first and browsers.asks_user(turn.ctx("RespondToAuthChallenge")),
        another=len(step.ways) > 1,
    )


def kept(typed: Parameters) -> str:
    """What stands in the field when the page changes its language; a wrong code is typed anew."""
    return typed.get("code", "")[:_MOST_KEPT] if tongues.changed(typed) else ""


async def answered(turn: Turn, step: Step, typed: Parameters) -> dict[str, Any]:
    answer = {"USERNAME": step.username, _MEMBERS[step.name]: code_of(typed)}
    ctx = turn.ctx("RespondToAuthChallenge")
    return await engine.respond(ctx, CHALLENGE_NAMES.get(step.name, step.name), step.session, answer)


def code_of(typed: Parameters) -> str:
    """As it was meant: without the spaces and hyphens that a person or a paste put between the digits, and
    with digits of full width as those of ASCII. Raises `Trouble` where there is none.
    """
    plain = unicodedata.normalize("NFKC", typed.get("code", ""))
    code = "".join(plain.split()).replace("-", "")
    if not code:
        raise trouble.at("code", says.missing("code"))
    return code
