"""What signed-in users do with their own profile (1.5)."""

from typing import Any

from poolhouse.context import Ctx
from poolhouse.delivery import messages, verification, wordings
from poolhouse.directory import attribute_change, attributes, factors, first_factors
from poolhouse.directory.schema import IDENTITIES
from poolhouse.directory.users import User, attribute_list, mfa_options
from poolhouse.errors import (
    ApiError,
    ExpiredCode,
    NoEmailToVerify,
    NoPhoneToVerify,
    NotVerifiable,
    UserNotFound,
)
from poolhouse.idp import attribute_writes
from poolhouse.ports import Tx
from poolhouse.store import codes, hourly, users
from poolhouse.wire.operations import operation

Request = dict[str, Any]
Response = dict[str, Any]

_NOTHING_TO_VERIFY: dict[str, type[ApiError]] = {"email": NoEmailToVerify, "phone_number": NoPhoneToVerify}


@operation("GetUser")
async def get_user(ctx: Ctx, req: Request) -> Response:
    """The user as the app client may read it. No statement: the gateway has just read the user."""
    shown = ctx.client.readable | {"sub", IDENTITIES}
    listed = [entry for entry in attribute_list(ctx.user) if entry["Name"] in shown]
    return {
        "Username": ctx.user.username,
        "UserAttributes": listed,
        **factors.members(ctx.user),
        **mfa_options(ctx.user),
    }


@operation("UpdateUserAttributes")
async def update_user_attributes(ctx: Ctx, req: Request) -> Response:
    """Change attributes; a blank value deletes one. A new address gets a code where the pool says so."""
    given = attributes.for_update(ctx.pool, ctx.client, attributes.from_list(req["UserAttributes"]))

    async def find(tx: Tx) -> User:
        return await _myself(tx, ctx)

    wording = await attribute_writes.worded(ctx, find, given)

    async def update(tx: Tx) -> list[dict[str, str]]:
        return await attribute_writes.write(tx, ctx, await find(tx), given, wording)

    return {"CodeDeliveryDetailsList": await ctx.env.db.run(update)}


@operation("DeleteUserAttributes")
async def delete_user_attributes(ctx: Ctx, req: Request) -> Response:
    """Delete attributes that are the user's to write."""
    names = attributes.for_deletion(ctx.pool, ctx.client, req["UserAttributeNames"])

    async def delete(tx: Tx) -> None:
        await attribute_writes.write(tx, ctx, await _myself(tx, ctx), dict.fromkeys(names, ""))

    await ctx.env.db.run(delete)
    return {}


@operation("DeleteUser")
async def delete_user(ctx: Ctx, req: Request) -> Response:
    """Delete the user who asks, with all that is the user's, for good."""

    async def remove(tx: Tx) -> None:
        if not await users.remove(tx, ctx.pool.pool_id, ctx.user.sub, ctx.now):
            raise UserNotFound

    await ctx.env.db.run(remove)
    return {}


@operation("GetUserAttributeVerificationCode")
async def get_user_attribute_verification_code(ctx: Ctx, req: Request) -> Response:
    """Send a code to the user's address, whether it is verified or not; five in an hour."""
    name = _verifiable(req["AttributeName"])

    async def find(tx: Tx) -> tuple[User, list[str]]:
        user = await _myself(tx, ctx)
        await _address_to_verify(tx, ctx, user, name)
        await hourly.check(tx, ctx, user.sub, hourly.ATTRIBUTE_CODE)
        return user, [name]

    wording = await wordings.before(ctx, messages.VERIFY_USER_ATTRIBUTE, find)

    async def send(tx: Tx) -> dict[str, str] | ApiError:
        user = await _myself(tx, ctx)
        address = await _address_to_verify(tx, ctx, user, name)
        refused = await hourly.take(tx, ctx, user.sub, hourly.ATTRIBUTE_CODE)
        if refused:
            return refused
        return await verification.send(
            tx,
            ctx,
            user,
            name,
            purpose=verification.PROVES[name],
            reason=messages.VERIFY_USER_ATTRIBUTE,
            destination=address,
            wording=wording,
        )

    return {"CodeDeliveryDetails": await ctx.env.db.run(send)}


@operation("VerifyUserAttribute")
async def verify_user_attribute(ctx: Ctx, req: Request) -> Response:
    """Prove an address with the code that was sent there; a kept original gives way to it now."""
    name = _verifiable(req["AttributeName"])

    async def verify(tx: Tx) -> ApiError | None:
        user = await _myself(tx, ctx)
        refused = await hourly.take(tx, ctx, user.sub, hourly.VERIFY_ATTRIBUTE)
        if refused:
            return refused
        spent = await codes.spend(tx, ctx, user.sub, verification.PROVES[name], req["Code"])
        if isinstance(spent, ApiError):
            return spent
        after = attribute_change.proven(ctx.pool, user, name, spent.destination)
        if after is None:
            return ExpiredCode()
        await attribute_writes.save(tx, ctx, user, after)
        return None

    await ctx.env.db.run(verify)
    return {}


@operation("GetUserAuthFactors")
async def get_user_auth_factors(ctx: Ctx, req: Request) -> Response:
    """With what the user can sign in."""

    async def read(tx: Tx) -> User | None:
        return await users.with_credential(tx, ctx.pool.pool_id, ctx.user.sub)

    user = await ctx.env.db.read(read)
    if user is None:
        raise UserNotFound
    return auth_factors(ctx, user)


def auth_factors(ctx: Ctx, user: User) -> Response:
    """GetUserAuthFactorsResponse; `user` was read with its credential."""
    return {
        "Username": user.username,
        "ConfiguredUserAuthFactors": list(first_factors.configured(ctx.pool, user)),
        **factors.members(user),
    }


async def _myself(tx: Tx, ctx: Ctx) -> User:
    user = await users.by_sub(tx, ctx.pool.pool_id, ctx.user.sub)
    if user is None:
        raise UserNotFound
    return user


def _verifiable(name: str) -> str:
    if name not in attribute_change.ADDRESSES:
        raise NotVerifiable
    return name


async def _address_to_verify(tx: Tx, ctx: Ctx, user: User, name: str) -> str:
    """The address that waits behind a kept original, else the user's. That the first goes first is [K]."""
    waiting = None
    if name in ctx.pool.keep_original:
        waiting = await codes.destination(tx, ctx, user.sub, verification.PROVES[name])
    address = waiting or user.attributes.get(name)
    if not address:
        raise _NOTHING_TO_VERIFY[name]
    return address
