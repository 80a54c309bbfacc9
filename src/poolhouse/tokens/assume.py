"""A role is assumed: whoever the trust policy lets in gets temporary credentials (behaviour file, 1.20).

STS calls this for tokens that are shown to it; identity pools call it for their identities.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from poolhouse.context import Env
from poolhouse.crypto import session_tokens
from poolhouse.directory.roles import Role
from poolhouse.errors import MalformedPolicyDocument, NotAllowedToAssume, PackedPolicyTooLarge, SessionTooLong
from poolhouse.ports import Instant
from poolhouse.store import roles
from poolhouse.tokens import credentials, trust
from poolhouse.tokens.credentials import Credentials

WITH_WEB_IDENTITY = "sts:AssumeRoleWithWebIdentity"
TAG_SESSION = "sts:TagSession"
PACKED_LIMIT = 2_048  # bytes of session policies and tags, packed


@dataclass(frozen=True, slots=True)
class WebIdentity:
    """Who was proven by a token.

    provider  `Principal.Federated` of a trust policy: `cognito-identity.amazonaws.com` or a provider's ARN
    subject   the identity's id
    audience  the identity pool's id
    context   condition keys with their values: `cognito-identity.amazonaws.com:aud`, `:sub`, `:amr`
    tags      principal tags: with any, the trust policy must allow sts:TagSession too
    """

    provider: str
    subject: str
    audience: str
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SessionPolicies:
    """What a session may do is what its role may and these allow.

    documents  JSON texts; arns  of managed policies
    """

    documents: tuple[str, ...] = ()
    arns: tuple[str, ...] = ()


NONE = SessionPolicies()


@dataclass(frozen=True, slots=True)
class Assumed:
    """
    assumed_role_id  `AROA...:<session name>`
    arn              of the session
    packed_size      percent of what session policies and tags may take
    """

    credentials: Credentials
    assumed_role_id: str
    arn: str
    packed_size: int


async def with_web_identity(
    env: Env,
    region: str,
    identity: WebIdentity,
    role_arn: str,
    session_name: str,
    seconds: int,
    session_policies: SessionPolicies,
    now: Instant,
) -> Assumed:
    """Give an identity the role, if the role's trust policy lets it.

    Raises `NotAllowedToAssume` where there is no such role or it does not trust the identity,
    `SessionTooLong`, `MalformedPolicyDocument`, `PackedPolicyTooLarge`.
    """
    role = await roles.living(env, role_arn)
    if role is None or not _trusts(role, identity):
        raise NotAllowedToAssume
    if seconds > role.max_seconds:
        raise SessionTooLong
    packed = _packed(session_policies, identity.tags)
    session = credentials.begun(
        env,
        now,
        seconds,
        principal=role.arn(env.settings.account_id),
        principal_id=role.role_id,
        name=session_name,
        provider=identity.provider,
        subject=identity.subject,
        audience=identity.audience,
        context=dict(identity.context),
        tags=dict(identity.tags),
        policies=session_policies.documents,
        policy_arns=session_policies.arns,
    )
    return Assumed(
        credentials=await credentials.mint(env, session, now),
        assumed_role_id=f"{role.role_id}:{session_name}",
        arn=role.session_arn(env.settings.account_id, session_name),
        packed_size=packed,
    )


def _trusts(role: Role, identity: WebIdentity) -> bool:
    actions = (WITH_WEB_IDENTITY, TAG_SESSION) if identity.tags else (WITH_WEB_IDENTITY,)
    return all(trust.allows(role.trust, action, identity.provider, identity.context) for action in actions)


def _packed(policies: SessionPolicies, tags: Mapping[str, str]) -> int:
    """How much of the limit policies and tags take, in percent (rounded up)."""
    try:
        documents = [msgspec.json.format(document, indent=-1) for document in policies.documents]
    except msgspec.DecodeError as error:
        raise MalformedPolicyDocument from error
    content = msgspec.json.encode([documents, policies.arns, tags])
    if not (documents or policies.arns or tags):
        return 0
    percent = -(-len(session_tokens.deflated(content)) * 100 // PACKED_LIMIT)
    if percent > 100:
        raise PackedPolicyTooLarge(percent=percent)
    return percent
