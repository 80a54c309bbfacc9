"""Devices of users: confirmed, remembered, listed, forgotten; by themselves and by administrators (1.8)."""

from typing import Any

from poolhouse.auth import devices as secrets_of
from poolhouse.auth import lookup
from poolhouse.context import Ctx
from poolhouse.directory import devices as rules
from poolhouse.directory.devices import NOT_REMEMBERED, REMEMBERED, Device
from poolhouse.directory.pools import DeviceSettings
from poolhouse.directory.users import User
from poolhouse.errors import (
    DeviceKeyExists,
    DeviceMemberMissing,
    DeviceNotFound,
    DeviceOwnerNotFound,
    DevicesNotTracked,
    MissingParameter,
    UserNotFound,
)
from poolhouse.ports import Tx
from poolhouse.store import devices, families, paging, users
from poolhouse.wire.operations import operation

Request = dict[str, Any]
Response = dict[str, Any]
_USUAL_PAGE = 60


@operation("ConfirmDevice")
async def confirm_device(ctx: Ctx, req: Request) -> Response:
    """Keep the device that a sign-in of this user was offered, with the verifier of its password."""
    settings = _tracking(ctx)
    device = _confirmed(ctx, req, NOT_REMEMBERED if settings.asks_user else REMEMBERED)

    async def confirm(tx: Tx) -> None:
        await _hold(tx, ctx, ctx.user)
        there = await devices.get(tx, device.pool_id, device.sub, device.device_key)
        if there and there.sealed == device.sealed:
            return  # it was done, and the acknowledgement was lost
        if there:
            raise DeviceKeyExists
        if not await families.is_bound(tx, device.pool_id, device.sub, device.device_key, ctx.now):
            raise DeviceNotFound
        await devices.add(tx, device)

    await ctx.env.db.run(confirm)
    return {"UserConfirmationNecessary": settings.asks_user}


def _confirmed(ctx: Ctx, req: Request, state: str) -> Device:
    for member in ("DeviceName", "DeviceSecretVerifierConfig"):
        if not req.get(member):
            raise DeviceMemberMissing(name=member)
    key, sub = req["DeviceKey"], ctx.user.sub
    credential = secrets_of.credential_from(req["DeviceSecretVerifierConfig"])
    return Device(
        pool_id=ctx.pool.pool_id,
        sub=sub,
        device_key=key,
        group_key=secrets_of.group_key(ctx, sub, key),
        sealed=secrets_of.seal(ctx, sub, key, credential),
        state=state,
        name=req["DeviceName"],
        last_ip=ctx.address,
        session="",
        created_at=ctx.now,
        modified_at=ctx.now,
        authenticated_at=ctx.now,
    )


@operation("GetDevice")
async def get_device(ctx: Ctx, req: Request) -> Response:
    """One device of the user."""
    _with_token(ctx)
    _tracking(ctx)
    device = await secrets_of.find(ctx, ctx.user.sub, req["DeviceKey"])
    return {"Device": _described(ctx, ctx.user, device)}


@operation("AdminGetDevice")
async def admin_get_device(ctx: Ctx, req: Request) -> Response:
    """One device of a user."""
    _tracking(ctx)
    owner = await _owner(ctx, req)
    device = await secrets_of.find(ctx, owner.sub, req["DeviceKey"])
    return {"Device": _described(ctx, owner, device)}


def _described(ctx: Ctx, owner: User, device: Device | None) -> dict[str, Any]:
    if device is None:
        raise DeviceNotFound
    return rules.described(device, ctx.pool, owner, ctx.env.settings.account_id)


@operation("ListDevices")
async def list_devices(ctx: Ctx, req: Request) -> Response:
    """The user's devices."""
    _tracking(ctx)
    found, answer = await _page(ctx, req, ctx.user)
    return {"Devices": [rules.listed(device) for device in found], **answer}


@operation("AdminListDevices")
async def admin_list_devices(ctx: Ctx, req: Request) -> Response:
    """A user's devices."""
    _tracking(ctx)
    owner = await _owner(ctx, req)
    found, answer = await _page(ctx, req, owner)
    return {"Devices": [_described(ctx, owner, device) for device in found], **answer}


async def _page(ctx: Ctx, req: Request, owner: User) -> tuple[list[Device], Response]:
    """One page of the user's devices, and the token for the next where there is one."""
    listing, size, after = f"devices|{owner.sub}", req.get("Limit") or _USUAL_PAGE, ""
    if "PaginationToken" in req:
        last = paging.open_token(ctx.keys.session, ctx.now, listing, req["PaginationToken"])
        after = str(last[0])

    async def read(tx: Tx) -> list[Device]:
        return list(await devices.page(tx, owner.pool_id, owner.sub, after, size + 1))

    found = await ctx.env.db.read(read)
    if len(found) <= size:
        return found, {}
    shown = found[:size]
    token = paging.seal(ctx.keys.session, ctx.env.rng, ctx.now, listing, [shown[-1].device_key])
    return shown, {"PaginationToken": token}


@operation("UpdateDeviceStatus")
async def update_device_status(ctx: Ctx, req: Request) -> Response:
    """Remember a device, or remember it no more; it stays on the list."""
    state = _wanted_state(ctx, req)

    async def update(tx: Tx) -> None:
        await _set_state(tx, ctx, ctx.user, req["DeviceKey"], state)

    await ctx.env.db.run(update)
    return {}


@operation("AdminUpdateDeviceStatus")
async def admin_update_device_status(ctx: Ctx, req: Request) -> Response:
    """Let a user's device be remembered, or not."""
    state = _wanted_state(ctx, req)

    async def update(tx: Tx) -> None:
        owner = await lookup.for_admin(tx, ctx, req["Username"])
        await _set_state(tx, ctx, owner, req["DeviceKey"], state)

    await ctx.env.db.run(update)
    return {}


def _wanted_state(ctx: Ctx, req: Request) -> str:
    _tracking(ctx)
    if "DeviceRememberedStatus" not in req:
        raise MissingParameter(name="DeviceRememberedStatus")
    return str(req["DeviceRememberedStatus"])


async def _set_state(tx: Tx, ctx: Ctx, owner: User, key: str, state: str) -> None:
    if not await devices.set_state(tx, owner.pool_id, owner.sub, key, state, ctx.now):
        raise DeviceNotFound


@operation("ForgetDevice")
async def forget_device(ctx: Ctx, req: Request) -> Response:
    """Delete a device of the user."""
    _with_token(ctx)
    _tracking(ctx)

    async def forget(tx: Tx) -> None:
        await _forget(tx, ctx, ctx.user, req["DeviceKey"])

    await ctx.env.db.run(forget)
    return {}


@operation("AdminForgetDevice")
async def admin_forget_device(ctx: Ctx, req: Request) -> Response:
    """Delete a device of a user."""
    _tracking(ctx)

    async def forget(tx: Tx) -> None:
        owner = await lookup.for_admin(tx, ctx, req["Username"])
        await _forget(tx, ctx, owner, req["DeviceKey"])

    await ctx.env.db.run(forget)
    return {}


async def _forget(tx: Tx, ctx: Ctx, owner: User, key: str) -> None:
    """Its refresh tokens end with it; access tokens run out by themselves, as AWS's announcement says [K]."""
    await _hold(tx, ctx, owner)
    if not await devices.delete(tx, owner.pool_id, owner.sub, key):
        raise DeviceNotFound
    await families.unbind(tx, owner.pool_id, owner.sub, key)


async def _hold(tx: Tx, ctx: Ctx, owner: User) -> None:
    """One change of a user's devices after the other: what is forgotten must not be confirmed meanwhile."""
    if not await users.hold(tx, owner.pool_id, owner.sub):
        raise UserNotFound


async def _owner(ctx: Ctx, req: Request) -> User:
    """Raises `DeviceOwnerNotFound`: the operations that read do not declare UserNotFoundException."""

    async def find(tx: Tx) -> User | None:
        return await users.by_any_name(tx, ctx.pool, req["Username"])

    owner = await ctx.env.db.read(find)
    if owner is None:
        raise DeviceOwnerNotFound
    return owner


def _tracking(ctx: Ctx) -> DeviceSettings:
    """The pool's settings. Raises `DevicesNotTracked`."""
    if ctx.pool.devices is None:
        raise DevicesNotTracked
    return ctx.pool.devices


def _with_token(ctx: Ctx) -> None:
    """The model calls the access token of these operations optional; nothing else can stand for it."""
    if ctx.caller.user is None:
        raise MissingParameter(name="AccessToken")
