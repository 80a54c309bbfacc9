"""From answer to question: what a post of the sign-in pages leads to."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from msgspec.structs import replace

from poolhouse.auth import engine
from poolhouse.auth.completion import Authenticated
from poolhouse.errors import ApiError, PasswordResetRequired, UserNotConfirmed
from poolhouse.http import parameters
from poolhouse.http.parameters import Parameters
from poolhouse.http.response import Response
from poolhouse.oauth import activity, faces, finish, pool_rules, tongues
from poolhouse.oauth.pages import says
from poolhouse.oauth.pages.parts import Alert, View
from poolhouse.oauth.sign_in import (
    choices,
    codes,
    entrance,
    passkeys,
    passwords,
    remembered,
    set_ups,
    steps,
    trouble,
)
from poolhouse.oauth.sign_in.steps import Step
from poolhouse.oauth.sign_in.trouble import Trouble
from poolhouse.oauth.sign_in.turn import Turn, refused
from poolhouse.trail.activity import SIGN_IN

_FIRST, _SECOND = "/login", "/mfa"

Shows = Callable[[Turn, Step, Parameters], Awaitable[View]]
Takes = Callable[[Turn, Step, Parameters], Awaitable[dict[str, Any] | Step]]

# The page of each step, what takes its answer, and where its form goes. A step that is not here is none
# that pages can ask: custom challenges are for apps (2.6), and a browser that is a device is not asked.
_PAGES: Mapping[str, tuple[Shows, Takes, str]] = {
    "SELECT_CHALLENGE": (choices.first_view, choices.first_taken, _FIRST),
    "PASSWORD": (passwords.view, passwords.answered, _FIRST),
    "WEB_AUTHN": (passkeys.view, passkeys.answered, _FIRST),
    "EMAIL_OTP": (codes.sent_view, codes.answered, _FIRST),
    "SMS_OTP": (codes.sent_view, codes.answered, _FIRST),
    "NEW_PASSWORD_REQUIRED": (passwords.new_view, passwords.new_answered, _FIRST),
    "SELECT_MFA_TYPE": (choices.second_view, choices.second_taken, _SECOND),
    "SOFTWARE_TOKEN_MFA": (codes.app_view, codes.answered, _SECOND),
    "SMS_MFA": (codes.sent_view, codes.answered, _SECOND),
    "EMAIL_MFA": (codes.sent_view, codes.answered, _SECOND),
    set_ups.CHALLENGE: (set_ups.choice_view, set_ups.chosen, _SECOND),
    set_ups.TOTP_PAGE: (set_ups.app_view, set_ups.app_set_up, _SECOND),
    set_ups.EMAIL_PAGE: (set_ups.email_view, set_ups.email_set_up, _SECOND),
}


async def begun(turn: Turn, username: str, result: Mapping[str, Any]) -> Response:
    """What follows the first answer."""
    return await _onward(turn, username, result)


async def answered(turn: Turn, typed: Parameters) -> Response:
    """The post of a page of a challenge."""
    try:
        step = steps.opened(turn, typed[steps.FIELD])
    except ApiError as error:
        return await _refused(turn, None, error, typed)
    try:
        return await _taken(turn, step, typed)
    except Trouble as wrong:
        return await _wrong(turn, step, wrong, typed)
    except ApiError as error:
        return await _refused(turn, step, error, typed)


async def _taken(turn: Turn, step: Step, typed: Parameters) -> Response:
    ctx = turn.ctx("RespondToAuthChallenge")
    if tongues.changed(typed):
        return await _shown(turn, step, typed)
    if "another" in typed:
        return await _onward(
            turn, step.username, await engine.ask_again(ctx, step.session, choice=True), step
        )
    if "resend" in typed:
        result = await engine.ask_again(ctx, step.session)
        return await _onward(turn, step.username, result, step, says.NEW_CODE_SENT)
    _, takes, _ = _PAGES[step.name]
    found = await takes(turn, step, typed)
    if isinstance(found, Step):
        return await _shown(turn, found)
    if "Authenticated" in found:
        return await _finished(turn, step.username, found["Authenticated"], wished="remember" in typed)
    return await _onward(turn, step.username, found, step)


async def _onward(
    turn: Turn,
    username: str,
    result: Mapping[str, Any],
    before: Step | None = None,
    alert: Alert | None = None,
) -> Response:
    """The next page, or the app. Where there is but one way to go on, it is gone at once."""
    if "Authenticated" in result:
        return await _finished(turn, username, result["Authenticated"])
    if result["ChallengeName"] == "DEVICE_SRP_AUTH":
        return await _onward(turn, username, await remembered.shown(turn, result), before)
    step = steps.of(turn, username, result, before)
    if len(step.ways) == 1 and step.name == "SELECT_CHALLENGE":
        return await _onward(turn, username, await choices.take(turn, step, step.ways[0]))
    if len(step.ways) == 1 and step.name == set_ups.CHALLENGE:
        step = await set_ups.begun(turn, step, step.ways[0])
    return await _shown(turn, step, alert=alert)


async def _finished(turn: Turn, username: str, who: Authenticated, *, wished: bool = False) -> Response:
    """Back to the app. `wished`: this browser is to be remembered."""
    device = await remembered.after(turn, username, who, wished=wished)
    answer = await finish.finished(turn.visit, turn.authorization, turn.client, who)
    activity.succeeded(turn.visit, turn.client, SIGN_IN)
    return Response(answer.status, (*answer.headers, *device), answer.body)


async def _wrong(turn: Turn, step: Step, wrong: Trouble, typed: Parameters) -> Response:
    if wrong.over:
        return await entrance.started_again(turn, step.username, wrong)
    if "code" in wrong.errors:
        step = steps.changed(step, wrong=step.wrong + 1)
    return await _shown(turn, step, typed, alert=wrong.alert, wrong=wrong)


async def _refused(turn: Turn, step: Step | None, error: ApiError, typed: Parameters) -> Response:
    refused(turn, error)
    if isinstance(error, UserNotConfirmed | PasswordResetRequired):
        return await entrance.elsewhere(turn, step.username if step else "", error)
    wrong = trouble.told(error, pool_rules.identity(turn.visit.pool), step.wrong if step else 0)
    if step is None or (isinstance(error, trouble.WRONG_PROOF) and step.name != "PASSWORD"):
        return await entrance.started_again(turn, step.username if step else "", wrong)
    return await _wrong(turn, step, wrong, typed)


async def _shown(
    turn: Turn,
    step: Step,
    typed: Parameters = parameters.NONE,
    *,
    alert: Alert | None = None,
    wrong: Trouble | None = None,
) -> Response:
    shows, _, path = _PAGES[step.name]
    view = replace(await shows(turn, step, typed), alert=alert, errors=wrong.errors if wrong else {})
    return await faces.shown(
        turn.visit,
        view,
        client=turn.client,
        authorization=turn.authorization,
        status=wrong.status if wrong else 200,
        path=path,
        hidden=((steps.FIELD, steps.sealed(turn, step)),),
    )
