"""`EncodedData`: what the libraries of AWS for browsers and phones tell about a device, signed by them. Pure.

Base64 of JSON {payload, signature, version}. `payload` is JSON as text: {contextData, username, userPoolId,
timestamp}, the last in milliseconds. `signature` is the base64 of HMAC-SHA256 over version and payload, and
the key is the id of the app client (aws-sdk-android, SignatureGenerator and UserContextDataProvider; the
browser library does the same, as what it sends shows). The key is no secret: the signature tells what was
damaged or mixed up, and not who wrote it.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from poolhouse.ports import MINUTE, Instant

_LONGEST = 16_384  # characters; the browser library sends about 1,000
_SKEW: Instant = 5 * MINUTE  # as for TIMESTAMP of SRP [K]
_LONGEST_TEXT = 256


class _Envelope(Struct, frozen=True):
    payload: str
    signature: str
    version: str


class _Payload(Struct, frozen=True):
    contextData: Mapping[str, Any]  # noqa: N815 - as it is written on the wire
    username: str
    userPoolId: str  # noqa: N815
    timestamp: str | int


class Device(Struct, frozen=True):
    """What the device says of itself. Each is empty where the library does not tell it."""

    device_id: str
    name: str
    user_agent: str
    timezone: str


_ENVELOPES = msgspec.json.Decoder(_Envelope)
_PAYLOADS = msgspec.json.Decoder(_Payload)


class Unbelievable(Exception):
    """It cannot be read, its signature is wrong, or it is about somebody or something else. Says which."""


def opened(text: str, client_id: str, pool_id: str, is_named: Callable[[str], bool], now: Instant) -> Device:
    """Raises `Unbelievable`.

    is_named  is this a name that the request has for the user?
    """
    if len(text) > _LONGEST:
        raise Unbelievable("too long")
    try:
        envelope = _ENVELOPES.decode(base64.b64decode(text.replace("\n", ""), validate=True))
        payload = _PAYLOADS.decode(envelope.payload)
        sent = int(payload.timestamp) * 1_000
    except (ValueError, msgspec.MsgspecError) as error:
        raise Unbelievable("unreadable") from error
    if not _is_signed(envelope, client_id):
        raise Unbelievable("signature")
    if payload.userPoolId not in (pool_id, "") or not is_named(payload.username):
        raise Unbelievable("of somebody else")  # pages of Cognito's leave the pool out
    if abs(now - sent) > _SKEW:
        raise Unbelievable("timestamp")
    return _device(payload.contextData)


def _is_signed(envelope: _Envelope, client_id: str) -> bool:
    signed = (envelope.version + envelope.payload).encode()
    digest = hmac.new(client_id.encode(), signed, hashlib.sha256).digest()
    return hmac.compare_digest(base64.b64encode(digest), envelope.signature.strip().encode())


def _device(told: Mapping[str, Any]) -> Device:
    """Browsers tell DeviceId and UserAgent; Android tells a DeviceName and no UserAgent."""
    return Device(
        device_id=_text(told, "DeviceId"),
        name=_text(told, "DeviceName"),
        user_agent=_text(told, "UserAgent"),
        timezone=_text(told, "ClientTimezone"),
    )


def _text(told: Mapping[str, Any], member: str) -> str:
    found = told.get(member)
    return found[:_LONGEST_TEXT] if isinstance(found, str) else ""
