"""An ID token of an OIDC or social provider that somebody shows us (1.2, GetDerivedToken)."""

import hashlib
from collections.abc import Mapping
from typing import Any

from poolhouse.context import Ctx
from poolhouse.directory.providers import Provider
from poolhouse.errors import ForeignTokenRefused, IdTokenRefused
from poolhouse.federation.link import Identity
from poolhouse.federation.oidc import id_token, signed, upstream
from poolhouse.federation.oidc.flow import subject_of
from poolhouse.federation.shown import Shown
from poolhouse.ports import SECOND, Instant


async def verified(ctx: Ctx, provider: Provider, token: str) -> Shown:
    """Raises `ForeignTokenRefused` for providers without ID tokens, `IdTokenRefused`, and as the keys do.

    There is no access token beside it, so what the provider says of somebody is what is in the token.
    """
    there = await upstream.of_provider(ctx.env, provider)
    if not there.issuer:
        raise ForeignTokenRefused(name=provider.name)
    claims = await id_token.presented(ctx.env, there, token)
    said = {"tokenResponse": {}, "idToken": claims, "userInfo": {}}
    return Shown(
        identity=Identity(provider, subject_of(there, claims), claims, said),
        issuer=there.issuer,
        once=_once(provider, there.issuer, claims, token),
        proven_at=_proven_at(claims, ctx.now),
        good_until=id_token.good_until(claims),
    )


def _once(provider: Provider, issuer: str, claims: Mapping[str, Any], token: str) -> str:
    """By `jti`, else by what is signed: the signature itself may be written in several ways."""
    jti = claims.get("jti")
    name = f"jti|{jti}" if isinstance(jti, str) and jti else f"signed|{token.rpartition('.')[0]}"
    digest = hashlib.sha256(f"{provider.name}|{len(issuer)}|{issuer}|{name}".encode()).hexdigest()
    return f"id-token:{digest}"


def _proven_at(claims: Mapping[str, Any], now: Instant) -> Instant:
    """`auth_time`, else when the token was made; never in the future."""
    name = "auth_time" if "auth_time" in claims else "iat"
    return min(int(signed.time_of(claims, name, IdTokenRefused)) * SECOND, now)
