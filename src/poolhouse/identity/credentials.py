"""GetCredentialsForIdentity: the enhanced flow (behaviour file, 1.18 and 1.19)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from poolhouse.context import Ctx
from poolhouse.directory import guest_policy, identity_roles, login_providers, principal_tags
from poolhouse.directory import logins as login_rules
from poolhouse.directory.logins import Login
from poolhouse.errors import InvalidIdentityPoolConfiguration, NotAllowedToAssume, PackedPolicyTooLarge
from poolhouse.federation import upstream_sts
from poolhouse.identity import minting, passed_tokens, resolution
from poolhouse.identity.logins import verification
from poolhouse.tokens import assume
from poolhouse.tokens.assume import WebIdentity
from poolhouse.tokens.credentials import Credentials
from poolhouse.tokens.session_policies import NONE, SessionPolicies
from poolhouse.wire.operations import operation

if TYPE_CHECKING:
    from poolhouse.wire.models.cognito_identity import GetCredentialsForIdentityInput

Response = dict[str, Any]

SESSION_NAME = "CognitoIdentityCredentials"
SECONDS = 3_600

_GUEST = SessionPolicies(documents=(guest_policy.DOCUMENT,))


class Proven(Struct, frozen=True):
    """Who asks for credentials, and what was proven of it.

    amr   how it was proven; a guest proved nothing
    tags  principal tags
    """

    identity_id: str
    logins: Sequence[Login]
    amr: tuple[str, ...]
    tags: Mapping[str, str]


@operation("GetCredentialsForIdentity", service="cognito-identity")
async def get_credentials_for_identity(ctx: Ctx, req: GetCredentialsForIdentityInput) -> Response:
    """Temporary credentials of the role that the pool has for who asks, good for an hour."""
    who = await _proven(ctx, req["IdentityId"], req.get("Logins") or {})
    host = login_providers.host_of(ctx.env.settings.public_url)
    role = identity_roles.choose(
        ctx.identity_pool, who.identity_id, who.logins, req.get("CustomRoleArn", ""), host
    )
    given = _minted if not ctx.env.settings.sts_upstream else _of_another
    credentials = await given(ctx, who, role)
    return {
        "IdentityId": who.identity_id,
        "Credentials": {
            "AccessKeyId": credentials.access_key_id,
            "SecretKey": credentials.secret_access_key,
            "SessionToken": credentials.session_token,
            "Expiration": credentials.expiration,
        },
    }


async def _proven(ctx: Ctx, identity_id: str, given: Mapping[str, str]) -> Proven:
    if list(given) == [login_providers.SELF]:
        passed = await passed_tokens.verified(ctx, identity_id, given[login_providers.SELF])
        return Proven(identity_id, passed.logins, passed.amr, passed.tags)
    logins = await verification.verified(ctx, given)
    found = await resolution.of_identity(ctx, identity_id, logins)
    tags = principal_tags.of_logins(ctx.identity_pool, logins)
    return Proven(found, logins, login_rules.amr(logins), tags)


async def _minted(ctx: Ctx, who: Proven, role: str) -> Credentials:
    """Our own, for whatever the role's trust policy lets in; guests within bounds.

    Raises `InvalidIdentityPoolConfiguration` where it lets nobody in, and where the tags are too many.
    """
    pool_id, prefix = ctx.identity_pool.pool_id, login_providers.SELF
    context = {f"{prefix}:aud": (pool_id,), f"{prefix}:sub": (who.identity_id,), f"{prefix}:amr": who.amr}
    identity = WebIdentity(prefix, who.identity_id, pool_id, context, who.tags)
    policies = NONE if who.logins else _GUEST
    try:
        assumed = await assume.with_web_identity(
            ctx.env, ctx.region, identity, role, SESSION_NAME, SECONDS, policies, ctx.now, ctx.address
        )
    except (NotAllowedToAssume, PackedPolicyTooLarge) as refused:
        raise InvalidIdentityPoolConfiguration from refused
    return assumed.credentials


async def _of_another(ctx: Ctx, who: Proven, role: str) -> Credentials:
    """Of the STS that the setting `sts_upstream` names, for a token like that of GetOpenIdToken.

    The token lives as long as the credentials are to: there are servers that end them with it.
    Raises `UpstreamStsAway` and `UpstreamStsRefused`.
    """
    token = await minting.token(ctx, who.identity_id, who.amr, who.tags, SECONDS)
    policy = "" if who.logins else guest_policy.DOCUMENT
    return await upstream_sts.credentials(ctx.env, token, role, SESSION_NAME, SECONDS, policy)
