"""Buckets of one process, and buckets that several workers share through the store.

Both hold a second's worth of requests at once (burst = rate).
"""

import asyncio
from typing import Protocol

from msgspec import Struct, field

from poolhouse.context import Cache
from poolhouse.ports import SECOND, Clock, Db, Instant, Tx
from poolhouse.quotas import gcra
from poolhouse.store import quota_buckets

Key = tuple[str, str]  # pool id, name of the bucket


class Buckets(Protocol):
    async def fill(self, key: Key, rate: int) -> bool:
        """Get what `has` may need from elsewhere. Is there room, unless others take it meanwhile?"""
        ...

    def has(self, key: Key, rate: int) -> bool:
        """Is there room for one more request?"""
        ...

    def spend(self, key: Key, rate: int) -> None:
        """Count one request, for which there is room."""
        ...

    def give_back(self, key: Key, rate: int) -> None:
        """Do not count one request that was counted."""
        ...


class LocalBuckets(Struct, frozen=True):
    """Meters in memory: for one worker."""

    meters: Cache
    clock: Clock

    async def fill(self, key: Key, rate: int) -> bool:
        return self.has(key, rate)

    def has(self, key: Key, rate: int) -> bool:
        return gcra.admitted(self._meter(key), elapsed(self.clock), rate, rate) is not None

    def spend(self, key: Key, rate: int) -> None:
        self.meters.put(key, gcra.admitted(self._meter(key), elapsed(self.clock), rate, rate))

    def give_back(self, key: Key, rate: int) -> None:
        self.meters.put(key, gcra.given_back(self._meter(key), elapsed(self.clock), rate))

    def _meter(self, key: Key) -> gcra.Meter:
        found: gcra.Meter | None = self.meters.get(key)
        return gcra.EMPTY if found is None else found


class _Lease(Struct):
    """Requests that this worker may admit without asking the store again; times as `elapsed` gives them."""

    left: int = 0
    good_until: Instant = 0
    refused_until: Instant = 0
    asking: asyncio.Lock = field(default_factory=asyncio.Lock)


class SharedBuckets(Struct, frozen=True):
    """The store holds the time up to which a bucket is spent; a worker takes leases of it.

    A lease is a tenth of a second's worth, and at least one request, so that a statement serves many
    requests. What a worker does not use within a second is lost. A worker that was refused asks again
    only after as long as its lease would have lasted. Hence, with w workers, no more than w leases beyond
    the burst are admitted at once, the burst holds whole leases only, and a bucket may refuse up to a
    tenth of a second too long.
    """

    leases: Cache
    clock: Clock
    db: Db

    async def fill(self, key: Key, rate: int) -> bool:
        lease: _Lease | None = self.leases.get(key)
        if lease is None:
            lease = _Lease()
            self.leases.put(key, lease)
        async with lease.asking:
            if not self.has(key, rate) and elapsed(self.clock) >= lease.refused_until:
                await self._ask(lease, key, rate)
            return self.has(key, rate)

    def has(self, key: Key, rate: int) -> bool:
        lease: _Lease | None = self.leases.get(key)
        return lease is not None and lease.left > 0 and elapsed(self.clock) < lease.good_until

    def spend(self, key: Key, rate: int) -> None:
        self.leases.get(key).left -= 1

    def give_back(self, key: Key, rate: int) -> None:
        lease: _Lease | None = self.leases.get(key)
        if lease is not None:
            lease.left += 1

    async def _ask(self, lease: _Lease, key: Key, rate: int) -> None:
        requests = max(rate // 10, 1)
        cost = -(-requests * SECOND // rate)
        burst = SECOND + rate // requests  # every lease of the burst was rounded up by less than one
        now, asked_at = self.clock.now(), elapsed(self.clock)

        async def take(tx: Tx) -> bool:
            return await quota_buckets.take(tx, *key, now=now, cost=cost, burst=burst)

        if await self.db.run(take):
            lease.left, lease.good_until = requests, asked_at + SECOND
        else:
            lease.left, lease.refused_until = 0, asked_at + cost


def elapsed(clock: Clock) -> Instant:
    """Microseconds of the clock that never jumps."""
    return int(clock.monotonic() * SECOND)
