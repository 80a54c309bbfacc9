"""A clock whose `monotonic` stands, for limits that would refill while a slow machine runs the test."""

from poolhouse.drivers.clock_rng import SystemClock


class StillClock(SystemClock):
    def monotonic(self) -> float:
        return 0.0
