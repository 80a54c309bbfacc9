"""Who calls: decided from the model's table, refused unless proven (security.md, rule 1)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

from msgspec import Struct

from poolhouse.context import PUBLIC, Caller, Env
from poolhouse.errors import AccessDenied, ExplicitlyDenied, ForeignPage, LoopbackOnly, UnrecognizedClient
from poolhouse.http.request import HttpRequest
from poolhouse.policies import evaluate
from poolhouse.policies.document import ACCESS_KEY, NOTHING, Policy, parse
from poolhouse.policies.evaluate import Answer, Verdict
from poolhouse.ports import SECOND, Instant
from poolhouse.store import access_keys
from poolhouse.web.loopback import is_local, is_loopback
from poolhouse.wire import sigv4
from poolhouse.wire.operations import Operation
from poolhouse.wire.sigv4 import Signed

_EVERYTHING = parse({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}, ACCESS_KEY)


class Signer(Struct, frozen=True):
    """A caller with an access key: who it is, for which Region it signed, what it may do, from where."""

    caller: Caller
    region: str
    policy: Policy
    address: str = ""


NOBODY = Signer(PUBLIC, "", NOTHING)


async def identify(env: Env, operation: Operation, request: HttpRequest, now: Instant) -> Signer:
    """The signer of a request; `NOBODY` where the model asks for no signature.

    With `--sigv4 any` (dev) an access key must be named, its signature is not checked, and only this
    computer is served: not the pages of web sites either that somebody here looks at.
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
    if any_signature:
        return Signer(_caller(signed.access_key_id, "dev"), signed.region, _EVERYTHING)
    return await _verified(env, operation, signed, now, request.peer)


async def _verified(env: Env, operation: Operation, signed: Signed, now: Instant, address: str) -> Signer:
    key = await access_keys.living(env, signed.access_key_id)
    if key is None or signed.session_token is not None:
        raise UnrecognizedClient
    sigv4.verify(signed, key.secret, operation.service, now)
    return Signer(_caller(key.access_key_id, key.user_name), signed.region, key.policy, address)


def _caller(access_key_id: str, name: str) -> Caller:
    return Caller("signed", access_key_id=access_key_id, name=name)


def _as_signed(request: HttpRequest) -> sigv4.Request:
    return sigv4.Request(request.method, request.path, request.query, request.headers, request.body)


def _is_foreign(origin: str) -> bool:
    """Is the caller a web page that is not of this computer? Programs send no Origin."""
    try:
        host = urlsplit(origin).hostname or ""
    except ValueError:
        return True
    return bool(origin) and host != "localhost" and not host.endswith(".localhost") and not is_loopback(host)


def permit(env: Env, signer: Signer, action: str, resource: str) -> None:
    """Raise `AccessDenied` unless the signer's policy allows the action on the resource (an ARN or *)."""
    answer, user = _answered(env, signer, action, resource), _arn(env, signer)
    if answer.allowed:
        return
    refused = ExplicitlyDenied if answer.verdict is Verdict.DENIED_EXPLICITLY else AccessDenied
    raise refused(user=user, action=action, resource=resource)


def may(env: Env, signer: Signer, action: str, resource: str) -> bool:
    """As `permit`, for an operation that goes on where one of its resources is refused."""
    return _answered(env, signer, action, resource).allowed


def _answered(env: Env, signer: Signer, action: str, resource: str) -> Answer:
    asked = evaluate.request(action, resource, _condition_keys(env, signer, _arn(env, signer)))
    return evaluate.decide(asked, (signer.policy,))


def _arn(env: Env, signer: Signer) -> str:
    return f"arn:aws:iam::{env.settings.account_id}:user/{signer.caller.name}"


def _condition_keys(env: Env, signer: Signer, user: str) -> Mapping[str, str | tuple[str, ...]]:
    """What conditions and variables of the policy can speak of (docs/policies.md)."""
    now = env.clock.now() // SECOND
    return {
        "aws:username": signer.caller.name,
        "aws:userid": signer.caller.access_key_id,
        "aws:PrincipalArn": user,
        "aws:PrincipalAccount": env.settings.account_id,
        "aws:PrincipalType": "User",
        "aws:RequestedRegion": signer.region,
        "aws:SourceIp": signer.address or (),
        "aws:CurrentTime": datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "aws:EpochTime": str(now),
    }
