"""Who calls: decided from the model's table, refused unless proven (security.md, rule 1)."""

from urllib.parse import urlsplit

from msgspec import Struct

from poolhouse.context import PUBLIC, Caller, Env
from poolhouse.crypto import access_key_ids
from poolhouse.directory.principals import Principal
from poolhouse.errors import AccessDenied, ForeignPage, LoopbackOnly, UnrecognizedClient
from poolhouse.http.request import HttpRequest
from poolhouse.policies.document import ACCESS_KEY, Policy, parse
from poolhouse.policies.principals import NOBODY as NAMELESS
from poolhouse.ports import Instant
from poolhouse.store import access_keys
from poolhouse.tokens import credentials, holders
from poolhouse.tokens.holders import Moment
from poolhouse.web.loopback import is_local, is_loopback
from poolhouse.wire import sigv4
from poolhouse.wire.operations import Operation
from poolhouse.wire.sigv4 import Signed

_EVERYTHING = parse({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}, ACCESS_KEY)


class Signer(Struct, frozen=True):
    """A caller with an access key: who it is and what it may do, for which Region it signed."""

    caller: Caller
    region: str

    @property
    def principal(self) -> Principal:
        return self.caller.principal or _NOBODY


_NOBODY = Principal("", "", NAMELESS, ())  # may do nothing
NOBODY = Signer(PUBLIC, "")


def user(env: Env, name: str, access_key_id: str, policy: Policy, moment: Moment) -> Signer:
    """Who holds an access key."""
    principal = holders.of_user(env.settings.account_id, name, access_key_id, policy, moment)
    caller = Caller("signed", access_key_id=access_key_id, name=name, principal=principal)
    return Signer(caller, moment.region)


def administrator(env: Env, name: str, region: str, access_key_id: str = "") -> Signer:
    """Somebody who may do everything: who is let in without a proof, in development."""
    return user(env, name, access_key_id, _EVERYTHING, Moment(env.clock.now(), region, ""))


async def identify(env: Env, operation: Operation, request: HttpRequest, now: Instant) -> Signer:
    """The signer of a request; `NOBODY` where the model asks for no signature.

    With `--sigv4 any` (dev) an access key must be named, its signature is not checked, and only this
    computer is served: not the pages of web sites either that somebody here looks at. Temporary
    credentials are checked all the same: they say who somebody is, and what of it is not more.
    """
    any_signature = env.settings.sigv4 == "any"
    if any_signature and not is_local(request):
        raise LoopbackOnly
    signs = operation.needs_signature or (operation.may_be_signed and request.header("authorization"))
    if not signs:
        return NOBODY
    if any_signature and _is_foreign(request.header("origin")):
        raise ForeignPage
    signed = sigv4.parse_authorization(_as_signed(request))
    moment = Moment(now, signed.region, request.peer)
    if signed.session_token is not None:
        return await _of_session(env, operation, signed, signed.session_token, moment)
    if signed.access_key_id.startswith(access_key_ids.TEMPORARY):
        raise UnrecognizedClient  # its token is missing
    if any_signature:
        return administrator(env, "dev", signed.region, signed.access_key_id)
    return await _of_key(env, operation, signed, moment)


async def _of_key(env: Env, operation: Operation, signed: Signed, moment: Moment) -> Signer:
    key = await access_keys.living(env, signed.access_key_id)
    if key is None:
        raise UnrecognizedClient
    sigv4.verify(signed, key.secret, operation.service, moment.now)
    return user(env, key.user_name, key.access_key_id, key.policy, moment)


async def _of_session(env: Env, operation: Operation, signed: Signed, token: str, moment: Moment) -> Signer:
    session, secret = await credentials.opened(env, token, signed.access_key_id, moment.now)
    sigv4.verify(signed, secret, operation.service, moment.now)
    principal = await holders.of_session(env, session, moment)
    caller = Caller(
        "signed",
        access_key_id=session.access_key_id,
        name=session.principal if session.kind == "user" else session.name,
        principal=principal,
        session=session,
    )
    return Signer(caller, signed.region)


def _as_signed(request: HttpRequest) -> sigv4.Request:
    return sigv4.Request(request.method, request.path, request.query, request.headers, request.body)


def _is_foreign(origin: str) -> bool:
    """Is the caller a web page that is not of this computer? Programs send no Origin."""
    try:
        host = urlsplit(origin).hostname or ""
    except ValueError:
        return True
    return bool(origin) and host != "localhost" and not host.endswith(".localhost") and not is_loopback(host)


def permit(signer: Signer, action: str, resource: str) -> None:
    """Raise `AccessDenied` unless the signer's policies allow the action on the resource (an ARN or *)."""
    who = signer.principal
    answer = who.asks(action, resource)
    if not answer.allowed:
        raise AccessDenied(user=who.arn, action=action, resource=resource, because=answer.because)


def may(signer: Signer, action: str, resource: str) -> bool:
    """As `permit`, for an operation that goes on where one of its resources is refused."""
    return signer.principal.asks(action, resource).allowed
