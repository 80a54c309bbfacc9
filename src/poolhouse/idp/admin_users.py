"""What administrators do with one user (1.6)."""

from typing import Any

from msgspec.structs import replace

from poolhouse.auth import lookup
from poolhouse.context import Ctx
from poolhouse.directory import attributes, factors
from poolhouse.directory.users import User, attribute_list, mfa_options
from poolhouse.errors import UserNotFound
from poolhouse.idp import attribute_writes
from poolhouse.idp.attributes import auth_factors
from poolhouse.ports import Tx
from poolhouse.store import families, users
from poolhouse.wire.operations import operation

Request = dict[str, Any]
Response = dict[str, Any]


@operation("AdminGetUser")
async def admin_get_user(ctx: Ctx, req: Request) -> Response:
    """The whole user."""
    user = await _read(ctx, req["Username"])
    return {
        "Username": user.username,
        "UserAttributes": attribute_list(user),
        "UserCreateDate": user.created_at,
        "UserLastModifiedDate": user.modified_at,
        "Enabled": user.enabled,
        "UserStatus": user.status.value,
        **factors.members(user),
        **mfa_options(user),
    }


@operation("AdminUpdateUserAttributes")
async def admin_update_user_attributes(ctx: Ctx, req: Request) -> Response:
    """Change attributes without regard to what app clients may write; may say that an address is proven."""
    given = attributes.for_update(ctx.pool, None, attributes.from_list(req["UserAttributes"]))

    async def find(tx: Tx) -> User:
        return await lookup.for_admin(tx, ctx, req["Username"])

    wording = await attribute_writes.worded(ctx, find, given)

    async def update(tx: Tx) -> None:
        await attribute_writes.write(tx, ctx, await find(tx), given, wording)

    await ctx.env.db.run(update)
    return {}


@operation("AdminDeleteUserAttributes")
async def admin_delete_user_attributes(ctx: Ctx, req: Request) -> Response:
    """Delete attributes."""
    names = attributes.for_deletion(ctx.pool, None, req["UserAttributeNames"])

    async def delete(tx: Tx) -> None:
        user = await lookup.for_admin(tx, ctx, req["Username"])
        await attribute_writes.write(tx, ctx, user, dict.fromkeys(names, ""))

    await ctx.env.db.run(delete)
    return {}


@operation("AdminDeleteUser")
async def admin_delete_user(ctx: Ctx, req: Request) -> Response:
    """Delete a user with all that is the user's, for good."""

    async def remove(tx: Tx) -> None:
        user = await lookup.for_admin(tx, ctx, req["Username"])
        if not await users.remove(tx, user.pool_id, user.sub, ctx.now):
            raise UserNotFound

    await ctx.env.db.run(remove)
    return {}


@operation("AdminDisableUser")
async def admin_disable_user(ctx: Ctx, req: Request) -> Response:
    """Let the user sign in no more, and revoke every token (4.6)."""

    async def disable(tx: Tx) -> None:
        user = await lookup.for_admin(tx, ctx, req["Username"])
        await users.save(tx, ctx, user, replace(users.signed_out(user, ctx.now), enabled=False))
        await families.revoke_all(tx, user.pool_id, user.sub, ctx.now)

    await ctx.env.db.run(disable)
    return {}


@operation("AdminEnableUser")
async def admin_enable_user(ctx: Ctx, req: Request) -> Response:
    """Let the user sign in again; the status is what it was, and revoked tokens stay revoked."""

    async def enable(tx: Tx) -> None:
        user = await lookup.for_admin(tx, ctx, req["Username"])
        await users.save(tx, ctx, user, replace(user, enabled=True))

    await ctx.env.db.run(enable)
    return {}


@operation("AdminGetUserAuthFactors")
async def admin_get_user_auth_factors(ctx: Ctx, req: Request) -> Response:
    """With what a user can sign in."""
    return auth_factors(ctx, await _read(ctx, req["Username"]))


async def _read(ctx: Ctx, name: str) -> User:
    async def read(tx: Tx) -> User:
        return await lookup.for_admin(tx, ctx, name)

    return await ctx.env.db.read(read)
