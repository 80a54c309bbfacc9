"""Devices in a sign-in: the one that it names, its password, and the new one that it is offered (2.2)."""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any

import msgspec

from poolhouse.auth.sign_in import SignIn
from poolhouse.context import Ctx
from poolhouse.crypto import aead, passwords
from poolhouse.crypto.group import GROUP_BYTES, N
from poolhouse.crypto.passwords import Credential
from poolhouse.directory import devices as rules
from poolhouse.directory.devices import Device
from poolhouse.errors import DeviceNotFound, InvalidDeviceVerifier
from poolhouse.ports import Tx
from poolhouse.store import devices

_LONGEST_SALT = 64  # bytes; clients make 16, and a zero byte before a high bit
_GROUP_KEY = re.compile(rb"[^A-Za-z0-9]")
_GROUP_KEY_LENGTH = 8
_OWN_STEPS = frozenset({"DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER"})


def tracks(ctx: Ctx, sign_in: SignIn) -> bool:
    """Will the tokens of this sign-in belong to a device?"""
    return ctx.pool.devices is not None and sign_in.flow in rules.TRACKED_FLOWS


async def named(ctx: Ctx, sign_in: SignIn, given: Mapping[str, str]) -> SignIn:
    """The sign-in, knowing the device that DEVICE_KEY names.

    Raises `DeviceNotFound` for one that the user has not confirmed, with two exceptions. The steps of the
    device itself compare the key with the one they were asked for. And SRP_A asks only: what refuses
    DEVICE_KEY is the answer to PASSWORD_VERIFIER, where the JavaScript clients forget it and try again.
    A pool that tracks no devices takes no notice of a key that is left over from when it did [K].
    """
    key = given.get("DEVICE_KEY")
    if not key or not tracks(ctx, sign_in) or sign_in.step in _OWN_STEPS or "DEVICE" in sign_in.proven:
        return sign_in
    device = await find(ctx, sign_in.sub, key)
    if device is None:
        if not sign_in.step and "SRP_A" in given:
            return sign_in
        raise DeviceNotFound
    return msgspec.structs.replace(sign_in, device=key, device_key=key if device.remembered else "")


async def find(ctx: Ctx, sub: str, key: str) -> Device | None:
    """The device of this key, if the user has confirmed it."""
    if not rules.is_key(key):
        return None

    async def get(tx: Tx) -> Device | None:
        return await devices.get(tx, ctx.pool.pool_id, sub, key)

    return await ctx.env.db.read(get)


async def asked_for(ctx: Ctx, sign_in: SignIn) -> Device:
    """The remembered device that has to prove itself. Raises `DeviceNotFound` if it is that no more."""
    settings = ctx.pool.devices
    device = await find(ctx, sign_in.sub, sign_in.device_key)
    if device is None or not device.remembered or settings is None or not settings.challenge:
        raise DeviceNotFound
    return device


def new_key(ctx: Ctx) -> str:
    """`<Region>_<UUID>`, which nobody can guess."""
    return f"{ctx.pool.region}_{ctx.env.rng.uuid()}"


def group_key(ctx: Ctx, sub: str, key: str) -> str:
    """`DeviceGroupKey`, such as `-wt2ha1Zd`: follows from the key, so that an offer need not be stored."""
    digest = base64.b64encode(aead.keyed_digest(ctx.keys.digest, "device group", sub, key))
    return "-" + _GROUP_KEY.sub(b"", digest)[:_GROUP_KEY_LENGTH].decode()


def metadata(ctx: Ctx, sub: str, key: str) -> dict[str, str]:
    """`NewDeviceMetadata`."""
    return {"DeviceKey": key, "DeviceGroupKey": group_key(ctx, sub, key)}


def credential_from(config: Mapping[str, Any]) -> Credential:
    """From `DeviceSecretVerifierConfig`: base64 of both numbers. Raises `InvalidDeviceVerifier`.

    Verifiers that would open to whoever knows the device's key are refused: 0, 1 and N - 1.
    """
    salt, verifier = _bytes_of(config, "Salt"), _bytes_of(config, "PasswordVerifier")
    v = int.from_bytes(verifier, "big")
    if len(salt) > _LONGEST_SALT or not 1 < v < N - 1:
        raise InvalidDeviceVerifier
    return Credential("srp", salt, verifier=v.to_bytes(GROUP_BYTES, "big"))


def _bytes_of(config: Mapping[str, Any], member: str) -> bytes:
    try:
        found = base64.b64decode(config.get(member) or "", validate=True)
    except (ValueError, binascii.Error) as error:
        raise InvalidDeviceVerifier from error
    if not found:
        raise InvalidDeviceVerifier
    return found


def seal(ctx: Ctx, sub: str, key: str, credential: Credential) -> bytes:
    plain = passwords.pack(credential)
    return aead.seal(ctx.keys.seal, plain, _bound_to(ctx, sub, key), ctx.env.rng.bytes(12))


def opened(ctx: Ctx, device: Device) -> Credential:
    bound_to = _bound_to(ctx, device.sub, device.device_key)
    return passwords.unpack(aead.open_sealed(ctx.keys.seal, device.sealed, bound_to))


def _bound_to(ctx: Ctx, sub: str, key: str) -> str:
    return f"device|{ctx.pool.pool_id}|{sub}|{key}"
