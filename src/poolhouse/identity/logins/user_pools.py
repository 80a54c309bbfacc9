"""ID tokens of our own user pools (behaviour file, 1.18)."""

from collections.abc import Mapping
from typing import Any

from poolhouse.context import Ctx
from poolhouse.crypto import jose
from poolhouse.directory.login_providers import LoginProvider
from poolhouse.directory.logins import USER_POOL_SIGN_IN, Login
from poolhouse.errors import (
    ApiError,
    LoginIssuerMismatch,
    LoginOfNoUserPool,
    LoginRevoked,
    LoginUnverified,
    NotAnIdentityToken,
    PoolNotFound,
)
from poolhouse.identity.logins import claims as said
from poolhouse.store import snapshots
from poolhouse.tokens import verify


async def verified(ctx: Ctx, provider: LoginProvider, token: str) -> Login:
    """Checked: form, issuer, RS256 signature by a key of the pool, audience, expiry, token use.

    With ServerSideTokenCheck, in the store too: the user is there and enabled, and the sign-in not revoked.
    Raises a `LoginRefused` and `LoginProviderNotSupported`.
    """
    issuer, _ = said.unverified(ctx, token)
    _check_issuer(ctx, provider, issuer)
    claims = await _signed(ctx, provider, token)
    client = said.audience(claims, provider.audiences)
    said.check_times(claims, ctx.now)
    if claims.get("token_use") != "id":
        raise NotAnIdentityToken
    if client in provider.checks:
        await _check_store(ctx, token)
    return Login(provider.name, said.subject(claims), USER_POOL_SIGN_IN, client, claims)


def _check_issuer(ctx: Ctx, provider: LoginProvider, issuer: str) -> None:
    """One of our other user pools is told apart from somebody else [K]."""
    base, _, pool_id = issuer.rpartition("/")
    if base != ctx.env.settings.public_url:
        raise LoginOfNoUserPool
    if pool_id != provider.source:
        raise LoginIssuerMismatch


async def _signed(ctx: Ctx, provider: LoginProvider, token: str) -> Mapping[str, Any]:
    try:
        snapshot = await snapshots.of_pool(ctx.env, provider.source)
        return jose.verify(token, snapshot.keys.public.get)
    except (PoolNotFound, jose.BadSignature) as error:
        raise LoginUnverified from error
    except jose.NotAJwt as error:
        raise NotAnIdentityToken from error


async def _check_store(ctx: Ctx, token: str) -> None:
    try:
        await verify.presented(ctx.env, token, ctx.now, "id")
    except ApiError as error:
        raise LoginRevoked from error
