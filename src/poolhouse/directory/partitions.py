"""Which partitions the events have, by time: those of now and of the near future, until all of one is old.

How wide one is follows from how long events are kept, so that there are never many: each statement that reads
events opens those that may have some.
"""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from poolhouse.ports import DAY, Instant

_PARTS = 24  # of the time that events are kept
_AHEAD = 2  # partitions that wait for their time to come


class Partition(Struct, frozen=True, order=True):
    """The events of [since, until). 0: whatever is older, of the table as it was before partitions."""

    since: Instant
    until: Instant
    name: str = ""

    def has(self, at: Instant) -> bool:
        return self.since <= at < self.until


def width(days: int) -> Instant:
    """Of a partition, where events are kept for so many days. It is whole days, from midnight (UTC)."""
    return max(1, days // _PARTS) * DAY


def missing(there: Sequence[Partition], now: Instant, wide: Instant) -> list[tuple[Instant, Instant]]:
    """What is to be made, as [since, until), so that now and the near future have a partition.

    A new one ends where its kind does, at a multiple of `wide`, and earlier where another one begins: they
    never overlap, whatever was made while events were kept for longer, or while the clock was wrong.
    """
    made: list[tuple[Instant, Instant]] = []
    begin = now // wide * wide
    end = begin + (1 + _AHEAD) * wide
    while begin < end:
        until = next((one.until for one in there if one.has(begin)), None)
        if until is None:
            later = [one.since for one in there if one.since > begin]
            until = min([begin // wide * wide + wide, *later])
            made.append((begin, until))
        begin = until
    return made


def old(there: Iterable[Partition], cutoff: Instant) -> list[Partition]:
    """Those that have nothing but what is older than `cutoff`."""
    return sorted(one for one in there if one.until <= cutoff)


def rows_before(there: Iterable[Partition], cutoff: Instant) -> Instant:
    """Rows before this moment are to be deleted one by one, where those before `cutoff` are old.

    A partition in which some rows are old keeps them until it can go as a whole. The table as it was before
    partitions is too large to wait for that.
    """
    return min([cutoff, *(one.since for one in there if one.since > 0 and one.has(cutoff))])
