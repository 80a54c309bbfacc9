"""What events say of a user's past, for the assessment of a sign-in: a few short ranges, in one read."""

from collections.abc import Sequence
from operator import itemgetter

import msgspec
from msgspec.structs import replace

from poolhouse.directory import past
from poolhouse.directory.events import Seen
from poolhouse.directory.past import History, Mark, Past
from poolhouse.ports import DAY, HOUR, Instant, Row, Statement, Tx
from poolhouse.store.event_feedback import INVALID, VALID

_REMEMBERED: Instant = 180 * DAY
_LATELY: Instant = HOUR  # as signals count failures
_MOST_PASSED = 30
_MOST_FAILED = 20
_MOST_FAILING = 100
_MOST_FEEDBACK = 30

# What a row of the past is; feedback is VALID or INVALID.
_PASSED, _FAILED, _FAILING = "passed", "failed", "failing"
_NO_ADDRESS = "-"

# In one statement, which is one round trip. The numbers stand in it, because PostgreSQL plans for them.
_PAST = Statement(f"""
    SELECT what, at, said FROM (
           SELECT '{_PASSED}' AS what, at, seen AS said FROM events
            WHERE pool_id = :pool_id AND sub = :sub AND response = 'Pass' AND at >= :remembered
              AND seen IS NOT NULL
            ORDER BY at DESC LIMIT {_MOST_PASSED}) AS passed
    UNION ALL
    SELECT what, at, said FROM (
           SELECT '{_FAILED}' AS what, at, '' AS said FROM events
            WHERE pool_id = :pool_id AND sub = :sub AND response = 'Fail' AND at >= :lately
              AND kind = 'SignIn'
            ORDER BY at DESC LIMIT {_MOST_FAILED}) AS failed
    UNION ALL
    SELECT what, at, said FROM (
           SELECT '{_FAILING}' AS what, at, sub AS said FROM events
            WHERE pool_id = :pool_id AND address = :address AND response = 'Fail' AND at >= :lately
            ORDER BY at DESC LIMIT {_MOST_FAILING}) AS failing
    UNION ALL
    SELECT CASE WHEN value = '{VALID}' THEN '{VALID}' ELSE '{INVALID}' END AS what, at, attempt_id AS said
      FROM event_feedback
     WHERE pool_id = :pool_id AND sub = :sub AND at >= :remembered
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


_time = itemgetter("at")
_marks = msgspec.json.Decoder(Mark)
_events = msgspec.json.Decoder(_Short)


async def of(tx: Tx, pool_id: str, sub: str, address: str, now: Instant) -> History:
    """The past of a user who signs in from this address; an empty address is none that could fail."""
    found = await tx.all(
        _PAST,
        pool_id=pool_id,
        sub=sub,
        address=address or _NO_ADDRESS,
        remembered=now - _REMEMBERED,
        lately=now - _LATELY,
    )
    rows = sorted(found, key=_time, reverse=True)
    passed = [row for row in rows if row["what"] == _PASSED]
    history = History(_each_once(passed), tuple(map(_time, passed)))
    return history if len(passed) == len(rows) else await _with_others(tx, pool_id, sub, history, rows)


def _each_once(rows: Sequence[Row]) -> tuple[Past, ...]:
    """Most sign-ins are like the one before: each text is read once."""
    newest: dict[str, Instant] = {}
    for row in rows:
        newest.setdefault(row["said"], row["at"])
    return tuple(Past(at, _marks.decode(text)) for text, at in newest.items())


async def _with_others(tx: Tx, pool_id: str, sub: str, history: History, rows: Sequence[Row]) -> History:
    """With failures and feedback, the newest first. Hardly anybody has any."""
    feedback = [row for row in rows if row["what"] in (VALID, INVALID)]
    valid, invalid = await _spoken_of(tx, pool_id, sub, feedback[:_MOST_FEEDBACK])
    return replace(
        history,
        valid=valid,
        invalid=invalid,
        failures=sum(row["what"] == _FAILED for row in rows),
        failing=len({row["said"] for row in rows if row["what"] == _FAILING} - {sub}),
    )


async def _spoken_of(
    tx: Tx, pool_id: str, sub: str, feedback: Sequence[Row]
) -> tuple[tuple[Past, ...], tuple[Past, ...]]:
    """The attempts that somebody has said something of: valid ones, invalid ones."""
    valid: list[Past] = []
    invalid: list[Past] = []
    for said in feedback:
        since = said["at"] - _REMEMBERED
        event = await tx.all(
            _SPOKEN_OF, pool_id=pool_id, sub=sub, attempt_id=said["said"], since=since, said=said["at"]
        )
        (valid if said["what"] == VALID else invalid).extend(_read(event))
    return tuple(valid), tuple(invalid)


def _read(rows: Sequence[Row]) -> list[Past]:
    events = [_events.decode(row["event"]) for row in rows]
    return [Past(event.at, past.mark(event.seen)) for event in events]
