"""What an assessment looks at: this sign-in, and what is known of before. Values only."""

from math import asin, cos, radians, sin, sqrt

from msgspec import Struct

from poolhouse.directory.events import Seen
from poolhouse.directory.past import NO_PAST, History, Past
from poolhouse.ports import Instant, Place

_EARTH = 6_371.0  # km, the mean radius


class Facts(Struct, frozen=True):
    """
    seen       whence and with what the sign-in comes
    agent      its browser and system in words (directory/user_agents.py)
    place      of its address
    before     the place of the address from which the user was let in last
    made_at    when the account was made
    set_at     when its password was last set
    known      what the user is known to have done, newest first
    """

    now: Instant
    seen: Seen
    agent: str
    place: Place
    before: Place
    made_at: Instant
    set_at: Instant
    history: History = NO_PAST
    known: tuple[Past, ...] = ()


def known(history: History) -> tuple[Past, ...]:
    """Without what was said to be somebody else's, and with what was said to be the user's own."""
    if not history.invalid and not history.valid:
        return history.passed
    foreign = {past.seen for past in history.invalid}
    own = [*(past for past in history.passed if past.seen not in foreign), *history.valid]
    return tuple(sorted(own, key=lambda past: past.at, reverse=True))


def kilometres(one: Place, other: Place) -> float | None:
    """The way from one place to another over the surface of the earth. None: one of them is not known."""
    if one.point is None or other.point is None:
        return None
    (lat, lon), (lat2, lon2) = one.point, other.point
    half = sin(radians(lat2 - lat) / 2) ** 2
    half += cos(radians(lat)) * cos(radians(lat2)) * sin(radians(lon2 - lon) / 2) ** 2
    return 2 * _EARTH * asin(min(1.0, sqrt(half)))
