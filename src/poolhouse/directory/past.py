"""A user's past when a sign-in is assessed: whence and with what they came, in short."""

from collections.abc import Iterable

from msgspec import Struct

from poolhouse.directory.events import PASS, SIGN_IN, Event, Seen
from poolhouse.ports import Instant


class Mark(Struct, frozen=True, array_like=True):
    """The members of `Seen` that later sign-ins are compared with. Most sign-ins of a user have the same."""

    address: str = ""
    user_agent: str = ""
    device_key: str = ""
    country: str = ""
    network: str = ""


class Past(Struct, frozen=True):
    """When the user was seen last with such a mark."""

    at: Instant
    seen: Mark


class History(Struct, frozen=True):
    """
    passed    how the user was let in before, each mark once, newest first
    times     of the last sign-ins that were let in
    valid     attempts that somebody has said were the user's own, and
    invalid   that they were not
    failures  of the user, lately
    failing   other users (and names without an owner) with whom this address failed, lately
    """

    passed: tuple[Past, ...] = ()
    times: tuple[Instant, ...] = ()
    valid: tuple[Past, ...] = ()
    invalid: tuple[Past, ...] = ()
    failures: int = 0
    failing: int = 0


NO_PAST = History()


def mark(seen: Seen) -> Mark:
    return Mark(seen.address, seen.user_agent, seen.device_key, seen.country, seen.network)


def each_once(pasts: Iterable[Past]) -> tuple[Past, ...]:
    """Of sign-ins, the newest first, the newest with each mark."""
    newest: dict[Mark, Past] = {}
    for past in pasts:
        newest.setdefault(past.seen, past)
    return tuple(newest.values())


def is_compared(event: Event) -> bool:
    """Is it a sign-in that later ones are compared with?"""
    return event.kind == SIGN_IN and event.response == PASS
