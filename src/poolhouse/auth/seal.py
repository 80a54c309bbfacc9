"""`Session` and `SECRET_BLOCK`: the sign-in, sealed, bound to pool, client, step and age."""

import base64
import binascii
import re

import msgspec

from poolhouse.auth.sign_in import SignIn
from poolhouse.context import Ctx
from poolhouse.crypto import aead
from poolhouse.errors import ChallengeTooLong, InvalidSession, SessionExpired

_ENCODER = msgspec.msgpack.Encoder()
_LONGEST_SESSION = 4_096  # characters (2.4)
_DECODER = msgspec.msgpack.Decoder(SignIn)
_CLIENT_ID = re.compile(rb"[a-z0-9]{1,128}")
_AFTER_CLIENT = b"."


def seal(ctx: Ctx, sign_in: SignIn) -> str:
    """Base64 text of 300 to 1,000 characters, meaningless to whoever holds it.

    The client's id stands before the sealed state: AssociateSoftwareToken and VerifySoftwareToken name
    the pool by nothing but the session.
    """
    sealed = aead.seal(ctx.keys.session, _ENCODER.encode(sign_in), _bound_to(ctx), ctx.env.rng.bytes(12))
    return base64.b64encode(ctx.client.client_id.encode() + _AFTER_CLIENT + sealed).decode()


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
    _, sealed = _parts(text)
    try:
        sign_in = _DECODER.decode(aead.open_sealed(ctx.keys.session, sealed, _bound_to(ctx)))
    except (ValueError, msgspec.DecodeError) as error:
        raise InvalidSession from error
    if sign_in.step not in steps:
        raise InvalidSession
    if ctx.now - sign_in.began_at > ctx.client.session_validity:
        raise SessionExpired
    return sign_in


def client_of(text: str) -> str:
    """The app client that a session says it is of; only `open_sealed` shows whether that is true.

    Raises `InvalidSession`.
    """
    client_id, _ = _parts(text)
    if not _CLIENT_ID.fullmatch(client_id):
        raise InvalidSession
    return client_id.decode()


def _parts(text: str) -> tuple[bytes, bytes]:
    try:
        client_id, _, sealed = base64.b64decode(text, validate=True).partition(_AFTER_CLIENT)
    except (ValueError, binascii.Error) as error:
        raise InvalidSession from error
    return client_id, sealed


def _bound_to(ctx: Ctx) -> str:
    """A sign-in on the pages cannot be gone on with over the API, nor the other way."""
    place = "pages" if ctx.hosted else "sign-in"
    return f"{place}|{ctx.pool.pool_id}|{ctx.client.client_id}"
