"""ID tokens of a provider (OpenID Connect Core, section 3.1.3.7): believed once everything holds."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jws import JWSRegistry

from poolhouse.context import Env
from poolhouse.errors import IdTokenRefused
from poolhouse.federation.oidc import keys
from poolhouse.federation.oidc.upstream import Upstream
from poolhouse.ports import SECOND, Instant

_LONGEST = 32_768  # characters
_LEEWAY = 60  # seconds that the provider's clock may be off
_END_OF_TIME = 2**53
_OLDEST = 600  # seconds since it was issued: it comes right from the token endpoint
# Header members that bring a key, or change what is signed.
_REFUSED = frozenset({"jwk", "jku", "x5u", "x5c", "crit", "b64", "zip"})
_REGISTRY = JWSRegistry(algorithms=list(keys.ALGORITHMS), strict_check_header=False)


async def verified(
    env: Env, upstream: Upstream, token: object, nonce: str, access_token: str
) -> dict[str, Any]:
    """The claims. Raises `IdTokenRefused`, and what reading the provider's keys raises."""
    if not isinstance(token, str) or len(token) > _LONGEST:
        raise IdTokenRefused(why="there is none")
    header = _header(token)
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in keys.ALGORITHMS:
        raise IdTokenRefused(why="its algorithm is none that we accept")
    kid = header.get("kid")
    if not isinstance(kid, str | None) or not _REFUSED.isdisjoint(header):
        raise IdTokenRefused(why="its header has what we do not accept")
    key = await keys.key(env, upstream.name, upstream.jwks_uri, algorithm, kid)
    try:
        payload = jws.deserialize_compact(token, key, [algorithm], registry=_REGISTRY).payload
    except (JoseError, ValueError):
        raise IdTokenRefused(why="its signature is not right") from None
    claims = _object(payload)
    _check_parties(claims, upstream)
    _check_times(claims, env.clock.now())
    _check_bindings(claims, algorithm, nonce, access_token)
    return claims


def _header(token: str) -> dict[str, Any]:
    try:
        text = token.partition(".")[0]
        return _object(base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True))
    except ValueError:
        raise IdTokenRefused(why="it is no token") from None


def _object(content: bytes) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(content)
    except (msgspec.DecodeError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise IdTokenRefused(why="it is no token")
    return found


def _check_parties(claims: Mapping[str, Any], upstream: Upstream) -> None:
    """From the issuer, for us; with several audiences we must be the party it was issued to."""
    audience = claims.get("aud")
    named = [audience] if isinstance(audience, str) else audience
    if claims.get("iss") != upstream.issuer:
        raise IdTokenRefused(why="another issuer made it")
    if not isinstance(named, list) or upstream.client_id not in named:
        raise IdTokenRefused(why="it is for another client")
    party = claims.get("azp")
    if (party is not None or len(named) > 1) and party != upstream.client_id:
        raise IdTokenRefused(why="it was issued to another client")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not subject:
        raise IdTokenRefused(why="it names nobody")


def _check_times(claims: Mapping[str, Any], now: Instant) -> None:
    seconds = now // SECOND
    expires, issued = _time(claims, "exp"), _time(claims, "iat")
    if seconds >= expires + _LEEWAY:
        raise IdTokenRefused(why="it has expired")
    begins = max(issued, _time(claims, "nbf") if "nbf" in claims else 0)
    if begins > seconds + _LEEWAY or issued < seconds - _OLDEST:
        raise IdTokenRefused(why="it is not of now")


def _time(claims: Mapping[str, Any], name: str) -> float:
    """Seconds since 1970."""
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < _END_OF_TIME:
        raise IdTokenRefused(why=f"its {name} is no time")
    return value


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
