"""STS AssumeRole: who signs with an access key, or with the credentials of a role, gets those of another
(behaviour file, 1.20)."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from poolhouse.context import Ctx
from poolhouse.crypto.session_tokens import Session
from poolhouse.directory.principals import Principal
from poolhouse.directory.roles import Role
from poolhouse.errors import (
    ChainTooLong,
    NoMfaDevices,
    NotAllowedToAssumeRole,
    SourceIdentityIsSet,
    TagsRefused,
)
from poolhouse.policies import evaluate
from poolhouse.policies.evaluate import Verdict
from poolhouse.policies.principals import NOBODY, Caller
from poolhouse.store import roles
from poolhouse.sts import answers
from poolhouse.tokens import assume, condition_keys
from poolhouse.tokens.assume import Wanted
from poolhouse.wire.operations import operation

ASSUME_ROLE = "sts:AssumeRole"
LONGEST_CHAINED = 3_600  # seconds

Keys = Mapping[str, tuple[str, ...]]


class _Said(Struct, frozen=True):
    """What a session says of whoever asked for it. What came along in a chain of roles is in it."""

    tags: Mapping[str, str]
    transitive: tuple[str, ...]
    source_identity: str


@operation("AssumeRole", service="sts")
async def assume_role(ctx: Ctx, req: dict[str, Any]) -> dict[str, Any]:
    answers.refuse_unsupported(req)
    if "SerialNumber" in req or "TokenCode" in req:
        raise NoMfaDevices
    seconds, chained = req.get("DurationSeconds", answers.DEFAULT_SECONDS), ctx.caller.session
    said = _said(chained, req)
    role = await _trusting(ctx, req, said)
    if chained is not None and chained.kind == "role" and seconds > LONGEST_CHAINED:
        raise ChainTooLong
    what: dict[str, object] = {"transitive": said.transitive, "source_identity": said.source_identity}
    if chained is not None:
        what |= {"provider": chained.provider, "subject": chained.subject, "audience": chained.audience}
    wanted = Wanted(req["RoleSessionName"], seconds, answers.session_policies(req), said.tags, what)
    answer = answers.assumed(await assume.begin(ctx.env, role, wanted, ctx.now))
    return answer | ({"SourceIdentity": said.source_identity} if said.source_identity else {})


async def _trusting(ctx: Ctx, req: Mapping[str, Any], said: _Said) -> Role:
    """The role, if it trusts the caller and the caller may assume it."""
    who = ctx.principal
    role = await roles.living(ctx.env, req["RoleArn"])
    keys = condition_keys.of_assumption(
        req["RoleSessionName"], said.tags, said.transitive, said.source_identity, req.get("ExternalId", "")
    )
    actions = assume.needed(ASSUME_ROLE, said.tags, said.source_identity)
    if role is None or not all(_may(who, role, req["RoleArn"], action, keys) for action in actions):
        raise NotAllowedToAssumeRole(user=who.arn, role=req["RoleArn"])
    return role


def _may(who: Principal, role: Role, role_arn: str, action: str, keys: Keys) -> bool:
    """A trust policy that names the caller is enough; one that names the account, or everybody, leaves it to
    the caller's own policies (IAM User Guide, "Policy evaluation logic")."""
    own = who.asks(action, role_arn, keys)
    if own.verdict is Verdict.DENIED_EXPLICITLY or not _trusts(role, action, who, who.names, keys):
        return False
    if own.allowed:
        return True
    by_name = Caller(frozenset(name for name in who.names.names if name[0] != "Account"))
    named = _trusts(role, action, who, by_name, keys) and not _trusts(role, action, who, NOBODY, keys)
    return named and not who.session


def _trusts(role: Role, action: str, who: Principal, names: Caller, keys: Keys) -> bool:
    asked = evaluate.request(action, context={**who.keys, **keys}, caller=names)
    return evaluate.trusts(asked, role.trust_policy).allowed


def _said(chained: Session | None, req: Mapping[str, Any]) -> _Said:
    inherited = {} if chained is None else {name: chained.tags[name] for name in chained.transitive}
    tags = {tag["Key"]: tag["Value"] for tag in req.get("Tags", ())}
    transitive = tuple(req.get("TransitiveTagKeys", ()))
    _check_tags(req.get("Tags", ()), tags, transitive, inherited)
    before = "" if chained is None else chained.source_identity
    source_identity = req.get("SourceIdentity", before)
    if before and source_identity != before:
        raise SourceIdentityIsSet
    if source_identity.lower().startswith("aws:"):
        raise TagsRefused("SourceIdentity must not begin with aws:.")
    return _Said({**inherited, **tags}, tuple(dict.fromkeys((*inherited, *transitive))), source_identity)


def _check_tags(
    given: list[Any], tags: Mapping[str, str], transitive: tuple[str, ...], inherited: Mapping[str, str]
) -> None:
    """Names of tags differ by more than case (model, documentation of `Tags`)."""
    folded = {name.lower() for name in tags}
    if len(folded) < len(given):
        raise TagsRefused("Duplicate tag keys found. Please note that Tag keys are case insensitive.")
    if any(name.startswith("aws:") for name in folded):
        raise TagsRefused("The name of a tag must not begin with aws:.")
    if not {name.lower() for name in transitive} <= folded:
        raise TagsRefused("TransitiveTagKeys must be names of tags in Tags.")
    if folded & {name.lower() for name in inherited}:
        raise TagsRefused("A tag that came along from the session before cannot be given another value.")
