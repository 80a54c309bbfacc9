"""The sign-in page itself: who are you, and with what (UI guide, 7.1 and 7.2)."""

from urllib.parse import urlsplit

from msgspec.structs import replace

from poolhouse.auth import any_passkey, choices
from poolhouse.directory import domains, first_factors, plans
from poolhouse.directory import passkeys as rules
from poolhouse.errors import ApiError, OptionNotAvailable, PasswordCompromised, UserNotConfirmed
from poolhouse.http.response import Response
from poolhouse.oauth import answers, browser, faces, pool_rules
from poolhouse.oauth.pages.parts import Alert, Passkey
from poolhouse.oauth.pages.views import SignIn, SignInIdentifier
from poolhouse.oauth.recovery import resetting
from poolhouse.oauth.sign_in import providers
from poolhouse.oauth.sign_in.trouble import Trouble, told
from poolhouse.oauth.sign_in.turn import Turn
from poolhouse.oauth.sign_up import waiting

PATH = "/login"
PASSKEY_SESSION = "passkey"  # the hidden field beside `credential`
_ASKS_ANYWAY = frozenset({"login", "select_account"})
_NOTHING = Trouble(status=200)


def begins_by_choice(turn: Turn) -> bool:
    """The name first: the app takes part in choice-based sign-in, and there is more than the password."""
    beside = [factor for factor in turn.visit.pool.first_factors if factor != first_factors.PASSWORD]
    return has_choice(turn) and bool(choices.carried(turn.ctx("InitiateAuth"), beside))


def has_choice(turn: Turn) -> bool:
    """The app takes part in choice-based sign-in, which the pool's tier has (7.3)."""
    in_tier = plans.has(turn.visit.env.settings, turn.visit.pool.config, plans.CHOICE)
    return in_tier and "ALLOW_USER_AUTH" in turn.client.flows


async def first_page(turn: Turn, username: str) -> Response:
    """Raises `OptionNotAvailable` where the app has no way in at all; a lone provider is gone to at once."""
    if not turn.native:
        ways = providers.of(turn)
        if not ways:
            raise OptionNotAvailable(client_id=turn.client.client_id)
        if len(ways) == 1 and not providers.single_sign_on(turn):
            return providers.gone_to(turn, ways[0].name)
    return await page(turn, username)


async def page(turn: Turn, username: str = "", wrong: Trouble = _NOTHING, work_email: str = "") -> Response:
    return await faces.shown(
        turn.visit,
        _with(replace(_view(turn, username), work_email=work_email), wrong),
        client=turn.client,
        authorization=turn.authorization,
        status=wrong.status,
        path=PATH,
        targets=providers.targets(turn),
    )


def _view(turn: Turn, username: str) -> SignIn:
    kind = SignInIdentifier if begins_by_choice(turn) else SignIn
    return kind(
        identity=pool_rules.identity(turn.visit.pool),
        native=turn.native,
        username=username,
        sign_up=turn.native and turn.visit.pool.sign_up_open,
        passkey=_passkey(turn),
        providers=providers.buttons(turn),
        single_sign_on=providers.single_sign_on(turn),
    )


def _passkey(turn: Turn) -> Passkey | None:
    """Browsers use a passkey only on pages of its domain, so elsewhere it is not offered."""
    pool = turn.visit.pool
    if not turn.native or first_factors.PASSKEY not in pool.first_factors or not has_choice(turn):
        return None
    base = domains.base(turn.visit.env.settings, pool.pool_id, turn.visit.snapshot.domains)
    domain = rules.relying_party(pool.passkeys, base)
    here = urlsplit(turn.visit.base)
    if domain is None or not rules.allows(domain, f"{here.scheme}://{here.netloc}"):
        return None
    options, session = any_passkey.asked(turn.ctx("InitiateAuth"))
    return Passkey(options, action=PATH, hidden=((PASSKEY_SESSION, session),))


def _with(view: SignIn, wrong: Trouble) -> SignIn:
    """What is wrong with a field that this page does not have is said about the whole page."""
    if not view.password and "password" in wrong.errors:
        return replace(view, alert=Alert(wrong.errors["password"][0]))
    return replace(view, errors=wrong.errors, alert=wrong.alert)


async def started_again(turn: Turn, username: str, wrong: Trouble) -> Response:
    """The sign-in is over before its end. Whoever is signed in by now (back, or a second post) goes on."""
    if wrong.over and not turn.authorization.prompt & _ASKS_ANYWAY:
        session, user = await browser.signed_in(turn.visit)
        if session and user:
            return answers.redirect(turn.visit.url("/oauth2/authorize", turn.authorization.query))
    return await page(turn, username, wrong)


async def elsewhere(turn: Turn, username: str, error: ApiError) -> Response:
    """Who has proven a password but has to do something else before: confirm, or choose a new one."""
    try:
        if isinstance(error, UserNotConfirmed):
            return await waiting.of_sign_in(turn, username)
        leaked = isinstance(error, PasswordCompromised)
        return await resetting.of_sign_in(turn, username, leaked=leaked)
    except ApiError as undelivered:
        return await page(turn, username, told(undelivered, pool_rules.identity(turn.visit.pool)))
