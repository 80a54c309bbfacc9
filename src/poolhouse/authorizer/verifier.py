"""`Verifier`: whether a token of these pools is good, and lets its owner do what is asked.

The order of the checks: form, issuer, signature, types of claims, time, use, client, audience, revocation;
then what the application requires (401 before 403).
"""

import json
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Unpack

import msgspec

from poolhouse.authorizer import claims as claim_rules
from poolhouse.authorizer import fetching, flights, requirements, revocations
from poolhouse.authorizer import keys as key_rules
from poolhouse.authorizer.claims import Claims
from poolhouse.authorizer.errors import BadSignature, Malformed, WrongClient, WrongIssuer
from poolhouse.authorizer.fetching import Fetch
from poolhouse.authorizer.flights import Landing
from poolhouse.authorizer.keys import KeySet
from poolhouse.authorizer.remembered import Known, Remembered
from poolhouse.authorizer.requirements import Asked, Requirements
from poolhouse.authorizer.revocations import Feed, Revocations
from poolhouse.crypto import jose
from poolhouse.crypto.jose import Unverified, VerifyKey

DAY = 86_400.0  # seconds
_PATIENCE = 1.0  # seconds that a token waits longer than a fetch may take


class Pool(msgspec.Struct, frozen=True):
    """A user pool whose tokens are believed: of Poolhouse, or of Cognito.

    issuer        as tokens have it: `https://id.example.com/<pool id>` or
                  `https://cognito-idp.<region>.amazonaws.com/<pool id>`
    client_ids    the app clients whose tokens are for this application; None: every client of the pool
    jwks_uri      where the keys are, if not below the issuer
    feed          how revocations are read; None: a token is good until it expires
    allow_http    keys may come without TLS, from other computers too: for tests in a network of their own
    stale_seconds how long keys that were read are good while the issuer is away
    """

    issuer: str
    client_ids: Collection[str] | None
    jwks_uri: str = ""
    feed: Feed | None = None
    allow_http: bool = False
    stale_seconds: float = DAY

    def __post_init__(self) -> None:
        if isinstance(self.client_ids, str):
            raise ValueError("client_ids is a list of ids, or None for every client of the pool.")
        for url in (self.issuer, self.keys_at):
            fetching.check_url(url, allow_http=self.allow_http)

    @property
    def keys_at(self) -> str:
        return self.jwks_uri or f"{self.issuer}/.well-known/jwks.json"


class _Source(msgspec.Struct, frozen=True):
    """A pool with what was read of it."""

    pool: Pool
    keys: KeySet
    revocations: Revocations | None


class _Read(msgspec.Struct, frozen=True):
    """A token taken apart. `known_by`: its signature was verified with this key already."""

    text: str
    source: _Source
    kid: str
    claims: dict[str, Any]
    unverified: Unverified | None = None
    known_by: VerifyKey | None = None


class _Engine(msgspec.Struct, frozen=True):
    """What a verifier and those made of it share.

    seconds  how long a fetch may take
    clock    seconds since 1970
    """

    sources: Mapping[str, _Source]
    remembered: Remembered
    leeway: float
    seconds: float
    clock: Callable[[], float]

    def read(self, token: str) -> _Read:
        """Raises `Malformed`, `WrongIssuer`."""
        if not isinstance(token, str) or not token.isascii():
            raise Malformed
        known = self.remembered.get(token)
        if known is not None:
            source = self.sources[known.issuer]
            return _Read(token, source, known.kid, json.loads(known.payload), known_by=known.key)
        try:
            unverified = jose.read(token)
        except jose.NotAJwt as error:
            raise Malformed from error
        issuer = unverified.claims.get("iss")
        if not isinstance(issuer, str):
            raise Malformed
        if issuer not in self.sources:
            raise WrongIssuer
        return _Read(token, self.sources[issuer], unverified.kid, unverified.claims, unverified)

    def pending(self, read: _Read) -> list[Landing]:
        """What to wait for before `decide`: keys or revocations that are being read."""
        revoked = read.source.revocations
        found = (read.source.keys.pending(read.kid), revoked.pending() if revoked else None)
        return [landing for landing in found if landing is not None]

    def decide(self, read: _Read, wanted: Collection[Requirements]) -> Claims:
        """Raises whatever there is in errors.py."""
        key = self._verified(read)
        claims = claim_rules.checked(read.claims)
        claim_rules.check_times(claims, self.clock(), self.leeway)
        if read.unverified is not None:
            self.remembered.put(read.text, Known(claims.issuer, read.kid, key, read.unverified.payload))
        _check_for_whom(claims, read.source.pool, wanted)
        if read.source.revocations is not None:
            read.source.revocations.check(claims)
        for each in wanted:
            requirements.check(claims, each)
        return claims

    def _verified(self, read: _Read) -> VerifyKey:
        key = read.source.keys.get(read.kid)
        if key is None or read.known_by not in (None, key):
            self.remembered.drop(read.text)
            raise BadSignature
        if read.unverified is not None and not read.unverified.is_signed_by(key):
            raise BadSignature
        return key


class Verifier:
    """Verifies access and ID tokens without asking their issuer. Good for any number of threads and tasks.

        verifier = Verifier(Pool("https://id.example.com/us-east-1_Ab3dEf6hI", ["4k2..."]))
        claims = verifier.verify(token)              # raises AuthorizerError
        claims = await verifier.verify_async(token)

    token_use  access, id or either; access, where nothing is said
    scopes, any_scope, groups, claims, audience   as `Requirements` says; a name or several
    leeway     seconds by which clocks may differ
    remember   how many tokens are kept whose signature was right; 0: none
    fetch      what reads keys and revocations, in threads (fetching.py); None: urllib
    seconds    how long it may take
    clock      seconds since 1970
    """

    def __init__(
        self,
        pools: Pool | Iterable[Pool],
        *,
        leeway: float = 5.0,
        remember: int = 10_000,
        fetch: Fetch | None = None,
        seconds: float = 5.0,
        clock: Callable[[], float] = time.time,  # noqa: TID251 - an application has no Clock port
        **asked: Unpack[Asked],
    ) -> None:
        listed = [pools] if isinstance(pools, Pool) else list(pools)
        sources = {pool.issuer: _source(pool, fetch, seconds, clock) for pool in listed}
        if not sources or len(sources) != len(listed):
            raise ValueError("A verifier has pools, and each of them once.")
        self._engine = _Engine(sources, Remembered(remember), leeway, seconds, clock)
        self._wanted: tuple[Requirements, ...] = (requirements.required(**({"token_use": "access"} | asked)),)

    def requiring(self, **asked: Unpack[Asked]) -> "Verifier":
        """A verifier that asks for this as well, and shares keys and everything else with this one."""
        made = object.__new__(type(self))
        made._engine = self._engine
        made._wanted = (*self._wanted, requirements.required(**asked))
        return made

    def verify(self, token: str) -> Claims:
        """What the token says. Raises `AuthorizerError`. Blocks while keys are read, else for 0.05 ms."""
        read = self._engine.read(token)
        flights.wait_for(self._engine.pending(read), self._engine.seconds + _PATIENCE)
        return self._engine.decide(read, self._wanted)

    async def verify_async(self, token: str) -> Claims:
        """As `verify`, for coroutines: whatever has to be waited for is waited for by this task alone."""
        read = self._engine.read(token)
        await flights.wait_for_async(self._engine.pending(read), self._engine.seconds + _PATIENCE)
        return self._engine.decide(read, self._wanted)


def _source(pool: Pool, fetch: Fetch | None, seconds: float, clock: Callable[[], float]) -> _Source:
    of_keys = fetch or fetching.fetcher(seconds, key_rules.MOST_BYTES)
    keys = KeySet(pool.keys_at, of_keys, pool.stale_seconds)
    if pool.feed is None:
        return _Source(pool, keys, None)
    of_feed = fetch or fetching.fetcher(seconds, revocations.MOST_BYTES)
    return _Source(pool, keys, Revocations(pool.issuer, pool.feed, of_feed, clock))


def _check_for_whom(claims: Claims, pool: Pool, wanted: Collection[Requirements]) -> None:
    """Raises `WrongTokenUse`, `WrongClient`, `WrongAudience`."""
    for each in wanted:
        requirements.check_use(claims, each.token_use)
    if pool.client_ids is not None and claims.client_id not in pool.client_ids:
        raise WrongClient
    requirements.check_audience(claims, [each.audience for each in wanted if each.audience])
