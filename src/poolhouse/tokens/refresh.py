"""Refresh tokens: sealed, opaque, bound to pool, client, sign-in and generation (4.3, 2.8)."""

import msgspec

from poolhouse.context import Ctx
from poolhouse.crypto import jwe
from poolhouse.errors import InvalidRefreshToken


class RefreshToken(msgspec.Struct, frozen=True, array_like=True):
    """What a refresh token says. All of it was written by us: the seal is the proof."""

    pool_id: str
    client_id: str
    sub: str
    family_id: str
    generation: int


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(RefreshToken)


def seal(ctx: Ctx, token: RefreshToken) -> str:
    return jwe.seal(ctx.keys.session, _ENCODER.encode(token), ctx.env.rng.bytes(12))


def open_token(ctx: Ctx, text: str) -> RefreshToken:
    """The token behind the text. Raises `InvalidRefreshToken`, also for another pool's or client's."""
    try:
        token = _DECODER.decode(jwe.open_sealed(ctx.keys.session, text))
    except (ValueError, msgspec.DecodeError) as error:
        raise InvalidRefreshToken from error
    if token.pool_id != ctx.pool.pool_id or token.client_id != ctx.client.client_id:
        raise InvalidRefreshToken
    return token
