"""What a provider signs: ID tokens, and userinfo where it does (OpenID Connect Core, 3.1.3.7 and 5.3.2).

Each function raises the class `refused` that it is given, with why.
"""

import base64
from collections.abc import Mapping
from typing import Any, Protocol

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jws import JWSRegistry

from poolhouse.context import Env
from poolhouse.errors import IdTokenRefused, UserInfoRefused
from poolhouse.federation.oidc import keys
from poolhouse.federation.oidc.upstream import Upstream
from poolhouse.ports import SECOND, Instant

Refused = type[IdTokenRefused] | type[UserInfoRefused]

LEEWAY = 60  # seconds that the provider's clock may be off

_LONGEST = 32_768  # characters
_END_OF_TIME = 2**53
# Header members that bring a key, or change what is signed.
_REFUSED = frozenset({"jwk", "jku", "x5u", "x5c", "crit", "b64", "zip"})
# What a provider signs for us that says who somebody is, but is no proof of a sign-in: `typ`.
_OTHERS = frozenset({"at+jwt", "logout+jwt", "secevent+jwt", "token-introspection+jwt"})
_REGISTRY = JWSRegistry(algorithms=list(keys.ALGORITHMS), strict_check_header=False)


class Keyed(Protocol):
    """A provider, as far as its keys are concerned."""

    @property
    def name(self) -> str: ...

    @property
    def jwks_uri(self) -> str: ...


async def content(env: Env, upstream: Keyed, token: object, refused: Refused) -> tuple[dict[str, Any], str]:
    """The claims and the algorithm, once a key of the provider's JWKS has signed them.

    Raises what reading the provider's keys raises, too.
    """
    if not isinstance(token, str) or len(token) > _LONGEST:
        raise refused(why="there is none")
    header = _header(token, refused)
    algorithm, kid = header.get("alg"), header.get("kid")
    if not isinstance(algorithm, str) or algorithm not in keys.ALGORITHMS:
        raise refused(why="its algorithm is none that we accept")
    if not isinstance(kid, str | None) or not _REFUSED.isdisjoint(header) or _is_other(header.get("typ")):
        raise refused(why="its header has what we do not accept")
    key = await keys.key(env, upstream.name, upstream.jwks_uri, algorithm, kid)
    if key is None:
        raise refused(why="its key is none of the provider's")
    try:
        payload = jws.deserialize_compact(token, key, [algorithm], registry=_REGISTRY).payload
    except (JoseError, ValueError):
        raise refused(why="its signature is not right") from None
    return _object(payload, refused), algorithm


def _header(token: str, refused: Refused) -> dict[str, Any]:
    try:
        text = token.partition(".")[0]
        return _object(base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True), refused)
    except ValueError:
        raise refused(why="it is no token") from None


def _is_other(kind: object) -> bool:
    """A token of another kind (RFC 8725, section 3.11)."""
    return kind is not None and str(kind).lower().removeprefix("application/") in _OTHERS


def _object(text: bytes, refused: Refused) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise refused(why="it is no token")
    return found


def check_parties(claims: Mapping[str, Any], upstream: Upstream, refused: Refused) -> None:
    """From the issuer, for us; with several audiences we must be the party it was issued to."""
    audience = claims.get("aud")
    named = [audience] if isinstance(audience, str) else audience
    if claims.get("iss") not in (upstream.issuer, *upstream.also):
        raise refused(why="another issuer made it")
    if not isinstance(named, list) or upstream.client_id not in named:
        raise refused(why="it is for another client")
    party = claims.get("azp")
    if (party is not None or len(named) > 1) and party != upstream.client_id:
        raise refused(why="it was issued to another client")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not subject:
        raise refused(why="it names nobody")


def check_times(
    claims: Mapping[str, Any], now: Instant, refused: Refused, *, needed: tuple[str, ...] = ()
) -> None:
    """`exp`, `iat` and `nbf`: those that are there or `needed`."""
    seconds = now // SECOND
    given = {
        name: time_of(claims, name, refused)
        for name in ("exp", "iat", "nbf")
        if name in claims or name in needed
    }
    if seconds >= given.get("exp", _END_OF_TIME) + LEEWAY:
        raise refused(why="it has expired")
    if max(given.get("iat", 0), given.get("nbf", 0)) > seconds + LEEWAY:
        raise refused(why="it is not of now")


def time_of(claims: Mapping[str, Any], name: str, refused: Refused) -> float:
    """Seconds since 1970."""
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < _END_OF_TIME:
        raise refused(why=f"its {name} is no time")
    return value
