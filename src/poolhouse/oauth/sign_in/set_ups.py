"""MFA_SETUP: an authenticator app, or an address for codes (UI guide, 7.8).

The page is a choice where there are several ways, and else the only one at once. Which one it is stands in
the name of the step: TOTP_SETUP and EMAIL_SETUP are pages of the one challenge.
"""

from typing import Any
from urllib.parse import quote, urlencode

from poolhouse.auth import engine, set_up
from poolhouse.directory import factors
from poolhouse.directory.attributes import is_email
from poolhouse.errors import MfaMethodNotFound
from poolhouse.http.parameters import Parameters
from poolhouse.oauth.pages import says
from poolhouse.oauth.pages.parts import View, Way
from poolhouse.oauth.pages.views import EmailSetup, MfaChoice, TotpSetup
from poolhouse.oauth.sign_in import codes, steps, trouble
from poolhouse.oauth.sign_in.steps import Step
from poolhouse.oauth.sign_in.turn import Turn

CHALLENGE, TOTP_PAGE, EMAIL_PAGE = "MFA_SETUP", "TOTP_SETUP", "EMAIL_SETUP"


async def choice_view(turn: Turn, step: Step, typed: Parameters) -> View:
    return MfaChoice(
        ways=tuple(Way(factor) for factor in step.ways), chosen=typed.get("answer", ""), setup=True
    )


async def chosen(turn: Turn, step: Step, typed: Parameters) -> Step:
    return await begun(turn, step, typed.get("answer", ""))


async def begun(turn: Turn, step: Step, factor: str) -> Step:
    """The page on which this factor is set up. Raises `MfaMethodNotFound` for what was not offered."""
    if factor not in step.ways:
        raise MfaMethodNotFound(name=factor[:64])
    if factor == factors.EMAIL:
        return steps.changed(step, name=EMAIL_PAGE)
    token, session = await set_up.associate(turn.ctx("AssociateSoftwareToken"), step.session)
    return steps.changed(step, name=TOTP_PAGE, session=session, shown={"secret": token.text})


async def app_view(turn: Turn, step: Step, typed: Parameters) -> View:
    """A wrong code keeps the secret: it may be in the app already."""
    secret = step.shown["secret"]
    uri = _uri(turn.client.name, step.username, secret)
    return TotpSetup(secret=secret, uri=uri, code=codes.kept(typed), another=len(step.ways) > 1)


def _uri(app: str, name: str, secret: str) -> str:
    """Key URI format, as authenticator apps read it: issuer and label are the app and who signs in."""
    asked = urlencode({"secret": secret, "issuer": app}, quote_via=quote)
    return f"otpauth://totp/{quote(app, safe='')}:{quote(name, safe='')}?{asked}"


async def app_set_up(turn: Turn, step: Step, typed: Parameters) -> dict[str, Any]:
    session = await set_up.verify(turn.ctx("VerifySoftwareToken"), step.session, codes.code_of(typed))
    return await _answered(turn, session, {"USERNAME": step.username})


async def email_view(turn: Turn, step: Step, typed: Parameters) -> View:
    return EmailSetup(email=typed.get("email", ""), another=len(step.ways) > 1)


async def email_set_up(turn: Turn, step: Step, typed: Parameters) -> dict[str, Any]:
    email = typed.get("email", "").strip()
    if not email:
        raise trouble.at("email", says.missing("email"))
    if not is_email(email):
        raise trouble.at("email", says.BAD_EMAIL)
    return await _answered(turn, step.session, {"USERNAME": step.username, "EMAIL": email})


async def _answered(turn: Turn, session: str, answer: dict[str, str]) -> dict[str, Any]:
    return await engine.respond(turn.ctx("RespondToAuthChallenge"), CHALLENGE, session, answer)
