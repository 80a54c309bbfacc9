"""What is read of a user's past for an assessment, on both stores."""

from msgspec.structs import replace
from tests.store.test_events import POOL, add, event

from poolhouse.directory.events import FAIL, Event, Seen
from poolhouse.directory.past import History, Mark, Past
from poolhouse.ports import DAY, HOUR, Db
from poolhouse.store import event_feedback, history
from poolhouse.store.event_feedback import INVALID, VALID, Feedback

NOW = 20_000 * DAY
HOME, OFFICE = Seen(address="192.0.2.1", country="DE"), Seen(address="192.0.2.2", user_agent="Firefox")


def passed(at: int, seen: Seen = HOME) -> Event:
    return replace(event(at), seen=seen)


async def of(db: Db, sub: str = "ada", address: str = "192.0.2.1") -> History:
    return await db.read(lambda tx: history.of(tx, POOL, sub, address, NOW))


async def test_each_mark_is_there_once_with_the_time_when_it_was_seen_last(db: Db) -> None:
    await add(db, passed(NOW - 3), passed(NOW - 2, OFFICE), passed(NOW - 1))

    found = await of(db)

    assert found.passed == (
        Past(NOW - 1, Mark("192.0.2.1", country="DE")),
        Past(NOW - 2, Mark("192.0.2.2", "Firefox")),
    )
    assert found.times == (NOW - 1, NOW - 2, NOW - 3)


async def test_what_is_no_sign_in_that_passed_or_is_too_old_is_not_compared_with(db: Db) -> None:
    await add(
        db,
        passed(NOW - 181 * DAY),
        replace(passed(NOW - 4), kind="ForgotPassword"),
        replace(passed(NOW - 3), response="InProgress"),
        replace(passed(NOW - 2), response=FAIL),
        replace(passed(NOW - 1), sub="bob"),
        replace(passed(NOW - 5), pool_id="us-east-1_Bbbbbbbbb"),
    )

    assert (await of(db)).passed == ()


async def test_however_much_fails_what_passed_is_found(db: Db) -> None:
    await add(db, passed(NOW - 1_000), *(event(NOW - at, FAIL) for at in range(1, 200)))

    found = await of(db)

    assert [past.at for past in found.passed] == [NOW - 1_000]
    assert found.failures == 20


async def test_failures_count_for_an_hour(db: Db) -> None:
    await add(db, event(NOW - HOUR - 1, FAIL), event(NOW - HOUR, FAIL), event(NOW - 1, FAIL))

    assert (await of(db)).failures == 2


async def test_an_address_counts_everybody_else_who_failed_there_once(db: Db) -> None:
    def failed(at: int, sub: str, address: str = "192.0.2.1") -> Event:
        return event(NOW - at, FAIL, sub=sub, address=address)

    await add(
        db,
        failed(1, "bob"),
        failed(2, "bob"),
        failed(3, "eve"),
        failed(4, "ada"),
        failed(5, "kim", "192.0.2.9"),
        failed(HOUR + 1, "sam"),
    )

    assert (await of(db)).failing == 2
    assert (await of(db, address="")).failing == 0


async def test_what_somebody_has_said_of_attempts_is_found_with_their_marks(db: Db) -> None:
    await add(db, passed(NOW - 30), replace(passed(NOW - 20, OFFICE), response=FAIL))

    async def said(tx) -> None:
        await event_feedback.put(tx, POOL, "ada", f"attempt-{NOW - 30}", Feedback(INVALID, "Admin", NOW - 10))
        await event_feedback.put(tx, POOL, "ada", f"attempt-{NOW - 20}", Feedback(VALID, "Admin", NOW - 9))
        await event_feedback.put(tx, POOL, "ada", "attempt-of-nobody", Feedback(VALID, "Admin", NOW - 8))

    await db.run(said)
    found = await of(db)

    assert found.invalid == (Past(NOW - 30, Mark("192.0.2.1", country="DE")),)
    assert found.valid == (Past(NOW - 20, Mark("192.0.2.2", "Firefox")),)
