"""What events say of a user's past, for the assessment of a sign-in: a few short ranges, in one read."""

from collections.abc import Mapping, Sequence

import msgspec

from poolhouse.directory import past
from poolhouse.directory.events import Seen
from poolhouse.directory.past import History, Mark, Past
from poolhouse.ports import DAY, HOUR, Instant, Row, Statement, Tx
from poolhouse.store import event_feedback
from poolhouse.store.event_feedback import VALID, Feedback

_REMEMBERED: Instant = 180 * DAY
_LATELY: Instant = HOUR  # as signals count failures
_MOST_PASSED = 30
_MOST_FAILED = 20
_MOST_FAILING = 100
_MOST_FEEDBACK = 30

_PASSED = Statement("""
    SELECT at, seen FROM events
     WHERE pool_id = :pool_id AND sub = :sub AND response = 'Pass' AND at >= :since AND seen IS NOT NULL
     ORDER BY at DESC LIMIT :most
""")

_FAILED = Statement("""
    SELECT at FROM events
     WHERE pool_id = :pool_id AND sub = :sub AND at >= :since AND response = 'Fail' AND kind = 'SignIn'
     ORDER BY at DESC LIMIT :most
""")

_FAILING = Statement("""
    SELECT sub FROM events
     WHERE pool_id = :pool_id AND address = :address AND at >= :since AND response = 'Fail'
     ORDER BY at DESC LIMIT :most
""")

# Whoever speaks of an attempt does so soon, so there is not much between the two.
_SPOKEN_OF = Statement("""
    SELECT event FROM events
     WHERE pool_id = :pool_id AND sub = :sub AND attempt_id = :attempt_id AND at BETWEEN :since AND :said
     ORDER BY at DESC LIMIT 1
""")


class _Short(msgspec.Struct, frozen=True):
    """What is read of an event; the rest of it is passed over."""

    at: Instant
    seen: Seen = msgspec.field(default_factory=Seen)


_marks = msgspec.json.Decoder(Mark)
_events = msgspec.json.Decoder(_Short)


async def of(tx: Tx, pool_id: str, sub: str, address: str, now: Instant) -> History:
    """The past of a user who signs in from this address; an empty address is none that could fail."""
    user = {"pool_id": pool_id, "sub": sub}
    passed = await tx.all(_PASSED, **user, since=now - _REMEMBERED, most=_MOST_PASSED)
    failed = await tx.all(_FAILED, **user, since=now - _LATELY, most=_MOST_FAILED)
    failing = await _failing(tx, pool_id, address, now)
    feedback = await event_feedback.of_user(tx, pool_id, sub, now - _REMEMBERED)
    valid, invalid = await _spoken_of(tx, pool_id, sub, feedback)
    return History(
        passed=_each_once(passed),
        times=tuple(row["at"] for row in passed),
        valid=valid,
        invalid=invalid,
        failures=len(failed),
        failing=len(failing - {sub}),
    )


def _each_once(rows: Sequence[Row]) -> tuple[Past, ...]:
    """Most sign-ins are like the one before: each text is read once."""
    newest: dict[str, Instant] = {}
    for row in rows:
        newest.setdefault(row["seen"], row["at"])
    return tuple(Past(at, _marks.decode(text)) for text, at in newest.items())


async def _failing(tx: Tx, pool_id: str, address: str, now: Instant) -> set[str]:
    if not address:
        return set()
    rows = await tx.all(_FAILING, pool_id=pool_id, address=address, since=now - _LATELY, most=_MOST_FAILING)
    return {row["sub"] for row in rows}


async def _spoken_of(
    tx: Tx, pool_id: str, sub: str, feedback: Mapping[str, Feedback]
) -> tuple[tuple[Past, ...], tuple[Past, ...]]:
    """The attempts that somebody has said something of: valid ones, invalid ones. Hardly anybody has any."""
    newest = sorted(feedback.items(), key=lambda said: said[1].at, reverse=True)[:_MOST_FEEDBACK]
    valid: list[Past] = []
    invalid: list[Past] = []
    for attempt_id, said in newest:
        since = said.at - _REMEMBERED
        event = await tx.all(
            _SPOKEN_OF, pool_id=pool_id, sub=sub, attempt_id=attempt_id, since=since, said=said.at
        )
        (valid if said.value == VALID else invalid).extend(_read(event))
    return tuple(valid), tuple(invalid)


def _read(rows: Sequence[Row]) -> list[Past]:
    events = [_events.decode(row["event"]) for row in rows]
    return [Past(event.at, past.mark(event.seen)) for event in events]
