"""The rate rule: GCRA in whole numbers (ITU-T I.371, in its form as a leaky bucket, which decides the same).

A meter's level is what was admitted and has not leaked out yet, in millionths of a request. A rate of r
requests a second leaks r millionths a microsecond, so nothing is ever rounded.
"""

from typing import NamedTuple

from poolhouse.ports import Instant

REQUEST = 1_000_000  # one request, in millionths


class Meter(NamedTuple):
    level: int
    at: Instant


EMPTY = Meter(0, 0)


def admitted(meter: Meter, now: Instant, rate: int, burst: int) -> Meter | None:
    """The meter after one more request, or None when that is too many.

    rate   requests a second
    burst  requests that may come at once: in t seconds no more than burst + rate * t are admitted
    now    microseconds of a clock that never goes back
    """
    level = _leaked(meter, now, rate) + REQUEST
    return Meter(level, now) if level <= burst * REQUEST else None


def given_back(meter: Meter, now: Instant, rate: int) -> Meter:
    """The meter without one request that was admitted."""
    return Meter(max(_leaked(meter, now, rate) - REQUEST, 0), now)


def _leaked(meter: Meter, now: Instant, rate: int) -> int:
    return max(meter.level - rate * (now - meter.at), 0)
