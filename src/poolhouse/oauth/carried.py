"""What one page tells the next in the same browser, such as who is confirming: sealed, in no address.

It goes along with a redirect in a cookie, and from then on in a hidden field of the form, so that two pages
that are open at once do not mix.
"""

import base64
import binascii
from typing import TypeVar

import msgspec

from poolhouse.crypto import aead
from poolhouse.errors import InvalidSession, SessionExpired
from poolhouse.http.response import Headers
from poolhouse.oauth import forms
from poolhouse.oauth.sign_in.turn import Turn
from poolhouse.ports import HOUR, SECOND, Instant

FIELD = "carried"
LIFE: Instant = HOUR

T = TypeVar("T")


def sealed(turn: Turn, kind: str, told: msgspec.Struct) -> str:
    """For the answer to a post: the token of its form, which the browser keeps, binds it to the browser."""
    plain = msgspec.msgpack.encode((turn.visit.now + LIFE, told))
    nonce = turn.visit.env.rng.bytes(aead.NONCE_BYTES)
    text = aead.seal(turn.visit.keys.session, plain, _bound_to(turn, kind), nonce)
    return base64.urlsafe_b64encode(text).decode()


def cookie(turn: Turn, kind: str, told: msgspec.Struct) -> Headers:
    """The header that takes it along with a redirect."""
    return turn.visit.set_cookie(kind, sealed(turn, kind, told), LIFE // SECOND)


def forgotten(turn: Turn, kind: str) -> Headers:
    """The header that takes the cookie away."""
    return turn.visit.set_cookie(kind, "", 0)


def opened(turn: Turn, kind: str, text: str, shape: type[T]) -> T:
    """Raises `InvalidSession` for what was not sealed for this browser and app, `SessionExpired` later on."""
    try:
        plain = aead.open_sealed(
            turn.visit.keys.session, base64.urlsafe_b64decode(text.encode()), _bound_to(turn, kind)
        )
        until, told = msgspec.msgpack.decode(plain, type=tuple[int, shape])  # type: ignore[valid-type]
    except (ValueError, binascii.Error, msgspec.DecodeError) as error:
        raise InvalidSession from error
    if until <= turn.visit.now:
        raise SessionExpired
    return told


def _bound_to(turn: Turn, kind: str) -> str:
    csrf = turn.visit.cookie(forms.COOKIE)
    return f"page {kind}|{turn.visit.pool.pool_id}|{turn.client.client_id}|{csrf}"
