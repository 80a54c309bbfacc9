"""What an issuer has revoked, read every few seconds, for verifiers that never ask it about a token.

Poolhouse's own (docs/authorizer.md): Cognito has no such thing, and tokens outlive a sign-out there (4.6).
"""

import logging
import time
from collections.abc import Callable
from urllib.parse import quote

import msgspec

from poolhouse.authorizer.claims import Claims
from poolhouse.authorizer.errors import RevocationsUnavailable, Revoked
from poolhouse.authorizer.fetching import Fetch, FetchFailed
from poolhouse.authorizer.flights import Flights, Landing
from poolhouse.crypto import revocation_feed

MOST_BYTES = 16_777_216
_LONGEST_PAUSE = 30.0  # seconds between two readings that fail
_MOST_PAGES = 1_000
_SWEEP = 60.0  # seconds
_GRACE = 600  # seconds that an entry stays longer, for clocks that differ

_log = logging.getLogger("poolhouse.authorizer")


class Feed(msgspec.Struct, frozen=True):
    """How the revocations of a pool are read.

    key        what `poolhouse keys feed` prints for the pool
    every      seconds between two readings
    tolerate   seconds without a reading after which tokens are refused with 503; None: never, tokens are then
               verified as without a feed
    """

    key: str
    every: float = 2.0
    tolerate: float | None = None

    def __repr__(self) -> str:
        return f"Feed(every={self.every!r}, tolerate={self.tolerate!r}, ...)"  # the key is a secret


class _Page(msgspec.Struct):
    """An answer of the feed. Each entry is a digest and a time in seconds since 1970.

    families  sign-ins that were revoked then
    users     tokens without a sign-in (`origin_jti`) from before are revoked
    removed   all tokens of these users
    """

    cursor: str
    more: bool
    families: list[tuple[str, int]]
    users: list[tuple[str, int]]
    removed: list[tuple[str, int]]


class Revocations:
    """What is revoked, as far as it was read; it is read again when tokens come, and not while none do.

    clock  seconds since 1970; `monotonic` for pauses
    """

    def __init__(
        self,
        issuer: str,
        feed: Feed,
        fetch: Fetch,
        clock: Callable[[], float],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url = issuer + revocation_feed.PATH
        self._feed = feed
        self._fetch = fetch
        self._clock = clock
        self._monotonic = monotonic
        self._families: dict[str, int] = {}
        self._users: dict[str, int] = {}
        self._removed: dict[str, int] = {}
        self._cursor = ""
        self._read_at = float("-inf")
        self._due_at = float("-inf")
        self._swept_at = monotonic()
        self._failures = 0
        self._flights = Flights(self._refresh)

    def pending(self) -> Landing | None:
        """What to wait for before `check`.

        Nothing, as long as tokens come often enough for the reading to go on beside them.
        """
        age = self._monotonic() - self._read_at
        if age < self._feed.every:
            return None
        waits = age >= 2 * self._feed.every and (self._is_too_old() or not self._is_away())
        landing = self._flights.join(lambda: self._monotonic() >= self._due_at)
        return landing if waits else None

    def _is_away(self) -> bool:
        """The issuer did not answer lately: who can do without it does not wait for it."""
        return self._failures > 0 and self._monotonic() < self._due_at + _LONGEST_PAUSE

    def _is_too_old(self) -> bool:
        tolerated = self._feed.tolerate
        return tolerated is not None and self._monotonic() - self._read_at > tolerated

    def check(self, claims: Claims) -> None:
        """Raises `Revoked` where the server would refuse the token, and `RevocationsUnavailable`."""
        if self._is_too_old():
            raise RevocationsUnavailable
        user = revocation_feed.digest(claims.sub)
        origin = claims.get("origin_jti")
        if user in self._removed:
            raise Revoked
        if origin is not None:
            revoked = revocation_feed.digest(origin) in self._families
        else:
            revoked = claims["iat"] <= self._users.get(user, -1)
        if revoked:
            raise Revoked

    def _refresh(self) -> None:
        try:
            for _ in range(_MOST_PAGES):
                if not self._read_page():
                    break
        except Exception as error:  # noqa: BLE001 - of a fetch that is not ours; the next reading may do
            self._failures += 1
            pause = min(self._feed.every * 2.0**self._failures, _LONGEST_PAUSE)
            _log.warning("The revocations at %s cannot be read: %s", self._url, error)
        else:
            self._failures, pause = 0, self._feed.every
            self._read_at = self._monotonic()
            self._forget_dead()
        self._due_at = self._monotonic() + pause

    def _read_page(self) -> bool:
        """Whether there is more. Raises `FetchFailed`, `msgspec.DecodeError`, and what `fetch` raises."""
        headers = {"authorization": f"Bearer {self._feed.key}", "accept": "application/json"}
        query = f"?since={quote(self._cursor, safe='')}" if self._cursor else ""
        answer = self._fetch(self._url + query, headers)
        if answer.status != 200 or len(answer.body) > MOST_BYTES:
            raise FetchFailed(f"status {answer.status}")
        page = msgspec.json.decode(answer.body, type=_Page)
        self._families |= dict(page.families)
        self._users |= dict(page.users)
        self._removed |= dict(page.removed)
        self._cursor = page.cursor
        return page.more

    def _forget_dead(self) -> None:
        """Now and then, what no living token can be of. New dictionaries: others are reading the old ones."""
        if self._monotonic() - self._swept_at < _SWEEP:
            return
        self._swept_at = self._monotonic()
        dead = self._clock() - revocation_feed.LIFE - _GRACE
        self._families = {entry: at for entry, at in self._families.items() if at > dead}
        self._users = {entry: at for entry, at in self._users.items() if at > dead}
        self._removed = {entry: at for entry, at in self._removed.items() if at > dead}
