"""Browsers that the pages remember as devices of a user, where the pool tracks devices (behaviour file, 2.2).

A browser on the pages does no SRP: its cookie has the device's password, which is shown as it is, and the
store has the verifier of it as for every device. So ListDevices shows it, and ForgetDevice forgets it.
"""

import msgspec

from poolhouse.auth import devices
from poolhouse.auth.completion import Authenticated
from poolhouse.auth.ledger import counted
from poolhouse.auth.sign_in import SignIn, prove
from poolhouse.auth.who import Person
from poolhouse.context import Ctx
from poolhouse.crypto import passwords
from poolhouse.directory import assurance
from poolhouse.directory.devices import REMEMBERED, Device
from poolhouse.ports import Tx
from poolhouse.store import devices as stored
from poolhouse.store import users

_NAME = "Web browser"  # DeviceName; what Cognito's pages call a browser is not known [K]
_PASSWORD_CHARACTERS = 43
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_SECOND = frozenset({"TOTP", "SMS_MFA", "EMAIL_MFA"})


def offers(ctx: Ctx) -> bool:
    """A remembered browser would stand for the second factor."""
    return ctx.pool.devices is not None and ctx.pool.devices.challenge


def asks_user(ctx: Ctx) -> bool:
    """It is remembered only where the user says so."""
    return ctx.pool.devices is not None and ctx.pool.devices.challenge and ctx.pool.devices.asks_user


async def remembered(ctx: Ctx, who: Authenticated, *, wished: bool) -> tuple[str, str]:
    """The key and the password of this browser, a device of the user from now on; empty: it is none.

    Only who has just proven a second factor in it has one: a device proves that later, and no more.
    """
    if not offers(ctx) or (asks_user(ctx) and not wished):
        return "", ""
    if not _SECOND.intersection(assurance.proven_by(who.claims)):
        return "", ""
    key, password = devices.new_key(ctx), ctx.env.rng.text(_PASSWORD_CHARACTERS, _ALPHABET)
    device = _device(ctx, who.user.sub, key, password)

    async def add(tx: Tx) -> bool:
        if not await users.hold(tx, device.pool_id, device.sub):
            return False
        await stored.add(tx, device)
        return True

    return (key, password) if await ctx.env.db.run(add) else ("", "")


def _device(ctx: Ctx, sub: str, key: str, password: str) -> Device:
    group = devices.group_key(ctx, sub, key)
    credential = passwords.new_credential("srp", group, key, password, ctx.env.rng.bytes(16))
    return Device(
        pool_id=ctx.pool.pool_id,
        sub=sub,
        device_key=key,
        group_key=group,
        sealed=devices.seal(ctx, sub, key, credential),
        state=REMEMBERED,
        name=_NAME,
        last_ip=ctx.address,
        session="",
        created_at=ctx.now,
        modified_at=ctx.now,
        authenticated_at=ctx.now,
    )


async def shown(ctx: Ctx, sign_in: SignIn, person: Person, password: str) -> SignIn:
    """The sign-in with what the device proves; with a wrong password, as if it had named none.

    The try is counted before anything is compared. Raises `LockedOut`, `DeviceNotFound`.
    """
    device = await devices.asked_for(ctx, sign_in)
    await counted(ctx, person.sub)
    if passwords.matches(devices.opened(ctx, device), device.group_key, device.device_key, password):
        return prove(sign_in, "DEVICE_PASSWORD_VERIFIER")
    return msgspec.structs.replace(sign_in, device="", device_key="")
