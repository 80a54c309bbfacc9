"""/confirmForgotPassword: the code, a new password, and signed in (UI guide, 7.12)."""

from poolhouse.auth import engine, lost_passwords
from poolhouse.errors import ApiError, InvalidSession, SessionExpired
from poolhouse.http.parameters import Parameters
from poolhouse.http.response import Response
from poolhouse.oauth import activity, answers, carried, faces, forms, pool_rules, tongues, twice, typed
from poolhouse.oauth.pages import says
from poolhouse.oauth.pages.views import Reset
from poolhouse.oauth.pages.words import Said
from poolhouse.oauth.recovery import resetting
from poolhouse.oauth.recovery.resetting import Resetting
from poolhouse.oauth.sign_in import codes, entrance, flow, trouble, turn
from poolhouse.oauth.sign_in.trouble import Trouble
from poolhouse.oauth.sign_in.turn import Turn
from poolhouse.oauth.visit import Visit
from poolhouse.trail.activity import SIGN_IN

_MOST_SHOWN = 20  # characters of a code


async def page(visit: Visit) -> Response:
    """Reached from /forgotPassword, or from a sign-in; whoever comes by any other way begins there."""
    now = await turn.of(visit)
    try:
        told = carried.opened(now, resetting.KIND, visit.cookie(resetting.KIND), Resetting)
    except (InvalidSession, SessionExpired):
        return answers.redirect(visit.url("/forgotPassword", now.authorization.query))
    return await shown(now, told)


async def post(visit: Visit) -> Response:
    """Raises `FormOutOfDate`, `OptionNotAvailable`, and what the checks of the query raise."""
    now = await turn.of(visit)
    form = forms.posted(visit)
    turn.check_native(now)
    try:
        told = carried.opened(now, resetting.KIND, form.get(carried.FIELD, ""), Resetting)
    except (InvalidSession, SessionExpired):
        return await entrance.started_again(now, "", Trouble(alert=says.STARTED_AGAIN, over=True))
    if tongues.changed(form):
        return await shown(now, told, form=form)
    return await twice.answered(visit, form, lambda: _recovered(now, told, form))


async def _recovered(now: Turn, told: Resetting, form: Parameters) -> Response:
    try:
        code, password = _read(now, told, form)
        await lost_passwords.recover(now.ctx("ConfirmForgotPassword"), told.username, password, code)
    except Trouble as wrong:
        return await shown(now, told, wrong, form)
    except ApiError as error:
        refusal = trouble.told(error, pool_rules.identity(now.visit.pool))
        return await shown(now, told, refusal, form)
    return await _signed_in(now, told, password)


def _read(now: Turn, told: Resetting, form: Parameters) -> tuple[str, str]:
    """Code and password. Raises `Trouble` with all that is wrong before anything is compared."""
    password = form.get("password", "")
    wrong: dict[str, tuple[Said, ...]] = {}
    code = ""
    try:
        code = codes.code_of(form)
    except Trouble as empty:
        wrong |= empty.errors
    if code and not _fits(now, told, code, "Xx1!xxxx"):
        wrong["code"] = (says.WRONG_CODE,)
    if said := _password_wrong(now, told, password):
        wrong["password"] = said
    if wrong:
        raise Trouble(wrong)
    return code, password


def _fits(now: Turn, told: Resetting, code: str, password: str) -> bool:
    return typed.fits(
        "ConfirmForgotPassword",
        ClientId=now.client.client_id,
        Username=told.username,
        ConfirmationCode=code,
        Password=password,
    )


def _password_wrong(now: Turn, told: Resetting, password: str) -> tuple[Said, ...]:
    if not password:
        return (says.missing("new_password"),)
    broken = pool_rules.broken(now.visit.pool.password_policy, password)
    if not broken and not _fits(now, told, "000000", password):
        return (says.unfit(Said("label.new_password")),)
    return broken


async def _signed_in(now: Turn, told: Resetting, password: str) -> Response:
    """As if the new password had been typed at /login: a second factor is asked for all the same."""
    answer = {"USERNAME": told.username, "PASSWORD": password}
    try:
        result = await engine.begin(now.ctx("InitiateAuth"), "USER_PASSWORD_AUTH", answer)
        return await flow.begun(now, told.username, result)
    except ApiError as error:
        activity.refused(now.visit, now.client, SIGN_IN, error)
        wrong = trouble.told(error, pool_rules.identity(now.visit.pool))
        return await entrance.page(now, told.username, wrong)


async def shown(
    now: Turn, told: Resetting, wrong: Trouble | None = None, form: Parameters | None = None
) -> Response:
    password = form.get("password", "") if form else ""
    errors = wrong.errors if wrong else {}
    view = Reset(
        alert=wrong.alert if wrong else says.LEAKED if told.leaked else None,
        errors=errors,
        identity=pool_rules.identity(now.visit.pool),
        username=told.username,
        code=form.get("code", "")[:_MOST_SHOWN] if form else "",
        rules=pool_rules.password_rules(
            now.visit.pool.password_policy, password if password and "password" in errors else None
        ),
        required=told.required,
    )
    return await faces.shown(
        now.visit,
        view,
        client=now.client,
        authorization=now.authorization,
        status=wrong.status if wrong else 200,
        path=resetting.PATH,
        hidden=((carried.FIELD, carried.sealed(now, resetting.KIND, told)),),
    )
