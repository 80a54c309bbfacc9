"""Events in partitions of time, on a real PostgreSQL; SQLite, which has none, keeps one table."""

import asyncio
import json
import shutil
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest
from msgspec.structs import replace
from opentelemetry.sdk.trace import TracerProvider
from tests.environment import MovableClock, environment
from tests.store.test_events import POOL, add, event
from tests.stores import open_migrated, open_store

from poolhouse.context import Env
from poolhouse.directory.audit import HOUSE
from poolhouse.directory.events import Event, Seen
from poolhouse.drivers.traces import Traces
from poolhouse.ports import DAY, MINUTE, Db, Instant, Statement
from poolhouse.store import audit, audited, events, history, janitor, partitions
from poolhouse.store.migrate import MIGRATIONS, migrate

NOW = MovableClock().now()  # 20,833 days and 8 hours
YEAR = 365 * DAY
CURRENT = "events_20270102_20270201"
DROPPED = "drop partition"
WHERE = Statement(
    "SELECT CAST(CAST(tableoid AS regclass) AS TEXT) AS place FROM events WHERE pool_id = :pool ORDER BY at"
)
FILE = Statement("SELECT CAST(pg_relation_filenode(CAST(:name AS regclass)) AS BIGINT) AS file")


@pytest.fixture
def url(new_postgres: Callable[..., str], migrated_template: str) -> str:
    return new_postgres(migrated_template)


@pytest.fixture
async def db(url: str) -> AsyncIterator[Db]:
    opened = await open_store(url)
    yield opened
    await opened.close()


@pytest.fixture
def env(db: Db, tmp_path: Path) -> Env:
    return environment(db, tmp_path)


async def names(db: Db) -> list[str]:
    divided = db.partitions("events")
    assert divided is not None
    spans = await db.read(divided.all)
    return sorted(spans, key=spans.__getitem__)


async def places(db: Db) -> list[str]:
    """Where each event is, the oldest first."""
    return [row["place"] for row in await db.read(lambda tx: tx.all(WHERE, pool=POOL))]


async def times(db: Db) -> list[Instant]:
    return [one.at for one in await db.read(lambda tx: events.of_user(tx, POOL, "ada", 0, 1_000))]


async def script(db: Db, text: str) -> None:
    await db.run(lambda tx: tx.script(text))


async def dropped_by_record(db: Db) -> list[str]:
    records = await db.read(lambda tx: audit.page(tx, HOUSE, 0, 100))
    return [change["id"] for one in records if one.what == DROPPED for change in json.loads(one.changes)]


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


# Made


async def test_an_event_is_in_the_partition_of_its_time_and_without_one_it_is_kept_all_the_same(
    env: Env,
) -> None:
    assert await partitions.make(env.db, NOW, 730) == 3
    assert await names(env.db) == [CURRENT, "events_20270201_20270303", "events_20270303_20270402"]

    await add(
        env.db, event(NOW - YEAR), event(NOW), event(NOW), event(NOW + 30 * DAY), event(NOW + 20 * YEAR)
    )

    assert await places(env.db) == ["events_default", CURRENT, "events_20270201_20270303", "events_default"]
    assert await times(env.db) == [NOW + 20 * YEAR, NOW + 30 * DAY, NOW, NOW - YEAR]


async def test_made_again_they_are_as_they_were_and_the_next_one_comes_in_time(env: Env) -> None:
    await partitions.make(env.db, NOW, 730)

    assert await partitions.make(env.db, NOW + 16 * DAY, 730) == 0
    assert await partitions.make(env.db, NOW + 17 * DAY, 730) == 1
    assert (await names(env.db))[-1] == "events_20270402_20270502"


async def test_a_clock_that_was_years_ahead_leaves_partitions_that_do_no_harm(env: Env) -> None:
    await partitions.make(env.db, NOW + 20 * YEAR, 730)
    await add(env.db, event(NOW + 20 * YEAR))

    assert await partitions.make(env.db, NOW, 730) == 3
    await add(env.db, event(NOW))

    assert await places(env.db) == [CURRENT, "events_20461218_20470117"]


@pytest.mark.parametrize("days", [30, 3_650])
async def test_partitions_of_another_width_follow_those_that_are_there(env: Env, days: int) -> None:
    await partitions.make(env.db, NOW, 730)

    for later in range(0, 400, 20):
        await partitions.make(env.db, NOW + later * DAY, days)
        await add(env.db, event(NOW + later * DAY))

    assert "events_default" not in await places(env.db)


async def test_events_that_came_before_their_partition_stay_where_they_are(env: Env) -> None:
    await add(env.db, event(NOW))

    assert await partitions.make(env.db, NOW, 730) == 2  # those to come

    assert await names(env.db) == ["events_20270201_20270303", "events_20270303_20270402"]
    assert await times(env.db) == [NOW]
    env.clock.advance(731 * DAY)
    assert (await janitor.sweep(env))["events"] == 1


async def test_a_role_that_does_not_own_the_table_makes_none_and_the_rest_goes_on(
    env: Env, url: str, capfd: pytest.CaptureFixture[str]
) -> None:
    await script(
        env.db,
        "CREATE ROLE guest_of_events LOGIN PASSWORD 'x';"
        "GRANT ALL ON ALL TABLES IN SCHEMA public TO guest_of_events",
    )
    guest = await open_store(url.replace(url.partition("//")[2].partition("@")[0], "guest_of_events:x"))
    try:
        assert await partitions.make(guest, NOW, 730) == 0
        assert "InsufficientPrivilegeError" in capfd.readouterr().out
        await add(guest, event(NOW))
        assert await partitions.make(env.db, NOW + 30 * DAY, 730) == 3
        await add(guest, event(NOW + 30 * DAY))
        assert await places(env.db) == ["events_default", "events_20270201_20270303"]
    finally:
        await guest.close()
        await script(env.db, "DROP OWNED BY guest_of_events; DROP ROLE guest_of_events")


async def test_one_that_cannot_be_made_keeps_no_other_from_being_made(
    env: Env, capfd: pytest.CaptureFixture[str]
) -> None:
    await script(env.db, f"CREATE TABLE {CURRENT} (of_somebody_else TEXT)")

    assert await partitions.make(env.db, NOW, 730) == 2

    assert "DuplicateTableError" in capfd.readouterr().out
    await add(env.db, event(NOW), event(NOW + 30 * DAY))
    assert await places(env.db) == ["events_default", "events_20270201_20270303"]


async def test_the_janitor_makes_and_drops_them(env: Env, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(janitor, "PAUSE", 0.0)
    await partitions.make(env.db, NOW - 800 * DAY, 730)

    sweeping = asyncio.create_task(janitor.run(env))
    try:
        async with asyncio.timeout(30):
            while (await names(env.db))[0] != CURRENT:  # noqa: ASYNC110 - it is the store that changes
                await asyncio.sleep(0.02)
    finally:
        sweeping.cancel()
        await asyncio.wait([sweeping])


async def test_whoever_asks_for_partitions_gets_those_of_the_store(env: Env) -> None:
    assert await partitions.make(audited.for_service(env, "test", "Test").db, NOW, 730) == 3
    assert await partitions.make(Traces(TracerProvider(), trusts_callers=False).db(env.db), NOW, 730) == 0


# Dropped


async def test_what_is_old_goes_as_a_whole_with_a_record_and_what_is_not_wholly_old_stays(env: Env) -> None:
    await partitions.make(env.db, NOW, 730)
    await add(env.db, event(NOW), event(NOW + 17 * DAY))
    env.clock.advance(740 * DAY)  # the first of the two is old, and its partition is not

    assert await partitions.keep(env) == 0
    assert (await janitor.sweep(env))["events"] == 0
    assert await places(env.db) == [CURRENT, "events_20270201_20270303"]
    assert await dropped_by_record(env.db) == []

    env.clock.advance(7 * DAY)
    assert await partitions.keep(env) == 1
    assert await places(env.db) == ["events_20270201_20270303"]
    assert CURRENT not in await names(env.db)
    assert await dropped_by_record(env.db) == [CURRENT]


async def test_old_events_without_a_partition_go_one_by_one(env: Env) -> None:
    await partitions.make(env.db, NOW, 730)
    await add(env.db, event(NOW - 10 * YEAR), event(NOW - YEAR), event(NOW))

    await partitions.keep(env)

    assert (await janitor.sweep(env))["events"] == 1
    assert await times(env.db) == [NOW, NOW - YEAR]


async def test_two_workers_at_once_make_and_drop_each_partition_once(
    env: Env, url: str, tmp_path: Path
) -> None:
    others = [await open_store(url) for _ in range(3)]
    workers = [env, *(replace(env, db=other) for other in others)]
    try:
        made = await asyncio.gather(*(partitions.make(one.db, NOW, 730) for one in workers))
        assert sum(made) == 3

        env.clock.advance(800 * DAY)
        dropped = await asyncio.gather(*(partitions.keep(one) for one in workers))
    finally:
        for other in others:
            await other.close()

    assert sum(dropped) == 2
    assert await dropped_by_record(env.db) == [CURRENT, "events_20270201_20270303"]
    assert len(await names(env.db)) == 1 + 3


async def test_while_somebody_reads_for_long_partitions_wait_and_sign_ins_do_not(env: Env, url: str) -> None:
    await partitions.make(env.db, NOW, 730)
    await add(env.db, event(NOW))
    env.clock.advance(800 * DAY)
    async with connected(url) as backup:
        reading = backup.transaction()
        await reading.start()
        await backup.fetch("SELECT count(*) FROM events")

        keeping = asyncio.create_task(partitions.keep(env))
        await asyncio.sleep(0.1)  # it waits for the table by now
        begun = time.monotonic()
        await add(env.db, event(env.clock.now()))
        assert time.monotonic() - begun < 2
        assert await keeping == 0
        assert CURRENT in await names(env.db)
        await reading.rollback()

    assert await partitions.keep(env) == 2
    assert CURRENT not in await names(env.db)


# Upgraded


@pytest.fixture
async def before(new_postgres: Callable[..., str], tmp_path: Path) -> AsyncIterator[Db]:
    """A store as it was before events had partitions."""
    folder = tmp_path / "migrations"
    folder.mkdir()
    for path in sorted(MIGRATIONS.glob("*.sql"))[:19]:
        shutil.copy(path, folder)
    opened = await open_store(new_postgres())
    await migrate(opened, MovableClock(), folder)
    yield opened
    await opened.close()


async def test_an_upgrade_loses_no_event_and_copies_none(before: Db, tmp_path: Path) -> None:
    kept = [NOW - 700 * DAY, NOW - DAY, NOW]
    await add(before, *(event(at) for at in kept))
    file = await before.read(lambda tx: tx.one(FILE, name="events"))

    assert "0020_events_by_time" in await migrate(before, MovableClock())
    await partitions.make(before, NOW, 730)
    await add(before, event(NOW), event(NOW + MINUTE), event(NOW + 3 * DAY))  # the first is there already

    assert await before.read(lambda tx: tx.one(FILE, name="events_before")) == file
    assert await names(before) == [
        "events_before",
        "events_20270117_20270201",
        "events_20270201_20270303",
        "events_20270303_20270402",
    ]
    assert await places(before) == ["events_before"] * 4 + ["events_20270117_20270201"]
    assert await times(before) == [NOW + 3 * DAY, NOW + MINUTE, *reversed(kept)]
    assert {"events", "pools"} <= await before.tables()
    assert "events_before" not in await before.tables()


async def test_events_from_before_an_upgrade_go_one_by_one_until_all_are_old(
    before: Db, tmp_path: Path
) -> None:
    await add(before, event(NOW - 700 * DAY), event(NOW))
    await migrate(before, MovableClock())
    env = environment(before, tmp_path)
    env.clock.advance(40 * DAY)

    assert await partitions.keep(env) == 0
    assert (await janitor.sweep(env))["events"] == 1
    assert await times(before) == [NOW]
    env.clock.advance(692 * DAY)
    assert await partitions.keep(env) == 1
    assert await times(before) == []


async def test_an_upgrade_without_events_leaves_no_table_behind(before: Db) -> None:
    await migrate(before, MovableClock())

    assert await names(before) == []
    await add(before, event(NOW))
    assert await places(before) == ["events_default"]


# Read


async def test_a_past_over_many_partitions_is_read_as_from_one_table(env: Env) -> None:
    for month in range(6):
        await partitions.make(env.db, NOW - month * 30 * DAY, 730)

    def passed(days: int) -> Event:
        return replace(event(NOW - days * DAY), seen=Seen(address="192.0.2.1"))

    await add(env.db, *(passed(days) for days in range(1, 200, 10)))

    found = await env.db.read(lambda tx: history.of(tx, POOL, "ada", "", NOW))
    assert found.times == tuple(NOW - days * DAY for days in range(1, 181, 10))
    page = await env.db.read(lambda tx: events.page(tx, POOL, "ada", (NOW - 100 * DAY, ""), 3))
    assert [one.at for one, _ in page] == [NOW - days * DAY for days in (101, 111, 121)]


# SQLite


async def test_an_embedded_store_keeps_one_table_and_deletes_row_by_row(tmp_path: Path) -> None:
    db = await open_migrated(f"sqlite:{tmp_path}/poolhouse.db")
    env = environment(db, tmp_path)
    try:
        await add(db, event(NOW - 731 * DAY), event(NOW - 729 * DAY))

        assert db.partitions("events") is None
        assert await partitions.make(db, NOW, 730) == 0
        assert await partitions.keep(env) == 0
        assert (await janitor.sweep(env))["events"] == 1
    finally:
        await db.close()
