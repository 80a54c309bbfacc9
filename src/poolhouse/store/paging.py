"""Pagination tokens: sealed, good for one hour, and only for the listing that gave them.

A token carries the last key of its page, so that a page is one index range and never an offset.
A forged token cannot be made, so nothing in it needs to be escaped (security.md, section 2).
"""

import base64
import binascii
from collections.abc import Sequence

import msgspec

from poolhouse.crypto import aead
from poolhouse.errors import InvalidPageToken
from poolhouse.ports import HOUR, Instant, Rng

_LIFE = HOUR


def seal(key: bytes, rng: Rng, now: Instant, listing: str, last: Sequence[str | int]) -> str:
    """`listing` names the listing with its filter and pool, so that the token opens for no other."""
    plain = msgspec.msgpack.encode([now, list(last)])
    sealed = aead.seal(key, plain, f"page|{listing}", rng.bytes(12))
    return base64.b64encode(sealed).decode()


def open_token(key: bytes, now: Instant, listing: str, token: str) -> list[str | int]:
    """The last key of the page before. Raises `InvalidPageToken`."""
    try:
        sealed = base64.b64decode(token, validate=True)
        issued, last = msgspec.msgpack.decode(aead.open_sealed(key, sealed, f"page|{listing}"))
    except (ValueError, binascii.Error) as error:
        raise InvalidPageToken from error
    if now - issued > _LIFE:
        raise InvalidPageToken
    found: list[str | int] = last
    return found
