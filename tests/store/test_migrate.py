"""Migrations: applied once each, in order, whole, by any number of workers at once."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.stores import open_store

from poolhouse.drivers.clock_rng import SystemClock
from poolhouse.errors import SettingsError
from poolhouse.ports import Db, Statement
from poolhouse.store.migrate import MIGRATIONS, PARTITIONED, migrate, pending

LEDGER = Statement("SELECT version, name, applied_at FROM schema_migrations ORDER BY version")
CLOCK = SystemClock()


@pytest.fixture
async def empty(empty_store_url: str) -> AsyncIterator[Db]:
    db = await open_store(empty_store_url)
    yield db
    await db.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two migrations."""
    made = tmp_path / "migrations"
    made.mkdir()
    (made / "0001_first.sql").write_text(
        "CREATE TABLE first (a TEXT); -- one; statement\nCREATE TABLE more (a TEXT)"
    )
    (made / "0002_second.sql").write_text(
        "ALTER TABLE first ADD COLUMN b BIGINT;\nCREATE TABLE second (a TEXT);\n"
    )
    (made / "README.md").write_text("not a migration")
    return made


async def test_an_empty_store_gets_every_migration_in_order(empty: Db, folder: Path) -> None:
    before = CLOCK.now()

    assert await migrate(empty, CLOCK, folder) == ["0001_first", "0002_second"]

    assert {"first", "more", "second"} <= await empty.tables()
    rows = await empty.read(lambda tx: tx.all(LEDGER))
    assert [(row["version"], row["name"]) for row in rows] == [(1, "0001_first"), (2, "0002_second")]
    assert all(before <= row["applied_at"] <= CLOCK.now() for row in rows)


async def test_a_migrated_store_is_left_as_it_is(empty: Db, folder: Path) -> None:
    await migrate(empty, CLOCK, folder)

    assert await migrate(empty, CLOCK, folder) == []


async def test_only_what_is_missing_is_applied(empty: Db, folder: Path) -> None:
    await migrate(empty, CLOCK, folder)
    (folder / "0003_third.sql").write_text("CREATE TABLE third (a TEXT);")

    assert await pending(empty, folder) == ["0003_third"]
    assert await migrate(empty, CLOCK, folder) == ["0003_third"]
    assert await pending(empty, folder) == []


async def test_what_is_pending_can_be_asked_without_writing_anything(empty: Db, folder: Path) -> None:
    assert await pending(empty, folder) == ["0001_first", "0002_second"]
    assert await empty.tables() == frozenset()


async def test_a_store_that_divides_tables_by_time_takes_the_form_that_does_so(
    empty: Db, folder: Path
) -> None:
    (folder / PARTITIONED).mkdir()
    (folder / PARTITIONED / "0002_second.sql").write_text("CREATE TABLE divided (a BIGINT)")

    assert await migrate(empty, CLOCK, folder) == ["0001_first", "0002_second"]

    taken = "divided" if empty.partitions("events") is not None else "second"
    assert {"divided", "second"} & await empty.tables() == {taken}


async def test_a_migration_that_fails_leaves_nothing_of_itself_and_can_be_tried_again(
    empty: Db, folder: Path
) -> None:
    second = folder / "0002_second.sql"
    good = second.read_text()
    second.write_text(good + "CREATE TABLE more (a TEXT);")

    with pytest.raises(Exception, match="more"):
        await migrate(empty, CLOCK, folder)

    assert await pending(empty, folder) == ["0002_second"]
    assert "second" not in await empty.tables()
    second.write_text(good)
    assert await migrate(empty, CLOCK, folder) == ["0002_second"]


async def test_a_store_newer_than_the_program_is_refused_with_one_clear_sentence(
    empty: Db, folder: Path
) -> None:
    await migrate(empty, CLOCK, folder)
    (folder / "0002_second.sql").unlink()

    for ask in (pending(empty, folder), migrate(empty, CLOCK, folder)):
        with pytest.raises(
            SettingsError, match="schema version 2, but this Poolhouse knows versions up to 1"
        ):
            await ask


async def test_eight_workers_that_start_at_once_apply_each_migration_once(
    empty_store_url: str, folder: Path
) -> None:
    workers = await asyncio.gather(*(open_store(empty_store_url, pool_size=2) for _ in range(8)))

    applied = await asyncio.gather(*(migrate(worker, CLOCK, folder) for worker in workers))

    assert sorted(name for names in applied for name in names) == ["0001_first", "0002_second"]
    for worker in workers:
        assert await pending(worker, folder) == []
        await worker.close()


async def test_the_migrations_of_this_version_apply_to_an_empty_store(empty: Db) -> None:
    names = sorted(path.stem for path in MIGRATIONS.glob("*.sql"))

    assert await migrate(empty, CLOCK) == names

    assert {"pools", "users", "aliases", "outbox"} <= await empty.tables()
    assert [name.partition("_")[0] for name in names] == [
        f"{number:04}" for number in range(1, len(names) + 1)
    ]
