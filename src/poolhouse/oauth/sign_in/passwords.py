"""The password alone (UI guide, 7.4), and a new one in place of a temporary one (7.13)."""

from typing import Any

import msgspec

from poolhouse.auth import engine
from poolhouse.directory.attributes import is_email, is_phone
from poolhouse.http.parameters import Parameters
from poolhouse.oauth import pool_rules, tongues
from poolhouse.oauth.pages import says
from poolhouse.oauth.pages.parts import Attribute, View
from poolhouse.oauth.pages.views import NewPassword, Password
from poolhouse.oauth.pages.words import Said
from poolhouse.oauth.sign_in import trouble
from poolhouse.oauth.sign_in.steps import Step
from poolhouse.oauth.sign_in.trouble import Trouble
from poolhouse.oauth.sign_in.turn import Turn

_PREFIX = "userAttributes."
_FORMS = {"email": (is_email, says.BAD_EMAIL), "phone_number": (is_phone, says.BAD_PHONE)}


async def view(turn: Turn, step: Step, typed: Parameters) -> View:
    return Password(username=step.username, another=len(step.ways) > 1)


async def answered(turn: Turn, step: Step, typed: Parameters) -> dict[str, Any]:
    password = typed.get("password", "")
    if not password:
        raise trouble.at("password", says.missing("password"))
    answer = {"USERNAME": step.username, "PASSWORD": password}
    return await engine.respond(turn.ctx("RespondToAuthChallenge"), step.name, step.session, answer)


async def new_view(turn: Turn, step: Step, typed: Parameters) -> View:
    tried = None if tongues.changed(typed) else typed.get("password")
    return NewPassword(
        username=step.username,
        rules=pool_rules.password_rules(turn.visit.pool.password_policy, tried),
        attributes=tuple(Attribute(name, typed.get(_field(name), "")) for name in _missing(step)),
    )


async def new_answered(turn: Turn, step: Step, typed: Parameters) -> dict[str, Any]:
    """Raises `Trouble` with all that is wrong at once, and what the engine refuses."""
    password = typed.get("password", "")
    given = {name: typed.get(_field(name), "").strip() for name in _missing(step)}
    wrong = {_field(name): said for name, value in given.items() if (said := _attribute_wrong(name, value))}
    if said := _password_wrong(turn, password, others_wrong=bool(wrong)):
        wrong = {"password": said, **wrong}
    if wrong:
        raise Trouble(wrong)
    answer = {"USERNAME": step.username, "NEW_PASSWORD": password}
    answer |= {_PREFIX + name: value for name, value in given.items()}
    return await engine.respond(turn.ctx("RespondToAuthChallenge"), step.name, step.session, answer)


def _password_wrong(turn: Turn, password: str, *, others_wrong: bool) -> tuple[Said, ...]:
    """It is not sent back, so where another field was wrong it has to be typed again."""
    if not password:
        return (says.missing("new_password"),)
    broken = pool_rules.broken(turn.visit.pool.password_policy, password)
    return broken or ((says.PASSWORD_AGAIN,) if others_wrong else ())


def _attribute_wrong(name: str, value: str) -> tuple[Said, ...]:
    if not value:
        return (says.missing_attribute(name),)
    has_form, said = _FORMS.get(name, (None, None))
    return (said,) if has_form and said and not has_form(value) else ()


def _missing(step: Step) -> tuple[str, ...]:
    """The attributes that the pool requires and the user lacks, in its order."""
    names = msgspec.json.decode(step.shown["requiredAttributes"], type=tuple[str, ...])
    return tuple(name.removeprefix(_PREFIX) for name in names)


def _field(name: str) -> str:
    return Attribute(name).field
