"""Choices: of the first factor (7.3), and of the second, to use or to set up (7.9)."""

from typing import Any

from poolhouse.auth import engine
from poolhouse.delivery.masking import masked
from poolhouse.directory import factors
from poolhouse.directory.users import User
from poolhouse.http.parameters import Parameters
from poolhouse.oauth.pages.parts import View, Way
from poolhouse.oauth.pages.views import ChooseFactor, MfaChoice
from poolhouse.oauth.sign_in.steps import Step
from poolhouse.oauth.sign_in.turn import Turn

# First factors in the order of the page: what is quickest first.
_ORDER = ("WEB_AUTHN", "PASSWORD", "EMAIL_OTP", "SMS_OTP")
_ADDRESS_OF = {factors.EMAIL: "email", factors.SMS: "phone_number"}
_NOTHING = "NOTHING"  # is no factor, so the engine says that it cannot be chosen


async def first_view(turn: Turn, step: Step, typed: Parameters) -> View:
    return ChooseFactor(username=step.username, factors=tuple(way for way in _ORDER if way in step.ways))


async def first_taken(turn: Turn, step: Step, typed: Parameters) -> dict[str, Any]:
    return await take(turn, step, typed.get("challenge", ""))


async def second_view(turn: Turn, step: Step, typed: Parameters) -> View:
    """Whoever sees it has proven a first factor, so where codes go may be shown, masked."""
    user = await engine.user_at(turn.ctx("RespondToAuthChallenge"), step.session)
    ways = tuple(Way(factor, _sent_to(user, factor)) for factor in step.ways)
    return MfaChoice(ways=ways, chosen=typed.get("answer", ""))


def _sent_to(user: User, factor: str) -> str:
    name = _ADDRESS_OF.get(factor, "")
    address = user.attributes.get(name, "")
    return masked(name, address) if address else ""


async def second_taken(turn: Turn, step: Step, typed: Parameters) -> dict[str, Any]:
    return await take(turn, step, typed.get("answer", ""))


async def take(turn: Turn, step: Step, factor: str) -> dict[str, Any]:
    """Raises `ChoiceNotAvailable` or `MfaMethodNotFound` for what was not offered."""
    answer = {"USERNAME": step.username, "ANSWER": factor or _NOTHING}
    return await engine.respond(turn.ctx("RespondToAuthChallenge"), step.name, step.session, answer)
