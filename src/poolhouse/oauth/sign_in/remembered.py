"""The cookie of a browser that is remembered: whose devices it is, sealed (UI guide, 7.6)."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

import msgspec

from poolhouse.auth import browsers, engine
from poolhouse.auth.completion import Authenticated
from poolhouse.crypto import aead
from poolhouse.http.response import Headers
from poolhouse.oauth.sign_in.turn import Turn
from poolhouse.ports import DAY, SECOND

COOKIE = "device"
_SECONDS = 365 * DAY // SECOND
_MOST = 5  # people of one browser
_LONGEST_NAME = 128  # characters; a cookie holds 4,096


class _Device(msgspec.Struct, frozen=True, array_like=True):
    """`name` as its user types it, folded as the pool folds names."""

    name: str
    key: str
    password: str


_DECODER = msgspec.msgpack.Decoder(list[_Device])


def named(turn: Turn, username: str) -> dict[str, str]:
    """DEVICE_KEY for the flow that begins, where this browser is a device of whoever has this name."""
    name = _folded(turn, username)
    return next(({"DEVICE_KEY": one.key} for one in _kept(turn) if one.name == name), {})


async def shown(turn: Turn, result: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to DEVICE_SRP_AUTH, which asks for the device that was named."""
    key = result["ChallengeParameters"]["DEVICE_KEY"]
    password = next((one.password for one in _kept(turn) if one.key == key), "")
    return await engine.show_device(turn.ctx("RespondToAuthChallenge"), result["Session"], password)


async def after(turn: Turn, username: str, who: Authenticated, *, wished: bool) -> Headers:
    """The header that makes this browser a device of who has just signed in, where it is to be one."""
    key, password = await browsers.remembered(turn.ctx("ConfirmDevice"), who, wished=wished)
    name = _folded(turn, username)
    if not key or len(name) > _LONGEST_NAME:
        return ()
    others = [one for one in _kept(turn) if one.name != name]
    return turn.visit.set_cookie(
        COOKIE, _sealed(turn, [_Device(name, key, password), *others][:_MOST]), _SECONDS
    )


def _folded(turn: Turn, username: str) -> str:
    return turn.visit.pool.fold("username", username)


def _kept(turn: Turn) -> list[_Device]:
    """What the cookie says; nothing where it is not one of ours."""
    try:
        sealed = base64.urlsafe_b64decode(turn.visit.cookie(COOKIE))
        return _DECODER.decode(aead.open_sealed(turn.visit.keys.session, sealed, _bound_to(turn)))
    except (ValueError, binascii.Error, msgspec.DecodeError):
        return []


def _sealed(turn: Turn, devices: list[_Device]) -> str:
    nonce = turn.visit.env.rng.bytes(aead.NONCE_BYTES)
    sealed = aead.seal(turn.visit.keys.session, msgspec.msgpack.encode(devices), _bound_to(turn), nonce)
    return base64.urlsafe_b64encode(sealed).decode()


def _bound_to(turn: Turn) -> str:
    return f"remembered browser|{turn.visit.pool.pool_id}"
