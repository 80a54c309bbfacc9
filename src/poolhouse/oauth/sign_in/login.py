"""/login and /mfa (behaviour file, 6.7)."""

from poolhouse.auth import engine
from poolhouse.errors import ApiError, PasswordResetRequired, UserNotConfirmed
from poolhouse.http.parameters import Parameters
from poolhouse.http.response import Response
from poolhouse.oauth import answers, forms, pool_rules
from poolhouse.oauth.pages import says
from poolhouse.oauth.pages.words import Said
from poolhouse.oauth.sign_in import entrance, flow, steps, trouble, turn
from poolhouse.oauth.sign_in.trouble import Trouble
from poolhouse.oauth.sign_in.turn import Turn
from poolhouse.oauth.visit import Visit


async def page(visit: Visit) -> Response:
    now = await turn.of(visit)
    return await entrance.page(now, now.authorization.login_hint)


async def back(visit: Visit) -> Response:
    """A page of a challenge has no address of its own: whoever asks for it begins anew."""
    now = await turn.of(visit)
    return answers.redirect(visit.url(entrance.PATH, now.authorization.query))


async def post(visit: Visit) -> Response:
    """Raises `FormOutOfDate`, `OptionNotAvailable`, and what the checks of the query raise."""
    now = await turn.of(visit)
    typed = forms.posted(visit)
    turn.check_native(now)
    if steps.FIELD in typed:
        return await flow.answered(now, typed)
    return await _entered(now, typed)


async def _entered(now: Turn, typed: Parameters) -> Response:
    username = typed.get("username", "").strip()
    try:
        result = await _begun(now, username, typed.get("password", ""))
        return await flow.begun(now, username, result)
    except Trouble as wrong:
        return await entrance.page(now, username, wrong)
    except (UserNotConfirmed, PasswordResetRequired) as error:
        return entrance.elsewhere(now, username, error)
    except ApiError as error:
        return await entrance.page(now, username, trouble.told(error, pool_rules.identity(now.visit.pool)))


async def _begun(now: Turn, username: str, password: str) -> dict[str, object]:
    """A password beside the name is taken on either page. Raises `Trouble` for what was left empty."""
    by_choice = entrance.by_choice(now)
    empty = _empty(now, username, password, by_choice=by_choice)
    if empty:
        raise Trouble(empty)
    ctx = now.ctx("InitiateAuth")
    if by_choice and not password:
        return await engine.begin(ctx, "USER_AUTH", {"USERNAME": username})
    return await engine.begin(ctx, "USER_PASSWORD_AUTH", {"USERNAME": username, "PASSWORD": password})


def _empty(now: Turn, username: str, password: str, *, by_choice: bool) -> dict[str, tuple[Said, ...]]:
    found: dict[str, tuple[Said, ...]] = {}
    if not username:
        found["username"] = (says.missing(pool_rules.identity(now.visit.pool)),)
    if not password and not by_choice:
        found["password"] = (says.missing("password"),)
    return found
