"""What a mail about a sign-in hands to its reader, to say whether it was them (behaviour file, 1.16).

A token is sealed by the pool, names one user and one event, and is good for a week [K], as often as they like
to use it: who pressed the wrong button presses the other one.
"""

import base64
import binascii

import msgspec
from msgspec import Struct

from poolhouse.context import Ctx, PoolKeys
from poolhouse.crypto import aead
from poolhouse.errors import InvalidFeedbackToken
from poolhouse.ports import DAY, Instant

LIFE: Instant = 7 * DAY  # [K]


class About(Struct, frozen=True, array_like=True):
    """What a token is about."""

    sub: str
    event_id: str
    good_until: Instant


_decoder = msgspec.msgpack.Decoder(About)


def seal(ctx: Ctx, sub: str, event_id: str) -> str:
    """Letters, digits, `-` and `_`: what the model allows in a FeedbackToken."""
    plain = msgspec.msgpack.encode(About(sub, event_id, ctx.now + LIFE))
    sealed = aead.seal(
        ctx.keys.session, plain, _bound_to(ctx.pool.pool_id), ctx.env.rng.bytes(aead.NONCE_BYTES)
    )
    return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()


def open_token(keys: PoolKeys, pool_id: str, now: Instant, token: str) -> About:
    """Raises `InvalidFeedbackToken`, also where it has expired."""
    try:
        sealed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        about = _decoder.decode(aead.open_sealed(keys.session, sealed, _bound_to(pool_id)))
    except (ValueError, binascii.Error, msgspec.DecodeError):
        raise InvalidFeedbackToken from None
    if now > about.good_until:
        raise InvalidFeedbackToken
    return about


def _bound_to(pool_id: str) -> str:
    return f"feedback|{pool_id}"
