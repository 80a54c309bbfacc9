"""A user's past when a sign-in is assessed: the few members of events that signals look at."""

from msgspec import Struct, field

from poolhouse.directory.events import Seen
from poolhouse.ports import Instant


class Past(Struct, frozen=True):
    """One event of before. The store reads no more of it than this."""

    attempt_id: str
    at: Instant
    seen: Seen = field(default_factory=Seen)


class History(Struct, frozen=True):
    """
    passed    sign-ins of the user that were let in, newest first
    valid     attempts that somebody has said were the user's own, and
    invalid   that they were not
    failures  of the user, lately
    failing   other users (and names without an owner) with whom this address failed, lately
    """

    passed: tuple[Past, ...] = ()
    valid: tuple[Past, ...] = ()
    invalid: tuple[Past, ...] = ()
    failures: int = 0
    failing: int = 0


NO_PAST = History()
