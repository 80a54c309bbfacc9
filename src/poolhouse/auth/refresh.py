"""From a refresh token to new tokens, with rotation and the detection of reuse (behaviour file, 2.8)."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from poolhouse.auth import completion
from poolhouse.auth.client_secret import check_hash
from poolhouse.context import Ctx
from poolhouse.directory import user_agents
from poolhouse.directory.users import User
from poolhouse.errors import (
    ApiError,
    InvalidRefreshToken,
    InvalidScope,
    RefreshTokenExpired,
    RefreshTokenReuse,
    RefreshTokenRevoked,
    SecretHashMismatch,
    UserDisabled,
)
from poolhouse.ports import Tx
from poolhouse.quotas import admission
from poolhouse.store import devices, families, user_sessions
from poolhouse.store.families import Family
from poolhouse.tokens import issue, refresh
from poolhouse.tokens.refresh import RefreshToken
from poolhouse.triggers.pre_token_generation import REFRESH


async def by_flow(
    ctx: Ctx, text: str, secret_hash: str | None, device_key: str | None = None
) -> dict[str, Any]:
    """REFRESH_TOKEN_AUTH: new ID and access token. Its SECRET_HASH is over the internal user name."""
    token, user, family = await _living(ctx, text, device_key)
    await admission.take_of_user(ctx.env, ctx.pool.pool_id, ctx.operation, user.sub)
    check_hash(ctx, secret_hash, user.username, wrong=SecretHashMismatch)
    if token.generation != family.generation:
        raise InvalidRefreshToken
    groups = await completion.groups_of(ctx, user)
    override = await completion.overridden(ctx, user, REFRESH, groups, family.granted)
    await _seen(ctx, family)
    return issue.tokens(ctx, user, groups, family, override)


async def by_operation(ctx: Ctx, text: str, device_key: str | None = None) -> dict[str, Any]:
    """GetTokensFromRefreshToken: as by flow, and with rotation a new refresh token as well."""
    return await _renewed(ctx, *await _living(ctx, text, device_key))


async def at_endpoint(ctx: Ctx, text: str, scopes: Sequence[str] = ()) -> dict[str, Any]:
    """/oauth2/token: as by operation, with fewer scopes where some are named.

    The refresh token keeps all of them. Raises `InvalidScope` for one that was not granted (RFC 6749,
    section 6).
    """
    token, user, family = await _living(ctx, text, None)
    if not set(scopes) <= set(family.granted):
        raise InvalidScope
    narrowed = replace(family, scopes=" ".join(scopes)) if scopes and family.scopes else family
    return await _renewed(ctx, token, user, narrowed)


async def _renewed(ctx: Ctx, token: RefreshToken, user: User, family: Family) -> dict[str, Any]:
    generation = token.generation
    if not ctx.client.rotates and generation != family.generation:
        raise RefreshTokenReuse
    groups = await completion.groups_of(ctx, user)
    # It may refuse: nothing is rotated yet.
    override = await completion.overridden(ctx, user, REFRESH, groups, family.granted)
    if ctx.client.rotates:
        generation = await _rotated(ctx, token, family)
    await _seen(ctx, family)
    result = issue.tokens(ctx, user, groups, family, override)
    if ctx.client.rotates:
        result["RefreshToken"] = issue.refresh_token(ctx, family, generation)
    return result


async def _seen(ctx: Ctx, family: Family) -> None:
    """Where the pool keeps track of sign-ins: this one was active now."""
    if not ctx.pool.sessions.tracked:
        return

    async def note(tx: Tx) -> None:
        key = (family.pool_id, family.sub, family.family_id)
        device = user_agents.device(ctx.user_agent)
        await user_sessions.active(tx, *key, ctx.now, address=ctx.address, device=device)

    await ctx.env.db.run_singly(note, durable=False)


async def _living(ctx: Ctx, text: str, device_key: str | None) -> tuple[RefreshToken, User, Family]:
    """The token with its owner and family, if both still allow new tokens.

    device_key  of the device that shows it, where the pool tracks devices
    """
    token = refresh.open_token(ctx, text)

    async def find(tx: Tx) -> tuple[User | None, Family | None, bool]:
        user, family = await families.with_user(tx, token.pool_id, token.sub, token.family_id)
        return user, family, family is not None and await _from_its_device(tx, ctx, family, device_key)

    user, family, at_home = await ctx.env.db.read(find)
    if user is None or family is None:
        raise InvalidRefreshToken
    refused = _refusal(ctx, user, family)
    if refused:
        raise refused
    if not at_home:
        raise InvalidRefreshToken
    return token, user, family


async def _from_its_device(tx: Tx, ctx: Ctx, family: Family, device_key: str | None) -> bool:
    """Is the token shown with the key of its device, which its owner has confirmed (2.2, model text)?

    On a pool that tracks devices no other token can be refreshed: none of the administrator's flows, and
    none of before the pool tracked them [K]. Those of a sign-in on the pages can, at the token endpoint
    (guide of 2026, token endpoint).
    """
    if family.device_key == families.FORGOTTEN:
        return False
    if ctx.pool.devices is None or (ctx.hosted and family.scopes):
        return True
    if not family.device_key or device_key != family.device_key:
        return False
    return await devices.get(tx, family.pool_id, family.sub, family.device_key) is not None


def _refusal(ctx: Ctx, user: User, family: Family) -> ApiError | None:
    if not user.enabled:
        return UserDisabled()
    if family.revoked_at:
        return RefreshTokenRevoked()
    if family.expires_at <= ctx.now:
        return RefreshTokenExpired()
    return None


async def _rotated(ctx: Ctx, token: RefreshToken, family: Family) -> int:
    """The generation of the token to hand out. One of all who show a generation retires it.

    Within the grace period its predecessor gets the same successor again, so that a lost answer can
    be asked for twice; after it, the token was stolen from somebody, and the family ends (RFC 9700,
    section 4.14.2; whether Cognito ends it is not documented, behaviour file section 12, 3).
    """

    async def rotate(tx: Tx) -> int | ApiError:
        if await families.rotate(tx, family, token.generation, ctx.now):
            return token.generation + 1
        _, now = await families.with_user(tx, family.pool_id, family.sub, family.family_id)
        if now is None or now.revoked_at:
            return RefreshTokenRevoked()
        # Another worker may have rotated it in this one's future: that is near too, but never within no time.
        near = abs(ctx.now - now.rotated_at) < ctx.client.rotation_grace
        if token.generation == now.generation - 1 and near:
            return now.generation
        await families.revoke(tx, family.pool_id, family.sub, family.family_id, ctx.now)
        return RefreshTokenReuse()

    generation = await ctx.env.db.run(rotate)
    if isinstance(generation, ApiError):
        raise generation
    return generation


async def revoke(ctx: Ctx, text: str, *, linked: bool = False) -> None:
    """End the family of this token; a token that is unknown or already dead is a success (1.2).

    linked  also the browser's session that it came from, with all else that came of it
    """
    try:
        token = refresh.open_token(ctx, text)
    except InvalidRefreshToken:
        return

    async def end(tx: Tx) -> None:
        if linked:
            await user_sessions.revoke_linked(tx, token.pool_id, token.sub, token.family_id, ctx.now)
        await families.revoke(tx, token.pool_id, token.sub, token.family_id, ctx.now)

    await ctx.env.db.run_singly(end)
