"""Tokens of a pool's identity providers, as GetDerivedToken takes them (behaviour file, 1.2; RFC 8693).

Who shows one signs in with it, as in the browser: the same mapping, links and functions. It is good once.
"""

from msgspec.structs import replace

from poolhouse.auth import exchange
from poolhouse.context import Ctx
from poolhouse.directory import domains
from poolhouse.directory.providers import SAML, Provider
from poolhouse.directory.users import User
from poolhouse.errors import (
    AccessTokenRevoked,
    AliasExists,
    ForeignSignInRefused,
    ForeignTokenNotGood,
    ForeignTokenRefused,
    IdTokenRefused,
    ProviderNotOfClient,
    SamlRefused,
    UserNotConfirmed,
)
from poolhouse.federation import link, shown
from poolhouse.federation.oidc import shown as id_tokens
from poolhouse.federation.shown import Shown
from poolhouse.ports import SECOND, Tx
from poolhouse.store import families, snapshots
from poolhouse.store.families import Family
from poolhouse.tokens import issue
from poolhouse.tokens.verify import Presented, PresentedClaims

_SAML2 = "SAML2"


async def verified(ctx: Ctx, name: str, token: str, kind: str) -> Shown:
    """Whom the token speaks of, by the provider's own keys; nothing is written.

    Raises `ProviderNotOfClient`, `ForeignTokenRefused`, `ForeignTokenNotGood`, and `ApiError` where the
    provider does not answer.
    """
    provider = ctx.providers.get(name)
    if provider is None or name not in ctx.client.providers:
        raise ProviderNotOfClient(name=name)
    if kind != (_SAML2 if provider.provider_type == SAML else exchange.ID):
        raise ForeignTokenRefused(name=name)
    try:
        if kind == _SAML2:
            return await _assertion(ctx, provider, token)
        return await id_tokens.verified(ctx, provider, token)
    except IdTokenRefused as error:
        raise ForeignTokenNotGood(error.message) from error
    except SamlRefused as error:
        raise ForeignTokenNotGood(f"Invalid SAML assertion: {error.message.removesuffix('.')}.") from error


async def _assertion(ctx: Ctx, provider: Provider, document: str) -> Shown:
    from poolhouse.federation.saml import shown as assertions  # here: lxml and signxml take 0.2 s
    from poolhouse.federation.saml.service_provider import ServiceProvider

    bases = [issue.issuer(ctx)]
    bases += [domains.url(ctx.env.settings, one) for one in (ctx.snapshot.domains if ctx.snapshot else ())]
    ours = [ServiceProvider(ctx.pool.pool_id, base) for base in bases]
    return await assertions.verified(ctx, provider, ours, document)


async def signed_in(ctx: Ctx, told: Shown) -> Presented:
    """The user, who may be new, and a sign-in for the new token, with all scopes that the client may have.

    That it has them, as a sign-in on the pages can, and is none of those that ListUserSessions shows, is
    [K]. Raises `ForeignTokenUsed`, and whatever stands in the way of signing in.
    """
    await shown.spend(ctx, told)
    try:
        user = await link.sign_in(ctx, told.identity)
    except (AliasExists, UserNotConfirmed) as error:
        raise ForeignSignInRefused(error.message) from error
    family = await _family(ctx, user, told)
    claims = PresentedClaims(
        sub=user.sub,
        iss=issue.issuer(ctx),
        token_use="id",
        exp=told.good_until // SECOND,
        iat=ctx.now // SECOND,
        auth_time=told.proven_at // SECOND,
        origin_jti=family.family_id if ctx.client.revocable else "",
    )
    # Read anew: with the first user of a provider the pool has a group.
    return Presented(await snapshots.of_pool(ctx.env, ctx.pool.pool_id), claims, user, family)


async def _family(ctx: Ctx, user: User, told: Shown) -> Family:
    """Raises `AccessTokenRevoked` where the user was disabled meanwhile."""
    family = replace(
        issue.new_family(ctx, user.sub, ctx.env.rng.uuid()),
        auth_time=told.proven_at,
        expires_at=told.good_until,
        scopes=" ".join(exchange.allowed_scopes(ctx)),
        session_id="",
    )

    async def store(tx: Tx) -> bool:
        return await families.add(tx, family)

    if not await ctx.env.db.run_singly(store):
        raise AccessTokenRevoked
    return family
