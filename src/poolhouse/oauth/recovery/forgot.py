"""/forgotPassword: whose password is lost? (UI guide, 7.12)"""

from poolhouse.auth import lost_passwords
from poolhouse.errors import ApiError, InvalidSession, LimitExceeded, SessionExpired
from poolhouse.http.parameters import Parameters
from poolhouse.http.response import Response
from poolhouse.oauth import carried, faces, forms, pool_rules, tongues, typed
from poolhouse.oauth.pages import says
from poolhouse.oauth.pages.views import Forgot
from poolhouse.oauth.pages.words import Said
from poolhouse.oauth.recovery import reset, resetting
from poolhouse.oauth.recovery.resetting import Resetting
from poolhouse.oauth.sign_in import trouble, turn
from poolhouse.oauth.sign_in.trouble import Trouble
from poolhouse.oauth.sign_in.turn import Turn
from poolhouse.oauth.visit import Visit

PATH = "/forgotPassword"


async def page(visit: Visit) -> Response:
    now = await turn.of(visit)
    turn.check_native(now)
    return await _shown(now, now.authorization.login_hint)


async def post(visit: Visit) -> Response:
    """Raises `FormOutOfDate`, `OptionNotAvailable`, and what the checks of the query raise."""
    now = await turn.of(visit)
    form = forms.posted(visit)
    turn.check_native(now)
    if "resend" in form:
        return await _again(now, form)
    username = form.get("username", "").strip()
    if tongues.changed(form):
        return await _shown(now, username)
    try:
        await _sent(now, username)
    except Trouble as wrong:
        return await _shown(now, username, wrong)
    return resetting.told(now, Resetting(username))


async def _again(now: Turn, form: Parameters) -> Response:
    """From the next page: another code, and that page again."""
    try:
        told = carried.opened(now, resetting.KIND, form.get(carried.FIELD, ""), Resetting)
    except (InvalidSession, SessionExpired):
        return await _shown(now, form.get("username", "").strip(), Trouble(alert=says.STARTED_AGAIN))
    try:
        await _sent(now, told.username)
    except Trouble as wrong:
        return await reset.shown(now, told, wrong)
    return await reset.shown(now, told, Trouble(alert=says.NEW_CODE_SENT, status=200))


async def _sent(now: Turn, username: str) -> None:
    """Send the code, if there is anybody to get it. Raises `Trouble`, for everybody alike."""
    identity = pool_rules.identity(now.visit.pool)
    if not username:
        raise trouble.at("username", says.missing(identity))
    if not typed.fits("ForgotPassword", ClientId=now.client.client_id, Username=username):
        raise trouble.at("username", says.unfit(Said(f"identity.{identity}")))
    try:
        await lost_passwords.send_code(now.ctx("ForgotPassword"), username)
    except LimitExceeded:
        raise Trouble(alert=says.TOO_MANY_CODES, status=429) from None
    except ApiError as error:
        raise trouble.told(error, identity) from error


async def _shown(now: Turn, username: str, wrong: Trouble | None = None) -> Response:
    view = Forgot(
        alert=wrong.alert if wrong else None,
        errors=wrong.errors if wrong else {},
        identity=pool_rules.identity(now.visit.pool),
        username=username,
    )
    status = wrong.status if wrong else 200
    return await faces.shown(
        now.visit, view, client=now.client, authorization=now.authorization, status=status
    )
