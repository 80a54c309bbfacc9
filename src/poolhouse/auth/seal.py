"""`Session` and `SECRET_BLOCK`: the sign-in, sealed, bound to pool, client, step and age."""

import base64
import binascii

import msgspec

from poolhouse.auth.sign_in import SignIn
from poolhouse.context import Ctx
from poolhouse.crypto import aead
from poolhouse.errors import ChallengeTooLong, InvalidSession, SessionExpired

_ENCODER = msgspec.msgpack.Encoder()
_LONGEST_SESSION = 4_096  # characters (2.4)
_DECODER = msgspec.msgpack.Decoder(SignIn)


def seal(ctx: Ctx, sign_in: SignIn) -> str:
    """Base64 text of 300 to 900 characters, meaningless to whoever holds it."""
    sealed = aead.seal(ctx.keys.session, _ENCODER.encode(sign_in), _bound_to(ctx), ctx.env.rng.bytes(12))
    return base64.b64encode(sealed).decode()


def session(ctx: Ctx, sign_in: SignIn) -> str:
    """The same as a `Session`. Raises `ChallengeTooLong` where a function made it too long for one."""
    text = seal(ctx, sign_in)
    if len(text) > _LONGEST_SESSION:
        raise ChallengeTooLong
    return text


def open_sealed(ctx: Ctx, text: str, *steps: str) -> SignIn:
    """The sign-in behind the text, if it waits for one of `steps`, here, and not for too long.

    Raises `InvalidSession` or `SessionExpired`.
    """
    try:
        sealed = base64.b64decode(text, validate=True)
        sign_in = _DECODER.decode(aead.open_sealed(ctx.keys.session, sealed, _bound_to(ctx)))
    except (ValueError, binascii.Error, msgspec.DecodeError) as error:
        raise InvalidSession from error
    if sign_in.step not in steps:
        raise InvalidSession
    if ctx.now - sign_in.began_at > ctx.client.session_validity:
        raise SessionExpired
    return sign_in


def _bound_to(ctx: Ctx) -> str:
    return f"sign-in|{ctx.pool.pool_id}|{ctx.client.client_id}"
