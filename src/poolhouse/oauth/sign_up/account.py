"""/signup: an account of one's own (behaviour file, 6.7; UI guide, 7.10)."""

from collections.abc import Mapping

from poolhouse.auth import engine
from poolhouse.auth import sign_up as accounts
from poolhouse.auth.sign_up import SignedUp
from poolhouse.delivery import messages
from poolhouse.directory import sign_up as rules
from poolhouse.directory.users import User
from poolhouse.errors import ApiError, OptionNotAvailable, UnauthorizedAttribute, UsernameExists
from poolhouse.http.response import Response
from poolhouse.oauth import activity, branding, faces, forms, pool_rules, tongues
from poolhouse.oauth.pages.parts import View
from poolhouse.oauth.pages.views import SignUp
from poolhouse.oauth.sign_in import entrance, flow, providers, trouble, turn
from poolhouse.oauth.sign_in.trouble import Trouble
from poolhouse.oauth.sign_in.turn import Turn
from poolhouse.oauth.sign_up import fields, passwordless, taken, waiting
from poolhouse.oauth.sign_up.fields import Typed
from poolhouse.oauth.visit import Visit
from poolhouse.trail.activity import SIGN_IN, SIGN_UP

_EMPTY: Mapping[str, str] = {}


async def page(visit: Visit) -> Response:
    now = await _open(visit)
    return await _shown(now, Typed(now.authorization.login_hint, "", _EMPTY))


async def _open(visit: Visit) -> Turn:
    """Raises `OptionNotAvailable` where nobody makes accounts on the pages."""
    now = await turn.of(visit)
    turn.check_native(now)
    if not visit.pool.sign_up_open:
        raise OptionNotAvailable(client_id=now.client.client_id)
    return now


async def post(visit: Visit) -> Response:
    """Raises `FormOutOfDate`, `OptionNotAvailable`, and what the checks of the query raise."""
    now = await _open(visit)
    form = forms.posted(visit)
    if "idp" in form:
        return providers.gone_to(now, form["idp"])
    if form.get(tongues.SHOWN) == waiting.DONE:
        return await waiting.without_code(now)
    try:
        typed = fields.read(visit.pool, now.client, form)
    except UnauthorizedAttribute as error:
        return await _shown(now, Typed("", "", _EMPTY), _told(now, error))
    if tongues.changed(form):
        return await _shown(now, typed)
    without_password = not typed.password and passwordless.possible(now, typed)
    must_agree = await _asks_to_agree(now)
    errors = fields.wrong(
        visit.pool, now.client, typed, must_agree=must_agree, needs_password=not without_password
    )
    if errors:
        return await _shown(now, typed, Trouble(errors))
    try:
        return await _made(now, typed)
    except Trouble as wrong:
        return await _shown(now, typed, wrong)
    except ApiError as error:
        activity.refused(visit, now.client, SIGN_UP, error)
        return await _shown(now, typed, _told(now, error))


async def _asks_to_agree(now: Turn) -> bool:
    visit = now.visit
    return await branding.asks_to_agree(visit.env, visit.snapshot, visit.base, now.client.client_id)


async def _made(now: Turn, typed: Typed) -> Response:
    ctx = now.ctx("SignUp")
    try:
        made = await accounts.sign_up(ctx, typed.username, typed.password or None, typed.attributes, None)
    except UsernameExists as error:
        return await _again(now, typed, error)
    activity.succeeded(now.visit, now.client, SIGN_UP)
    if made.confirmed:
        return await _signed_in(now, typed)
    return await _onward(now, typed, made)


async def _again(now: Turn, typed: Typed, error: UsernameExists) -> Response:
    """A form that was posted twice leads on as the first did; anybody else's name is taken."""
    ctx = now.ctx("SignUp")
    if typed.password:
        same = await accounts.same_again(ctx, typed.username, typed.password)
    else:
        same = await passwordless.same_again(ctx, typed)
    if same:
        return await _known(now, typed, same)
    activity.refused(now.visit, now.client, SIGN_UP, error)
    return await taken.answered(now, typed, error)


async def _signed_in(now: Turn, typed: Typed) -> Response:
    """The pool's function has confirmed the user. The password was typed just now; who has none is asked for
    another factor.
    """
    answer = {"USERNAME": typed.username}
    flow_name = "USER_AUTH"
    if typed.password:
        answer, flow_name = answer | {"PASSWORD": typed.password}, "USER_PASSWORD_AUTH"
    try:
        result = await engine.begin(now.ctx("InitiateAuth"), flow_name, answer)
        return await flow.begun(now, typed.username, result)
    except ApiError as error:
        activity.refused(now.visit, now.client, SIGN_IN, error)
        return await entrance.page(now, typed.username, _told(now, error))


async def _onward(now: Turn, typed: Typed, made: SignedUp) -> Response:
    if not made.details:
        return await waiting.without_code(now)
    return waiting.told(now, waiting.of(typed.username, made.user.sub, made.details))


async def _known(now: Turn, typed: Typed, user: User) -> Response:
    """The same form once more: the same answer, and no second code."""
    attribute = rules.attribute_to_verify(now.visit.pool, user.attributes)
    details = messages.details(attribute, user.attributes[attribute]) if attribute else {}
    return await _onward(now, typed, SignedUp(user, details))


def _told(now: Turn, error: ApiError) -> Trouble:
    return trouble.told(error, pool_rules.identity(now.visit.pool))


async def _shown(now: Turn, typed: Typed, wrong: Trouble | None = None) -> Response:
    status = wrong.status if wrong else 200
    view = _view(now, typed, wrong, needs_terms=await _asks_to_agree(now))
    return await faces.shown(
        now.visit,
        view,
        client=now.client,
        authorization=now.authorization,
        status=status,
        targets=providers.targets(now),
    )


def _view(now: Turn, typed: Typed, wrong: Trouble | None, *, needs_terms: bool) -> View:
    """`typed.password` shows only in which rules it met."""
    pool, client = now.visit.pool, now.client
    errors = wrong.errors if wrong else {}
    tried = typed.password if "password" in errors and typed.password else None
    return SignUp(
        alert=wrong.alert if wrong else None,
        errors=errors,
        identity=pool_rules.identity(pool),
        username=typed.username,
        attributes=fields.shown(pool, client, typed),
        rules=pool_rules.password_rules(pool.password_policy, tried),
        needs_password=not passwordless.offered(now),
        sent_by=fields.sent_by(pool, client),
        needs_terms=needs_terms,
        agreed=typed.agreed,
        providers=providers.buttons(now),
    )
