"""ID tokens of a provider (OpenID Connect Core, section 3.1.3.7): believed once everything holds."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from poolhouse.context import Env
from poolhouse.errors import IdTokenRefused
from poolhouse.federation.oidc import signed
from poolhouse.federation.oidc.upstream import Upstream
from poolhouse.ports import SECOND, Instant

_OLDEST = 600  # seconds since it was issued: it comes right from the token endpoint
_NEEDED = ("exp", "iat")


async def verified(
    env: Env, upstream: Upstream, token: object, nonce: str, access_token: str
) -> dict[str, Any]:
    """The claims of one that answers a request of ours.

    Raises `IdTokenRefused`, and what reading the provider's keys raises.
    """
    claims, algorithm = await signed.content(env, upstream, token, IdTokenRefused)
    now = env.clock.now()
    _check_claims(claims, upstream, now)
    if claims["iat"] < now // SECOND - _OLDEST:
        raise IdTokenRefused(why="it is not of now")
    _check_bindings(claims, algorithm, nonce, access_token)
    return claims


async def presented(env: Env, upstream: Upstream, token: str) -> dict[str, Any]:
    """The claims of one that somebody shows us: it answers a request of theirs, so its nonce says nothing.

    That it is shown once only is for the caller to see to. Raises as `verified`.
    """
    claims, _ = await signed.content(env, upstream, token, IdTokenRefused)
    _check_claims(claims, upstream, env.clock.now())
    if "events" in claims:
        raise IdTokenRefused(why="it is a token of another kind")  # of a logout (Back-Channel Logout, 2.4)
    return claims


def good_until(claims: Mapping[str, Any]) -> Instant:
    """When one that was believed is believed no more."""
    return int(signed.time_of(claims, "exp", IdTokenRefused) + signed.LEEWAY) * SECOND


def _check_claims(claims: Mapping[str, Any], upstream: Upstream, now: Instant) -> None:
    signed.check_parties(claims, upstream, IdTokenRefused)
    signed.check_times(claims, now, IdTokenRefused, needed=_NEEDED)


def _check_bindings(claims: Mapping[str, Any], algorithm: str, nonce: str, access_token: str) -> None:
    """It answers this very request, and belongs to this access token."""
    said = claims.get("nonce")
    if not isinstance(said, str) or not hmac.compare_digest(said.encode(), nonce.encode()):
        raise IdTokenRefused(why="it answers another request")
    half = claims.get("at_hash")
    if half is not None and half != _left_half(algorithm, access_token):
        raise IdTokenRefused(why="it belongs to another access token")


def _left_half(algorithm: str, access_token: str) -> str:
    """`at_hash` (OpenID Connect Core, section 3.1.3.6)."""
    digest = hashlib.new(f"sha{algorithm[-3:]}", access_token.encode()).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()
