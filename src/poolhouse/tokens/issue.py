"""Tokens for a sign-in that is done: claims, signatures and the refresh token (4, 2.8)."""

import string
from collections.abc import Sequence
from typing import Any

from poolhouse.context import Ctx
from poolhouse.crypto import jose
from poolhouse.directory import assurance, scopes, user_agents
from poolhouse.directory.token_overrides import UNCHANGED, TokenOverride
from poolhouse.directory.users import User
from poolhouse.ports import SECOND
from poolhouse.store.families import FORGOTTEN, Family
from poolhouse.tokens import claims, overridden, refresh
from poolhouse.tokens.claims import Group, Subject
from poolhouse.tokens.refresh import RefreshToken

_SESSION_ALPHABET = string.ascii_lowercase + string.digits


def new_family(ctx: Ctx, sub: str, family_id: str) -> Family:
    """The family of a sign-in that ends now. Its id is the `origin_jti` of all its tokens."""
    tracked = ctx.pool.sessions.tracked
    return Family(
        pool_id=ctx.pool.pool_id,
        sub=sub,
        family_id=family_id,
        client_id=ctx.client.client_id,
        event_id=_event_id(ctx),
        auth_time=ctx.now,
        expires_at=ctx.now + ctx.client.refresh_validity,
        session_id="tkn" + ctx.env.rng.text(25, _SESSION_ALPHABET) if tracked else "",
        address=ctx.address if tracked else "",
        device=user_agents.device(ctx.user_agent) if tracked else "",
    )


def _event_id(ctx: Ctx) -> str:
    """The claim `event_id` names the event of the sign-in, which a mail may have named already."""
    ctx.trail.event_id = ctx.trail.event_id or ctx.env.rng.uuid()
    return ctx.trail.event_id


def issuer(ctx: Ctx) -> str:
    """`<public url>/<user pool id>`; the URL comes from the settings, never from a request."""
    return f"{ctx.env.settings.public_url}/{ctx.pool.pool_id}"


def tokens(
    ctx: Ctx,
    user: User,
    groups: Sequence[Group],
    family: Family,
    override: TokenOverride = UNCHANGED,
    nonce: str = "",
) -> dict[str, Any]:
    """ID and access token as an AuthenticationResult, without a refresh token.

    A sign-in on the pages that was not granted `openid` has no ID token.

    override  what the pool's function wants to be other (tokens/overridden.py)
    nonce     of the authorization request, for the ID token; empty: none
    """
    subject = Subject(
        pool=ctx.pool,
        client=ctx.client,
        user=user,
        groups=groups,
        issuer=issuer(ctx),
        family_id=family.family_id,
        event_id=family.event_id,
        auth_time=family.auth_time,
        device_key=_device_key(ctx, family),
        assurance=assurance.claims_of(family.claims),
        scopes=family.granted,
        hosted=bool(family.scopes),
        audience=family.audience,
    )
    access = overridden.access_token(claims.access_claims(subject, ctx.now, ctx.env.rng.uuid()), override)
    result: dict[str, Any] = {"ExpiresIn": ctx.client.access_validity // SECOND, "TokenType": "Bearer"}
    if subject.hosted and scopes.OPENID not in subject.scopes:
        return result | {"AccessToken": ctx.keys.access_key.sign(access)}
    identity = claims.id_claims(subject, ctx.now, ctx.env.rng.uuid())
    # One signature right after the other: whatever runs after one finds the processor's caches empty.
    access_token = result["AccessToken"] = ctx.keys.access_key.sign(access)
    if subject.hosted:
        identity["at_hash"] = jose.half_hash(access_token)
    if nonce:
        identity["nonce"] = nonce
    result["IdToken"] = ctx.keys.id_key.sign(overridden.id_token(identity, override))
    return result


def _device_key(ctx: Ctx, family: Family) -> str:
    """The claim `device_key`: there as long as the pool tracks devices (4.2)."""
    if ctx.pool.devices is None or family.device_key == FORGOTTEN:
        return ""
    return family.device_key


def refresh_token(ctx: Ctx, family: Family, generation: int) -> str:
    token = RefreshToken(
        pool_id=family.pool_id,
        client_id=family.client_id,
        sub=family.sub,
        family_id=family.family_id,
        generation=generation,
    )
    return refresh.seal(ctx, token)
