"""Times as people and programs write them."""

from datetime import UTC, datetime, timedelta

from poolhouse.ports import DAY, HOUR, MINUTE, Instant

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
LATEST: Instant = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND


def iso(instant: Instant) -> str:
    """`2026-11-24T03:00:00.123456Z`: to the microsecond, so that it names its instant exactly."""
    return _moment(instant).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def from_iso(text: str) -> Instant:
    """Read ISO 8601 with a time zone. `ValueError` for anything else, and before 1970."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("A time needs a time zone.")
    instant = (moment - _EPOCH) // _MICROSECOND
    if instant < 0:
        raise ValueError("A time before 1970.")
    return instant


def in_words(instant: Instant) -> str:
    """`23 November 2026, 09:41 UTC`"""
    moment = _moment(instant)
    return f"{moment.day} {moment.strftime('%B %Y, %H:%M')} UTC"


def to_the_second(instant: Instant) -> str:
    """`2026-11-23 09:41:07 UTC`"""
    return _moment(instant).strftime("%Y-%m-%d %H:%M:%S UTC")


def age(then: Instant, now: Instant) -> str:
    """`now`, `4 min`, `1 h` or `3 d`."""
    passed = now - then
    if passed < MINUTE:
        return "now"
    if passed < HOUR:
        return f"{passed // MINUTE} min"
    if passed < DAY:
        return f"{passed // HOUR} h"
    return f"{passed // DAY} d"


def _moment(instant: Instant) -> datetime:
    return _EPOCH + timedelta(microseconds=instant)
