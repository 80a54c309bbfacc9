"""A role is assumed: whoever the trust policy lets in gets temporary credentials (behaviour file, 1.20).

STS calls this for tokens and signatures that are shown to it; identity pools call it for their identities.
"""

from collections.abc import Iterable, Mapping

from msgspec import Struct, field

from poolhouse.context import Env
from poolhouse.directory.roles import Role
from poolhouse.errors import NotAllowedToAssume, SessionTooLong
from poolhouse.policies import evaluate, principals
from poolhouse.policies.principals import Caller
from poolhouse.ports import Instant
from poolhouse.store import roles
from poolhouse.tokens import condition_keys, credentials
from poolhouse.tokens.condition_keys import Keys
from poolhouse.tokens.credentials import Credentials
from poolhouse.tokens.session_policies import NONE, SessionPolicies, checked

WITH_WEB_IDENTITY = "sts:AssumeRoleWithWebIdentity"
TAG_SESSION = "sts:TagSession"
SET_SOURCE_IDENTITY = "sts:SetSourceIdentity"


class WebIdentity(Struct, frozen=True):
    """Who was proven by a token.

    provider  `Principal.Federated` of a trust policy: `cognito-identity.amazonaws.com` or a provider's ARN
    subject   the identity's id
    audience  the identity pool's id
    context   condition keys with their values: `cognito-identity.amazonaws.com:aud`, `:sub`, `:amr`
    tags      principal tags: with any, the trust policy must allow sts:TagSession too
    transitive       those of them that a further AssumeRole takes along
    source_identity  with one, the trust policy must allow sts:SetSourceIdentity too
    """

    provider: str
    subject: str
    audience: str
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    transitive: tuple[str, ...] = ()
    source_identity: str = ""


class Assumed(Struct, frozen=True):
    """
    assumed_role_id  `AROA...:<session name>`
    arn              of the session
    packed_size      percent of what session policies and tags may take
    """

    credentials: Credentials
    assumed_role_id: str
    arn: str
    packed_size: int


class Wanted(Struct, frozen=True):
    """The session that is asked for, whoever asks.

    what  further members of its token (crypto/session_tokens.py)
    """

    name: str
    seconds: int
    policies: SessionPolicies = NONE
    tags: Mapping[str, str] = field(default_factory=dict)
    what: Mapping[str, object] = field(default_factory=dict)


async def with_web_identity(
    env: Env,
    region: str,
    identity: WebIdentity,
    role_arn: str,
    session_name: str,
    seconds: int,
    session_policies: SessionPolicies,
    now: Instant,
    address: str = "",
) -> Assumed:
    """Give an identity the role, if the role's trust policy lets it.

    Raises `NotAllowedToAssume` where there is no such role or it does not trust the identity,
    `SessionTooLong`, `MalformedPolicyDocument`, `PackedPolicyTooLarge`.
    """
    role = await roles.living(env, role_arn)
    keys = {
        **condition_keys.of_moment(now, region, address),
        **condition_keys.of_assumption(
            session_name, identity.tags, identity.transitive, identity.source_identity
        ),
        **{name: tuple(values) for name, values in identity.context.items()},
        "aws:FederatedProvider": (identity.provider,),
    }
    actions = needed(WITH_WEB_IDENTITY, identity.tags, identity.source_identity)
    if role is None or not trusts(role, principals.federated(identity.provider), actions, keys):
        raise NotAllowedToAssume
    what = {
        "provider": identity.provider,
        "subject": identity.subject,
        "audience": identity.audience,
        "context": dict(identity.context),
        "transitive": identity.transitive,
        "source_identity": identity.source_identity,
    }
    return await begin(env, role, Wanted(session_name, seconds, session_policies, identity.tags, what), now)


def needed(action: str, tags: Mapping[str, str], source_identity: str) -> tuple[str, ...]:
    """What a trust policy must allow for a session with these."""
    more = ((TAG_SESSION,) if tags else ()) + ((SET_SOURCE_IDENTITY,) if source_identity else ())
    return (action, *more)


def trusts(role: Role, caller: Caller, actions: Iterable[str], keys: Keys) -> bool:
    return all(
        evaluate.trusts(evaluate.request(action, context=keys, caller=caller), role.trust_policy).allowed
        for action in actions
    )


async def begin(env: Env, role: Role, wanted: Wanted, now: Instant) -> Assumed:
    """A session of a role, for whom it trusts. Raises as `with_web_identity`."""
    if wanted.seconds > role.max_seconds:
        raise SessionTooLong
    policies, packed = await checked(env, wanted.policies, wanted.tags)
    account = env.settings.account_id
    session = credentials.begun(
        env,
        now,
        wanted.seconds,
        principal=role.arn(account),
        principal_id=role.role_id,
        name=wanted.name,
        tags=dict(wanted.tags),
        policies=policies.documents,
        policy_arns=policies.arns,
        **wanted.what,
    )
    return Assumed(
        credentials=await credentials.mint(env, session, now),
        assumed_role_id=f"{role.role_id}:{wanted.name}",
        arn=role.session_arn(account, wanted.name),
        packed_size=packed,
    )
