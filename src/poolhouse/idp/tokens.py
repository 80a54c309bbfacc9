"""Tokens after sign-in: refreshing, revoking, signing out everywhere (1.2, 2.8, 4.6)."""

from typing import Any

from poolhouse.auth import refresh
from poolhouse.auth.client_secret import check_secret
from poolhouse.context import Ctx
from poolhouse.directory.users import User
from poolhouse.errors import RevocationOff, Unauthorized, UnsupportedTokenType, UserNotFound
from poolhouse.ports import Tx
from poolhouse.store import families, users
from poolhouse.wire.operations import operation

Request = dict[str, Any]
Response = dict[str, Any]
_JWT_DOTS = 2


@operation("GetTokensFromRefreshToken")
async def get_tokens_from_refresh_token(ctx: Ctx, req: Request) -> Response:
    """Trade a refresh token for new tokens, rotating it where the client says so."""
    check_secret(ctx, req.get("ClientSecret"))
    tokens = await refresh.by_operation(ctx, req["RefreshToken"], req.get("DeviceKey"))
    return {"AuthenticationResult": tokens}


@operation("RevokeToken")
async def revoke_token(ctx: Ctx, req: Request) -> Response:
    """End a sign-in: its refresh token and every access token that came from it."""
    check_secret(ctx, req.get("ClientSecret"), refused=Unauthorized)
    if not ctx.client.revocable:
        raise RevocationOff
    if req["Token"].count(".") == _JWT_DOTS:
        raise UnsupportedTokenType
    await refresh.revoke(ctx, req["Token"], linked=req.get("RevokeAssociatedSessions") == "LINKED")
    return {}


@operation("GlobalSignOut")
async def global_sign_out(ctx: Ctx, req: Request) -> Response:
    """Revoke every token of the user who asks."""
    await _sign_out(ctx, ctx.user.sub)
    return {}


@operation("AdminUserGlobalSignOut")
async def admin_user_global_sign_out(ctx: Ctx, req: Request) -> Response:
    """Revoke every token of a user."""

    async def find(tx: Tx) -> User | None:
        return await users.by_any_name(tx, ctx.pool, req["Username"])

    user = await ctx.env.db.read(find)
    if user is None:
        raise UserNotFound
    await _sign_out(ctx, user.sub)
    return {}


async def _sign_out(ctx: Ctx, sub: str) -> None:
    async def revoke(tx: Tx) -> None:
        user = await users.by_sub(tx, ctx.pool.pool_id, sub)
        if user is None:
            raise UserNotFound
        await users.save(tx, ctx, user, users.signed_out(user, ctx.now))
        await families.revoke_all(tx, user.pool_id, user.sub, ctx.now)

    await ctx.env.db.run(revoke)
