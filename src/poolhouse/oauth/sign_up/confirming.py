"""/confirm and /resendcode: the code of a sign-up (behaviour file, 6.7; UI guide, 7.11)."""

from collections.abc import Mapping
from typing import Literal

from poolhouse.auth import auto_sign_in, confirmation, engine
from poolhouse.delivery import messages
from poolhouse.errors import AliasExists, ApiError, InvalidSession, LimitExceeded, SessionExpired
from poolhouse.http.parameters import Parameters
from poolhouse.http.response import Response
from poolhouse.oauth import (
    activity,
    answers,
    browser,
    carried,
    faces,
    forms,
    pool_rules,
    tongues,
    twice,
    typed,
)
from poolhouse.oauth.pages import says
from poolhouse.oauth.pages.face import Hidden
from poolhouse.oauth.pages.parts import Alert, Medium
from poolhouse.oauth.pages.views import Confirm, Done
from poolhouse.oauth.pages.words import Said
from poolhouse.oauth.sign_in import codes, entrance, flow, trouble, turn
from poolhouse.oauth.sign_in.trouble import Trouble
from poolhouse.oauth.sign_in.turn import Turn
from poolhouse.oauth.sign_up import waiting
from poolhouse.oauth.sign_up.waiting import Waiting
from poolhouse.oauth.visit import Visit
from poolhouse.trail.activity import SIGN_IN

_GONE = Trouble(alert=says.STARTED_AGAIN, over=True)
_NO_ERRORS: Mapping[str, tuple[Said, ...]] = {}
_DONE: Literal["confirmed"] = "confirmed"
_MOST_SHOWN = 20  # characters of a wrong code


async def page(visit: Visit) -> Response:
    """Reached from /signup, or from a sign-in; whoever comes by any other way begins there."""
    now = await turn.of(visit)
    try:
        told = carried.opened(now, waiting.KIND, visit.cookie(waiting.KIND), Waiting)
    except (InvalidSession, SessionExpired):
        return answers.redirect(visit.url(entrance.PATH, now.authorization.query))
    return await _shown(now, told, alert=says.TOO_MANY_CODES if told.many else None)


async def post(visit: Visit) -> Response:
    """Raises `FormOutOfDate`, `OptionNotAvailable`, and what the checks of the query raise."""
    now, form = await _posted(visit)
    if form.get(tongues.SHOWN) == _DONE:
        return await _to_sign_in(now)
    try:
        told = carried.opened(now, waiting.KIND, form.get(carried.FIELD, ""), Waiting)
    except (InvalidSession, SessionExpired):
        return await entrance.started_again(now, "", _GONE)
    if tongues.changed(form):
        return await _shown(now, told, code=form.get("code", ""))
    return await twice.answered(visit, form, lambda: _confirmed(now, told, form))


async def _confirmed(now: Turn, told: Waiting, form: Parameters) -> Response:
    try:
        code = _code(now, told, form)
        confirmed = await confirmation.confirm(now.ctx("ConfirmSignUp"), told.username, code)
    except Trouble as wrong:
        return await _wrong(now, told, wrong, form)
    except ApiError as error:
        return await _wrong(now, told, _told(now, told, error), form)
    return await _signed_in(now, told, confirmed.sub)


async def _posted(visit: Visit) -> tuple[Turn, Parameters]:
    now = await turn.of(visit)
    form = forms.posted(visit)
    turn.check_native(now)
    return now, form


def _code(now: Turn, told: Waiting, form: Parameters) -> str:
    """Raises `Trouble` for what can be no code."""
    code = codes.code_of(form)
    members = {"ClientId": now.client.client_id, "Username": told.username, "ConfirmationCode": code}
    if not typed.fits("ConfirmSignUp", **members):
        raise trouble.at("code", says.WRONG_CODE)
    return code


async def resend(visit: Visit) -> Response:
    """Another code; the page stays the same."""
    now, form = await _posted(visit)
    try:
        told = carried.opened(now, waiting.KIND, form.get(carried.FIELD, ""), Waiting)
    except (InvalidSession, SessionExpired):
        return await entrance.started_again(now, "", _GONE)
    try:
        await confirmation.resend(now.ctx("ResendConfirmationCode"), told.username)
    except LimitExceeded:
        return await _shown(now, told, alert=says.TOO_MANY_CODES, status=429)
    except ApiError as error:
        return await _wrong(now, told, _told(now, told, error), form)
    return await _shown(now, told, alert=says.NEW_CODE_SENT)


async def resent(visit: Visit) -> Response:
    """/resendcode is no page: whoever asks for it gets the one that has the button."""
    now = await turn.of(visit)
    return answers.redirect(visit.url(waiting.PATH, now.authorization.query))


async def _signed_in(now: Turn, told: Waiting, sub: str) -> Response:
    """The password was typed in this browser, at /signup or /login: the code is the rest of a sign-in."""
    ctx = now.ctx("InitiateAuth")
    session = auto_sign_in.after_confirmation(ctx, sub, told.username, None)["Session"]
    try:
        result = await engine.begin(ctx, "USER_AUTH", {"USERNAME": told.username}, session)
        return await flow.begun(now, told.username, result)
    except ApiError as error:
        activity.refused(now.visit, now.client, SIGN_IN, error)
        return await _to_sign_in(now)


async def _to_sign_in(now: Turn) -> Response:
    view = Done(what=_DONE, to=now.visit.url(entrance.PATH, now.authorization.query))
    shown = ((tongues.SHOWN, _DONE),)
    return await faces.shown(
        now.visit, view, client=now.client, authorization=now.authorization, hidden=shown
    )


def _told(now: Turn, told: Waiting, error: ApiError) -> Trouble:
    if isinstance(error, AliasExists):
        return Trouble(alert=Alert(says.taken(_medium(told))))
    return trouble.told(error, pool_rules.identity(now.visit.pool))


async def _wrong(now: Turn, told: Waiting, wrong: Trouble, form: Parameters) -> Response:
    """Whoever is signed in by now, by the same form a moment ago or before going back, goes on."""
    _, user = await browser.signed_in(now.visit)
    if user is not None and user.sub == told.sub:
        return answers.redirect(now.visit.url("/oauth2/authorize", now.authorization.query))
    return await _shown(now, told, wrong.alert, wrong.errors, form.get("code", ""), wrong.status)


def _medium(told: Waiting) -> Medium:
    return "email" if told.medium == messages.EMAIL else "phone"


def _delivered(told: Waiting) -> Hidden:
    """What Cognito's page carries too (6.7). Nothing is read of it."""
    return (("sub", told.sub), ("deliveryMedium", told.medium), ("destination", told.sent_to))


async def _shown(
    now: Turn,
    told: Waiting,
    alert: Alert | None = None,
    errors: Mapping[str, tuple[Said, ...]] = _NO_ERRORS,
    code: str = "",
    status: int = 200,
) -> Response:
    view = Confirm(
        alert=alert,
        errors=errors,
        medium=_medium(told),
        sent_to=told.sent_to,
        username=told.username,
        code=code[:_MOST_SHOWN],
        delivered=_delivered(told),
    )
    return await faces.shown(
        now.visit,
        view,
        client=now.client,
        authorization=now.authorization,
        status=status,
        path=waiting.PATH,
        hidden=((carried.FIELD, carried.sealed(now, waiting.KIND, told)),),
    )
