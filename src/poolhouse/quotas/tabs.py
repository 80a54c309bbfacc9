"""The limits of users where several workers share them: small, many, and seldom used up.

A slice of such a limit would be most of it, and a statement for each request of each user too much. So a
worker keeps a tab: what it admits at first goes on it, and from then on the store is asked, which counts what
is on the tab as well.
"""

import asyncio

from msgspec import Struct, field

from poolhouse.ports import SECOND, Db, Instant, Tx
from poolhouse.quotas.buckets import Key, LocalBuckets, elapsed
from poolhouse.store import quota_buckets

# Requests of a user that a worker admits in a second before it asks. Two are a sign-in; each worker may admit
# that many beyond the limit, for it may have forgotten them when another asks.
UNASKED = 2


class _Tab(Struct):
    """
    owed           requests that were admitted and that the store has not counted
    since          when the first of them was; after a second they would have leaked out of the bucket anyway
    granted        the store has counted the next one
    refused_until  asking again is of no use before
    """

    owed: int = 0
    since: Instant = 0
    granted: bool = False
    refused_until: Instant = 0
    asking: asyncio.Lock = field(default_factory=asyncio.Lock)


class TabBuckets(Struct, frozen=True):
    """No worker admits more than the limit, and w of them no more than `UNASKED` * w beyond it."""

    local: LocalBuckets
    db: Db

    async def fill(self, key: Key, rate: int) -> bool:
        if not self.local.has(key, rate):
            return False
        tab = self._tab(key)
        async with tab.asking:
            if not self._admits(tab) and self._now() >= tab.refused_until:
                await self._ask(tab, key, rate)
            return self.has(key, rate)

    def has(self, key: Key, rate: int) -> bool:
        return self.local.has(key, rate) and self._admits(self._tab(key))

    def spend(self, key: Key, rate: int) -> None:
        self.local.spend(key, rate)
        tab = self._tab(key)
        if tab.granted:
            tab.granted = False
        elif tab.owed and not self._is_old(tab):
            tab.owed += 1
        else:
            tab.owed, tab.since = 1, self._now()

    def give_back(self, key: Key, rate: int) -> None:
        """In this worker; what the store has counted stays."""
        self.local.give_back(key, rate)

    async def _ask(self, tab: _Tab, key: Key, rate: int) -> None:
        cost = -(-(tab.owed + 1) * SECOND // rate)
        burst = SECOND + rate  # each cost was rounded up by less than one
        now = self.local.clock.now()

        async def take(tx: Tx) -> bool:
            return await quota_buckets.take(tx, *key, now=now, cost=cost, burst=burst)

        if await self.db.run_singly(take, durable=False):
            tab.owed, tab.granted = 0, True
        else:
            tab.refused_until = self._now() + SECOND // rate

    def _admits(self, tab: _Tab) -> bool:
        return tab.granted or tab.owed < UNASKED or self._is_old(tab)

    def _is_old(self, tab: _Tab) -> bool:
        return self._now() - tab.since >= SECOND

    def _tab(self, key: Key) -> _Tab:
        found: _Tab | None = self.local.meters.get(("tab", *key))
        if found is None:
            found = _Tab()
            self.local.meters.put(("tab", *key), found)
        return found

    def _now(self) -> Instant:
        return elapsed(self.local.clock)
