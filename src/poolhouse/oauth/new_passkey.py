"""/passkeys/add: the offer to sign in faster next time (behaviour file, 6.1; UI guide, 7.5).

It is made after a sign-in or a recovery, to who has no passkey yet, and not again for thirty days after
*Not now*. The session of the browser says whose passkey it will be [K].
"""

from collections.abc import Mapping
from typing import Literal
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec
from msgspec.structs import replace

from poolhouse.auth import passkey_registration
from poolhouse.context import Caller, Ctx
from poolhouse.directory import passkeys as rules
from poolhouse.directory.clients import Client
from poolhouse.directory.users import User
from poolhouse.errors import ApiError, OptionNotAvailable
from poolhouse.http.response import Response
from poolhouse.oauth import answers, browser, checks, faces, forms, tongues
from poolhouse.oauth.checks import Authorization
from poolhouse.oauth.pages import says
from poolhouse.oauth.pages.parts import Alert, Passkey
from poolhouse.oauth.pages.views import AddPasskey, Done
from poolhouse.oauth.visit import Visit

PATH = "/passkeys/add"

_NOT_NOW = "no-passkey"  # the cookie of who does not want one yet
_DONE: Literal["passkey"] = "passkey"
_THIRTY_DAYS = 30 * 24 * 3_600  # seconds
_DONE_BEFORE = frozenset({"login", "select_account"})  # prompts that the sign-in of just now has met


def is_offered(visit: Visit, client: Client, user: User) -> bool:
    """May, and need, this user make a passkey in this browser?"""
    wanted = user.factors.passkeys == 0 and not visit.cookie(_NOT_NOW)
    return wanted and _possible(visit, client)


def _possible(visit: Visit, client: Client) -> bool:
    """The pool takes passkeys, the app lets its users choose them, and the page is of their domain."""
    pool = visit.pool
    if rules.FACTOR not in pool.first_factors or "ALLOW_USER_AUTH" not in client.flows:
        return False
    domain = rules.relying_party(pool.passkeys, visit.env.settings.public_url)
    here = urlsplit(visit.base)
    return domain is not None and rules.allows(domain, f"{here.scheme}://{here.netloc}")


async def page(visit: Visit) -> Response:
    """Raises `OptionNotAvailable` where there are no passkeys."""
    authorization, client = await checks.authorization(visit)
    _, user = await browser.signed_in(visit)
    if user is None:
        return answers.redirect(visit.url("/login", authorization.query))
    return await _asked(visit, authorization, client, user)


async def post(visit: Visit) -> Response:
    """Raises `FormOutOfDate`, `OptionNotAvailable`."""
    authorization, client = await checks.authorization(visit)
    form = forms.posted(visit)
    _, user = await browser.signed_in(visit)
    if user is None:
        return answers.redirect(visit.url("/login", authorization.query))
    if form.get(tongues.SHOWN) == _DONE:
        return await _done(visit, authorization, client)
    if tongues.changed(form):
        return await _asked(visit, authorization, client, user)
    if "skip" in form:
        return answers.redirect(_onward(visit, authorization), visit.set_cookie(_NOT_NOW, "1", _THIRTY_DAYS))
    try:
        await _kept(_ctx(visit, "CompleteWebAuthnRegistration", client, user), form.get("credential", ""))
    except ApiError:
        return await _asked(visit, authorization, client, user, says.NO_PASSKEY_USED)
    return await _done(visit, authorization, client)


async def _done(visit: Visit, authorization: Authorization, client: Client) -> Response:
    view = Done(what=_DONE, to=_onward(visit, authorization))
    shown = ((tongues.SHOWN, _DONE),)
    return await faces.shown(visit, view, client=client, authorization=authorization, hidden=shown)


async def _kept(ctx: Ctx, credential: str) -> None:
    """Raises what CompleteWebAuthnRegistration answers."""
    try:
        document = msgspec.json.decode(credential)
    except msgspec.DecodeError:
        document = None
    await passkey_registration.complete(ctx, document)


async def _asked(
    visit: Visit, authorization: Authorization, client: Client, user: User, alert: Alert | None = None
) -> Response:
    if not _possible(visit, client):
        raise OptionNotAvailable(client_id=client.client_id)
    options = await passkey_registration.begin(_ctx(visit, "StartWebAuthnRegistration", client, user))
    view = AddPasskey(alert=alert, passkey=Passkey(msgspec.json.encode(options).decode()))
    status = 400 if alert else 200
    return await faces.shown(visit, view, client=client, authorization=authorization, status=status)


def _ctx(visit: Visit, operation: str, client: Client, user: User) -> Ctx:
    return replace(visit.ctx(operation, client), caller=Caller("browser", user=user))


def _onward(visit: Visit, authorization: Authorization) -> str:
    """Back to the app, by the session: that the user should sign in anew was said before this sign-in."""
    asked = dict(parse_qsl(authorization.query, keep_blank_values=True))
    asked.pop("max_age", None)
    return visit.url("/oauth2/authorize", urlencode(_without_prompts(asked)))


def _without_prompts(asked: Mapping[str, str]) -> dict[str, str]:
    left = [prompt for prompt in asked.get("prompt", "").split() if prompt not in _DONE_BEFORE]
    others = {name: value for name, value in asked.items() if name != "prompt"}
    return others | ({"prompt": " ".join(left)} if left else {})
