"""The keys of one issuer: read once, kept, read again in the background, and for a key that is not known.

What bounds it all: one reading at a time, and none within `PAUSE` of the last, so that forged key ids make no
storm; keys that were read are good for `stale_seconds` while the issuer is away.
"""

import json
import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from poolhouse.authorizer.errors import KeysUnavailable
from poolhouse.authorizer.fetching import Fetch, FetchFailed
from poolhouse.authorizer.flights import Flights, Landing
from poolhouse.crypto import jose
from poolhouse.crypto.jose import VerifyKey

MOST_BYTES = 262_144
FRESH = 300.0  # seconds until the keys are read again, so that one which was withdrawn is believed no longer
PAUSE = 5.0  # seconds between the beginnings of two readings
_MOST_KEYS = 100
_LONGEST_NUMBER = 1_366  # characters of an RSA modulus: 8,192 bits
_SHORTEST_NUMBER = 342  # 2,048 bits

_log = logging.getLogger("poolhouse.authorizer")


class _Loaded(msgspec.Struct, frozen=True):
    keys: Mapping[str, VerifyKey]
    read_at: float  # monotonic


class KeySet:
    """The JWKS at `url`. `clock` is monotonic; `fetch` runs in a thread."""

    def __init__(
        self, url: str, fetch: Fetch, stale_seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._url = url
        self._fetch = fetch
        self._stale_seconds = stale_seconds
        self._clock = clock
        self._loaded: _Loaded | None = None
        self._tried_at = float("-inf")
        self._flights = Flights(self._refresh)

    def get(self, kid: str) -> VerifyKey | None:
        """The key, where the issuer has it. Raises `KeysUnavailable`."""
        loaded = self._loaded
        if loaded is None or self._clock() - loaded.read_at > self._stale_seconds:
            raise KeysUnavailable
        return loaded.keys.get(kid)

    def pending(self, kid: str) -> Landing | None:
        """What to wait for before `get`: nothing, for a key that is known and not too old.

        Starts a reading where one is due, within the bounds.
        """
        loaded, now = self._loaded, self._clock()
        age = now - loaded.read_at if loaded else float("inf")
        known = loaded is not None and kid in loaded.keys
        if known and age <= FRESH:
            return None
        landing = self._flights.join(self._may_read)
        return None if known and age <= self._stale_seconds else landing

    def _may_read(self) -> bool:
        now = self._clock()
        if now - self._tried_at < PAUSE:
            return False
        self._tried_at = now
        return True

    def _refresh(self) -> None:
        try:
            keys = self._read()
        except Exception as error:  # noqa: BLE001 - of a fetch that is not ours; keys that are there stay
            _log.warning("The keys at %s cannot be read: %s", self._url, type(error).__name__)
            return
        self._loaded = _Loaded(keys, self._clock())

    def _read(self) -> Mapping[str, VerifyKey]:
        answer = self._fetch(self._url, {"accept": "application/json"})
        if answer.status != 200 or len(answer.body) > MOST_BYTES:
            raise FetchFailed(f"{self._url} has no keys.")
        known = self._loaded.keys if self._loaded else {}
        found: dict[str, VerifyKey] = {}
        for jwk in _listed(answer.body)[:_MOST_KEYS]:
            key = _key(jwk)
            if key is not None and key.kid not in found:
                found[key.kid] = _same(known.get(key.kid), key)
        return found


def _same(known: VerifyKey | None, key: VerifyKey) -> VerifyKey:
    """The object that is known already, if it is the same key: what it has verified stays verified."""
    return known if known is not None and known.public_jwk() == key.public_jwk() else key


def _listed(body: bytes) -> list[Any]:
    """The keys of a JWKS (RFC 7517, section 5). Raises `ValueError`."""
    document = json.loads(body)
    keys = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(keys, list):
        raise ValueError("This is no JWKS.")
    return keys


def _key(jwk: Any) -> VerifyKey | None:
    """A key for RS256; None for any other, which may be there for others (RFC 7517, section 5)."""
    if not isinstance(jwk, dict) or not all(isinstance(jwk.get(name), str) for name in ("kid", "n", "e")):
        return None
    if jwk.get("kty") != "RSA" or jwk.get("use", "sig") != "sig" or jwk.get("alg", "RS256") != "RS256":
        return None
    if not _SHORTEST_NUMBER <= len(jwk["n"]) <= _LONGEST_NUMBER or len(jwk["e"]) > 6:
        return None
    try:
        return jose.load_verify_key(jwk)
    except (ValueError, jose.NotAJwt):
        return None
