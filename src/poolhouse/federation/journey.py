"""The way to a provider and back: what we knew when the browser left, sealed in `state` or RelayState.

Nothing is stored before the browser comes back, so whoever asks for a thousand journeys costs nothing. The
pool's id stands in clear in front (in development it names the pool); all else is sealed, good for five
minutes, once, and in the browser that left: its cookie `csrf-state` is digested inside.
"""

import base64
import binascii
import hashlib
import hmac

import msgspec

from poolhouse.context import Ctx
from poolhouse.crypto import aead
from poolhouse.errors import InvalidState, ProviderTooLate
from poolhouse.ports import MINUTE, Instant, Tx
from poolhouse.store import sessions

COOKIE = "csrf-state"
LIFE: Instant = 5 * MINUTE  # as Cognito allows (6.3)

_LONGEST = 16_384  # characters
_NO_COOKIE = ""


class Journey(msgspec.Struct, frozen=True, array_like=True):
    """
    journey_id  what makes it good once
    query       the authorization request, as the pages carry it
    provider    its name, which is checked against the pool's again at the return
    browser     digest of the cookie
    nonce, verifier  OIDC: of the ID token, and of PKCE
    request_id  SAML: of the AuthnRequest or LogoutRequest
    onward   SAML: where a browser goes that was signed out; empty: this is a sign-in
    """

    journey_id: str
    query: str
    provider: str
    browser: str
    began_at: Instant
    nonce: str = ""
    verifier: str = ""
    request_id: str = ""
    onward: str = ""


_DECODER = msgspec.msgpack.Decoder(Journey)


def begin(
    ctx: Ctx,
    query: str,
    provider: str,
    cookie: str,
    *,
    nonce: str = "",
    verifier: str = "",
    request_id: str = "",
    onward: str = "",
) -> Journey:
    """A journey that begins now, in the browser that has this cookie."""
    return Journey(
        journey_id=ctx.env.rng.uuid(),
        query=query,
        provider=provider,
        browser=_digest(cookie),
        began_at=ctx.now,
        nonce=nonce,
        verifier=verifier,
        request_id=request_id,
        onward=onward,
    )


def seal(ctx: Ctx, journey: Journey) -> str:
    """The text that travels: `<pool id>.<base64url>`."""
    content = msgspec.msgpack.encode(journey)
    sealed = aead.seal(ctx.keys.session, content, _bound_to(ctx), ctx.env.rng.bytes(12))
    return f"{ctx.pool.pool_id}.{base64.urlsafe_b64encode(sealed).decode().rstrip('=')}"


def opened(ctx: Ctx, text: str, cookie: str) -> Journey:
    """The journey that comes back in the browser with this cookie.

    Raises `InvalidState` for what we never sealed for this pool and browser, `ProviderTooLate`.
    """
    pool_id, _, sealed = text.partition(".")
    if pool_id != ctx.pool.pool_id or len(text) > _LONGEST:
        raise InvalidState
    try:
        content = base64.b64decode(sealed + "=" * (-len(sealed) % 4), b"-_", validate=True)
        journey = _DECODER.decode(aead.open_sealed(ctx.keys.session, content, _bound_to(ctx)))
    except (ValueError, binascii.Error, msgspec.DecodeError):
        raise InvalidState from None
    if cookie == _NO_COOKIE or not hmac.compare_digest(journey.browser, _digest(cookie)):
        raise InvalidState
    if ctx.now - journey.began_at > LIFE:
        raise ProviderTooLate
    return journey


async def spend(ctx: Ctx, journey: Journey) -> None:
    """Use it up. Raises `InvalidState` for all who show it but the first."""

    async def write(tx: Tx) -> bool:
        name = f"journey:{journey.journey_id}"
        return await sessions.spend_once(tx, ctx.pool.pool_id, name, journey.began_at + LIFE)

    if not await ctx.env.db.run_singly(write):
        raise InvalidState


def _digest(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()


def _bound_to(ctx: Ctx) -> str:
    return f"journey|{ctx.pool.pool_id}"
