"""The keys of an issuer, from its JWKS: kept for an hour, read once more for a key that is not there."""

from collections.abc import Mapping, Sequence
from typing import Any

from joserfc import jwk
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from poolhouse.context import Env
from poolhouse.errors import KeysTimeout
from poolhouse.federation.oidc import calls

Key = RSAKey | ECKey

# What ID tokens and userinfo may be signed with. Never `none`, and no HMAC: a public key is no secret.
ALGORITHMS: Mapping[str, str] = {
    **dict.fromkeys(("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"), "RSA"),
    **dict.fromkeys(("ES256", "ES384", "ES512"), "EC"),
}
_CURVES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}
_SMALLEST = 2_048  # bits of an RSA key
_TRUSTED = 3_600.0  # seconds
_PAUSE = 10.0  # seconds between two readings, however many unknown keys are named meanwhile
_MOST = 100


async def key(env: Env, provider: str, jwks_uri: str, algorithm: str, kid: str | None) -> Key | None:
    """The key that the header of a token names; None: the provider has none. Raises what `calls` raises."""
    read_at, keys = await _known(env, provider, jwks_uri)
    found = _named(keys, algorithm, kid)
    if found is None and env.clock.monotonic() - read_at >= _PAUSE:
        _, keys = await _read(env, provider, jwks_uri)
        found = _named(keys, algorithm, kid)
    return found


async def _known(env: Env, provider: str, jwks_uri: str) -> tuple[float, Sequence[Mapping[str, Any]]]:
    kept: Any = env.upstream.get(("jwks", jwks_uri))
    if kept is not None and env.clock.monotonic() - kept[0] < _TRUSTED:
        found: tuple[float, Sequence[Mapping[str, Any]]] = kept
        return found
    return await _read(env, provider, jwks_uri)


async def _read(env: Env, provider: str, jwks_uri: str) -> tuple[float, Sequence[Mapping[str, Any]]]:
    read_at = env.clock.monotonic()
    answer = await calls.send(env, "GET", jwks_uri, {}, b"", late=KeysTimeout)
    listed = calls.document(provider, answer).get("keys")
    keys = [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
    found = read_at, keys[:_MOST]
    env.upstream.put(("jwks", jwks_uri), found)
    return found


def _named(keys: Sequence[Mapping[str, Any]], algorithm: str, kid: str | None) -> Key | None:
    """Without a `kid` there must be one key only that it can be."""
    fitting = [entry for entry in keys if _fits(entry, algorithm) and kid in (None, entry.get("kid"))]
    if not fitting or (kid is None and len(fitting) > 1):
        return None
    return _imported(fitting[0])


def _fits(entry: Mapping[str, Any], algorithm: str) -> bool:
    if entry.get("kty") != ALGORITHMS[algorithm] or entry.get("use", "sig") != "sig":
        return False
    if algorithm in _CURVES and entry.get("crv") != _CURVES[algorithm]:
        return False
    return bool(entry.get("alg", algorithm) == algorithm)


def _imported(entry: Mapping[str, Any]) -> Key | None:
    """The public half, whatever else the entry has."""
    members = {name: entry[name] for name in ("kty", "n", "e", "crv", "x", "y") if name in entry}
    try:
        found = jwk.import_key(members)
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    if isinstance(found, RSAKey):
        return found if found.public_key.key_size >= _SMALLEST else None
    return found if isinstance(found, ECKey) else None
