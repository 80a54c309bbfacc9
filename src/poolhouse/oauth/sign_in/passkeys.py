"""A passkey as the first factor, once it is known who signs in (UI guide, 7.5)."""

from typing import Any

from poolhouse.auth import engine
from poolhouse.errors import IncorrectLogin, InvalidPasskey
from poolhouse.http.parameters import Parameters
from poolhouse.oauth.pages import says
from poolhouse.oauth.pages.parts import Passkey, View
from poolhouse.oauth.pages.views import UsePasskey
from poolhouse.oauth.sign_in.steps import Step
from poolhouse.oauth.sign_in.trouble import Trouble
from poolhouse.oauth.sign_in.turn import Turn, refused


async def view(turn: Turn, step: Step, typed: Parameters) -> View:
    passkey = Passkey(step.shown["CREDENTIAL_REQUEST_OPTIONS"])
    return UsePasskey(username=step.username, passkey=passkey, another=len(step.ways) > 1)


async def answered(turn: Turn, step: Step, typed: Parameters) -> dict[str, Any]:
    """Raises `Trouble` where the browser brought none, or another's."""
    credential = typed.get("credential", "")
    if not credential:
        raise Trouble(alert=says.NO_PASSKEY_USED)
    answer = {"USERNAME": step.username, "CREDENTIAL": credential}
    try:
        return await engine.respond(turn.ctx("RespondToAuthChallenge"), step.name, step.session, answer)
    except (IncorrectLogin, InvalidPasskey) as error:
        refused(turn, error)
        raise Trouble(alert=says.NO_PASSKEY_USED) from None
