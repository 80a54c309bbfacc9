"""The sign-in page itself: who are you, and with what (UI guide, 7.1 and 7.2)."""

from dataclasses import replace

from poolhouse.auth import choices
from poolhouse.directory import first_factors
from poolhouse.errors import ApiError, UserNotConfirmed
from poolhouse.http.response import Response
from poolhouse.oauth import answers, browser, faces, pool_rules
from poolhouse.oauth.pages.parts import Alert, View
from poolhouse.oauth.pages.views import SignIn, SignInIdentifier
from poolhouse.oauth.sign_in.trouble import Trouble
from poolhouse.oauth.sign_in.turn import Turn

PATH = "/login"
_ASKS_ANYWAY = frozenset({"login", "select_account"})


def by_choice(turn: Turn) -> bool:
    """The name first: the app takes part in choice-based sign-in, and there is more than the password."""
    pool = turn.visit.pool
    if "ALLOW_USER_AUTH" not in turn.client.flows or pool.config.get("UserPoolTier") == "LITE":
        return False
    beside = [factor for factor in pool.first_factors if factor != first_factors.PASSWORD]
    return bool(choices.carried(turn.ctx("InitiateAuth"), beside))


async def page(turn: Turn, username: str = "", wrong: Trouble | None = None) -> Response:
    view = _view(turn, username)
    if wrong:
        view = _with(view, wrong)
    status = wrong.status if wrong else 200
    return await faces.shown(
        turn.visit, view, client=turn.client, authorization=turn.authorization, status=status, path=PATH
    )


def _view(turn: Turn, username: str) -> View:
    kind = SignInIdentifier if by_choice(turn) else SignIn
    return kind(
        identity=pool_rules.identity(turn.visit.pool),
        username=username,
        sign_up=turn.visit.pool.sign_up_open,
    )


def _with(view: View, wrong: Trouble) -> View:
    """What is wrong with a field that this page does not have is said about the whole page."""
    if isinstance(view, SignInIdentifier) and "password" in wrong.errors:
        return replace(view, alert=Alert(wrong.errors["password"][0]))
    return replace(view, errors=wrong.errors, alert=wrong.alert)


async def started_again(turn: Turn, username: str, wrong: Trouble) -> Response:
    """The sign-in is over before its end. Whoever is signed in by now (back, or a second post) goes on."""
    if wrong.over and not turn.authorization.prompt & _ASKS_ANYWAY:
        session, user = await browser.signed_in(turn.visit)
        if session and user:
            return answers.redirect(turn.visit.url("/oauth2/authorize", turn.authorization.query))
    return await page(turn, username, wrong)


def elsewhere(turn: Turn, username: str, error: ApiError) -> Response:
    """Who has proven a password but has to do something else before: confirm, or choose a new one."""
    path = "/confirm" if isinstance(error, UserNotConfirmed) else "/forgotPassword"
    return answers.redirect(turn.visit.url(path, turn.authorization.query))
