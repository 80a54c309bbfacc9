"""Events are only added, and are found by user, by address, by request and by age, on both stores."""

from collections.abc import Sequence

from msgspec.structs import replace

from poolhouse.directory.events import FAIL, IN_PROGRESS, PASS, Event, Note, Reason, Risk, Seen
from poolhouse.ports import Db, Tx
from poolhouse.store import events

POOL = "us-east-1_Aaaaaaaaa"
END = (2**62, "")


def event(at: int, response: str = PASS, *, sub: str = "ada", address: str = "", attempt: str = "") -> Event:
    return Event(
        pool_id=POOL,
        sub=sub,
        event_id=f"event-{at}",
        attempt_id=attempt or f"attempt-{at}",
        request_id=f"request-{at}",
        kind="SignIn",
        response=response,
        at=at,
        operation="InitiateAuth",
        seen=Seen(address=address),
    )


async def add(db: Db, *kept: Event) -> None:
    async def write(tx: Tx) -> None:
        for one in kept:
            await events.add(tx, one)

    await db.run(write)


def times(found: Sequence[Event]) -> list[int]:
    return [one.at for one in found]


async def test_an_event_comes_back_as_it_was(db: Db) -> None:
    risk = Risk("HIGH", "Block", "BLOCK", True, 70, (Reason("new device", 20, "It was never seen."),))
    notes = (Note("step", {"proven": ["TOTP"]}),)
    whole = replace(event(5), risk=risk, challenges=(("Password", "Success"),), trail=notes)
    await add(db, whole)

    assert await db.read(lambda tx: events.get(tx, POOL, "ada", "event-5")) == whole
    assert await db.read(lambda tx: events.of_request(tx, POOL, "request-5")) == [whole]


async def test_adding_an_event_twice_keeps_one(db: Db) -> None:
    await add(db, event(1), event(1))

    assert times(await db.read(lambda tx: events.of_user(tx, POOL, "ada", 0, 10))) == [1]


async def test_a_users_events_are_the_newest_first_and_nobody_elses(db: Db) -> None:
    await add(db, event(1), event(2), event(3), event(4, sub="bob"))

    assert times(await db.read(lambda tx: events.of_user(tx, POOL, "ada", 2, 10))) == [3, 2]
    assert times(await db.read(lambda tx: events.of_user(tx, POOL, "ada", 0, 1))) == [3]


async def test_an_address_is_known_by_what_failed_from_it(db: Db) -> None:
    await add(
        db,
        event(1, FAIL, sub="ada", address="192.0.2.1"),
        event(2, FAIL, sub="bob", address="192.0.2.1"),
        event(3, PASS, sub="cyd", address="192.0.2.1"),
        event(4, FAIL, sub="dan", address="192.0.2.2"),
    )

    found = await db.read(lambda tx: events.failed_from(tx, POOL, "192.0.2.1", 0, 10))

    assert times(found) == [2, 1]


async def test_a_sign_in_under_way_is_shown_until_it_is_done(db: Db) -> None:
    waiting, done = event(1, IN_PROGRESS, attempt="a"), event(2, PASS, attempt="a")
    abandoned = event(3, IN_PROGRESS, attempt="b")
    await add(db, waiting, done, abandoned)

    page = await db.read(lambda tx: events.page(tx, POOL, "ada", END, 10))

    assert times([one for one, _ in page]) == [3, 2]


async def test_pages_follow_each_other_without_a_gap(db: Db) -> None:
    await add(db, *(event(at) for at in range(1, 8)))
    found, place = [], END
    while page := await db.read(lambda tx, place=place: events.page(tx, POOL, "ada", place, 3)):  # type: ignore[misc]
        found += [one for one, _ in page]
        place = page[-1][1]

    assert times(found) == [7, 6, 5, 4, 3, 2, 1]


async def test_all_events_of_a_pool_are_walked_in_the_order_of_time(db: Db) -> None:
    same_time = replace(event(2), event_id="event-2b")
    await add(db, event(1, sub="bob"), event(2), same_time, event(3, sub="bob"), event(4))
    found, place = [], (2, "")
    while page := await db.read(lambda tx, place=place: events.of_pool(tx, POOL, place, 2)):  # type: ignore[misc]
        found += [one.event_id for one, _ in page]
        place = page[-1][1]

    assert found == ["event-2", "event-2b", "event-3", "event-4"]
