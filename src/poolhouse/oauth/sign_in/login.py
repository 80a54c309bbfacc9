"""/login and /mfa (behaviour file, 6.7)."""

from typing import Any

from poolhouse.auth import engine
from poolhouse.directory.attributes import is_email
from poolhouse.errors import (
    ApiError,
    DeviceNotFound,
    IncorrectLogin,
    InvalidPasskey,
    PasswordResetRequired,
    UserNotConfirmed,
)
from poolhouse.http.parameters import Parameters
from poolhouse.http.response import Response
from poolhouse.oauth import answers, forms, pool_rules, tongues
from poolhouse.oauth.pages import says
from poolhouse.oauth.pages.words import Said
from poolhouse.oauth.sign_in import entrance, flow, providers, remembered, steps, trouble, turn
from poolhouse.oauth.sign_in.trouble import Trouble
from poolhouse.oauth.sign_in.turn import Turn
from poolhouse.oauth.sign_up import waiting
from poolhouse.oauth.visit import Visit

_LONGEST_NAME = 2_000  # bytes: it travels in a session; no name of a user is as long


async def page(visit: Visit) -> Response:
    """Raises `OptionNotAvailable`, and what the checks of the query raise."""
    now = await turn.of(visit)
    return await entrance.first_page(now, now.authorization.login_hint)


async def back(visit: Visit) -> Response:
    """A page of a challenge has no address of its own: whoever asks for it begins anew."""
    now = await turn.of(visit)
    return answers.redirect(visit.url(entrance.PATH, now.authorization.query))


async def post(visit: Visit) -> Response:
    """Raises `FormOutOfDate`, `OptionNotAvailable`, and what the checks of the query raise."""
    now = await turn.of(visit)
    typed = forms.posted(visit)
    if tongues.changed(typed) and steps.FIELD not in typed:
        return await _in_another_language(now, typed)
    if "idp" in typed:
        return providers.gone_to(now, typed["idp"])
    if "work_email" in typed and providers.single_sign_on(now):
        return await _by_work_email(now, typed["work_email"].strip())
    turn.check_native(now)
    if steps.FIELD in typed:
        return await flow.answered(now, typed)
    return await _entered(now, typed)


async def _in_another_language(now: Turn, typed: Parameters) -> Response:
    if typed.get(tongues.SHOWN) == waiting.DONE:
        return await waiting.without_code(now)
    return await entrance.page(now, typed.get("username", ""), work_email=typed.get("work_email", ""))


async def _by_work_email(now: Turn, address: str) -> Response:
    identifier = providers.by_address(now, address)
    if identifier:
        return providers.gone_by_identifier(now, identifier)
    said = Said("work_email.unknown") if is_email(address) else says.BAD_EMAIL
    return await entrance.page(now, wrong=trouble.at("work_email", said), work_email=address)


async def _entered(now: Turn, typed: Parameters) -> Response:
    username = typed.get("username", "").strip()
    identifier = providers.by_address(now, username)
    if identifier and entrance.begins_by_choice(now) and "password" not in typed:
        return providers.gone_by_identifier(now, identifier)
    try:
        return await flow.begun(now, username, await _begun(now, username, typed))
    except Trouble as wrong:
        return await entrance.page(now, username, wrong)
    except (UserNotConfirmed, PasswordResetRequired) as error:
        turn.refused(now, error)
        return await entrance.elsewhere(now, username, error)
    except ApiError as error:
        turn.refused(now, error)
        return await entrance.page(now, username, trouble.told(error, pool_rules.identity(now.visit.pool)))


async def _begun(now: Turn, username: str, typed: Parameters) -> dict[str, Any]:
    """A password beside the name is taken on either page. Raises `Trouble` for what was left empty."""
    if entrance.PASSKEY_SESSION in typed:
        return await _with_passkey(now, typed)
    password, by_choice = typed.get("password", ""), entrance.begins_by_choice(now)
    empty: dict[str, tuple[Said, ...]] = {}
    if not username:
        empty["username"] = (says.missing(pool_rules.identity(now.visit.pool)),)
    if not password and not by_choice:
        empty["password"] = (says.missing("password"),)
    if empty:
        raise Trouble(empty)
    if len(username.encode()) > _LONGEST_NAME:
        raise trouble.at("password", says.mismatch(pool_rules.identity(now.visit.pool)))
    levels, given = _levels(now), {"PASSWORD": password, "PREFERRED_CHALLENGE": "PASSWORD"}
    if by_choice and not password:
        return await _flow(now, "USER_AUTH", username, levels)
    if levels:
        return await _flow(now, "USER_AUTH", username, {**given, **levels})
    return await _flow(now, "USER_PASSWORD_AUTH", username, given)


def _levels(now: Turn) -> dict[str, str]:
    """`acr_values`: what the pool does not know is passed over, and all where its tier has none (6.2)."""
    asked = now.visit.query.get("acr_values", "")
    return {"TARGET_ACR_VALUES": asked} if pool_rules.levels(now.visit, asked) else {}


async def _flow(now: Turn, name: str, username: str, given: dict[str, str]) -> dict[str, Any]:
    """A browser that is remembered no more begins as any other."""
    ctx, parameters = now.ctx("InitiateAuth"), {"USERNAME": username, **given}
    try:
        return await engine.begin(ctx, name, parameters | remembered.named(now, username))
    except DeviceNotFound:
        return await engine.begin(ctx, name, parameters)


async def _with_passkey(now: Turn, typed: Parameters) -> dict[str, Any]:
    """The browser knows who it is. Raises `Trouble` where it brought none, or one that is nobody's."""
    credential = typed.get("credential", "")
    if not credential:
        raise Trouble(alert=says.NO_PASSKEY_USED)
    session = typed[entrance.PASSKEY_SESSION]
    try:
        return await engine.begin_with_passkey(now.ctx("InitiateAuth"), session, credential)
    except (IncorrectLogin, InvalidPasskey) as error:
        turn.refused(now, error)
        raise Trouble(alert=says.NO_PASSKEY_USED) from None
