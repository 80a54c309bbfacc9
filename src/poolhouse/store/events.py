"""Events: append-only, read newest first (directory/events.py)."""

from collections.abc import Sequence

import msgspec

from poolhouse.directory import past
from poolhouse.directory.events import Event
from poolhouse.ports import HOUR, Instant, Row, Statement, Tx

_INSERT = Statement("""
    INSERT INTO events (pool_id, sub, at, event_id, attempt_id, request_id, address, kind, response, event,
           seen)
    VALUES (:pool_id, :sub, :at, :event_id, :attempt_id, :request_id, :address, :kind, :response, :event,
           :seen)
    ON CONFLICT (pool_id, sub, at, event_id) DO NOTHING
""")

_OF_USER = Statement("""
    SELECT event FROM events
     WHERE pool_id = :pool_id AND sub = :sub AND at >= :since ORDER BY at DESC LIMIT :most
""")

_FAILED_FROM = Statement("""
    SELECT event FROM events
     WHERE pool_id = :pool_id AND address = :address AND at >= :since AND response = 'Fail'
     ORDER BY at DESC LIMIT :most
""")

# Of the requests of one sign-in only the newest is shown. A sign-in waits 15 minutes at most for each answer.
_PAGE = Statement("""
    SELECT e.event, e.at, e.event_id FROM events e
     WHERE e.pool_id = :pool_id AND e.sub = :sub
       AND (e.at < :before OR (e.at = :before AND e.event_id < :before_id))
       AND NOT (e.response = 'InProgress' AND EXISTS (
                SELECT 1 FROM events later
                 WHERE later.pool_id = e.pool_id AND later.sub = e.sub AND later.attempt_id = e.attempt_id
                   AND later.at > e.at AND later.at < e.at + :longest))
     ORDER BY e.at DESC, e.event_id DESC LIMIT :most
""")

_ONE = Statement("""
    SELECT event FROM events WHERE pool_id = :pool_id AND sub = :sub AND event_id = :event_id
""")

_OF_REQUEST = Statement("""
    SELECT event FROM events WHERE pool_id = :pool_id AND request_id = :request_id ORDER BY at
""")

_OF_POOL = Statement("""
    SELECT at, event_id, event FROM events
     WHERE pool_id = :pool_id AND at >= :at AND (at > :at OR event_id > :event_id)
     ORDER BY at, event_id LIMIT :most
""")

_decoder = msgspec.json.Decoder(Event)
_encoder = msgspec.json.Encoder()


async def add(tx: Tx, event: Event) -> None:
    """Keep it. Twice is once: a transaction may run again."""
    await tx.run(
        _INSERT,
        pool_id=event.pool_id,
        sub=event.sub,
        at=event.at,
        event_id=event.event_id,
        attempt_id=event.attempt_id,
        request_id=event.request_id,
        address=event.seen.address,
        kind=event.kind,
        response=event.response,
        event=_encoder.encode(event).decode(),
        seen=_encoder.encode(past.mark(event.seen)).decode() if past.is_compared(event) else None,
    )


async def of_user(tx: Tx, pool_id: str, sub: str, since: Instant, most: int) -> list[Event]:
    """What a user (or the decoy of a name) tried, newest first."""
    return _read(await tx.all(_OF_USER, pool_id=pool_id, sub=sub, since=since, most=most))


async def failed_from(tx: Tx, pool_id: str, address: str, since: Instant, most: int) -> list[Event]:
    """What failed from an address, whoever's it was, newest first."""
    return _read(await tx.all(_FAILED_FROM, pool_id=pool_id, address=address, since=since, most=most))


async def page(
    tx: Tx, pool_id: str, sub: str, before: tuple[Instant, str], most: int
) -> list[tuple[Event, tuple[Instant, str]]]:
    """A user's attempts before a place, newest first, each with its own place: AdminListUserAuthEvents.

    Whoever wants the newest names a time to come.
    """
    at, event_id = before
    rows = await tx.all(
        _PAGE, pool_id=pool_id, sub=sub, before=at, before_id=event_id, longest=HOUR, most=most
    )
    return [(_decoder.decode(row["event"]), (row["at"], row["event_id"])) for row in rows]


async def get(tx: Tx, pool_id: str, sub: str, event_id: str) -> Event | None:
    """One of a user's events."""
    row = await tx.one(_ONE, pool_id=pool_id, sub=sub, event_id=event_id)
    return _decoder.decode(row["event"]) if row else None


async def of_request(tx: Tx, pool_id: str, request_id: str) -> list[Event]:
    """What one request decided: on the pages it may be more than one thing."""
    return _read(await tx.all(_OF_REQUEST, pool_id=pool_id, request_id=request_id))


async def of_pool(
    tx: Tx, pool_id: str, after: tuple[Instant, str], most: int
) -> list[tuple[Event, tuple[Instant, str]]]:
    """Every event of a pool after a place, the oldest first, each with its own place.

    (since, "") is the place before the first. For commands: it reads the index of all pools.
    """
    at, event_id = after
    rows = await tx.all(_OF_POOL, pool_id=pool_id, at=at, event_id=event_id, most=most)
    return [(_decoder.decode(row["event"]), (row["at"], row["event_id"])) for row in rows]


def _read(rows: Sequence[Row]) -> list[Event]:
    return [_decoder.decode(row["event"]) for row in rows]
