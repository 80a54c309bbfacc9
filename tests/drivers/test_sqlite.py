"""What is SQLite's own: commits in groups, processes that take turns, the file."""

import asyncio
import contextlib
import sqlite3
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from poolhouse.drivers import sqlite
from poolhouse.drivers.sqlite import SqliteDb, open_sqlite
from poolhouse.errors import SettingsError
from poolhouse.ports import Statement, Tx

INSERT = Statement("INSERT INTO marks (mark) VALUES (:mark)")
ALL = Statement("SELECT mark FROM marks ORDER BY mark")


class Writer:
    """The writing connection with a hand on its commit."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.commits = 0
        self.may_commit = threading.Event()
        self.may_commit.set()
        self.failure: sqlite3.Error | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def commit(self) -> None:
        self.commits += 1
        assert self.may_commit.wait(10)
        if self.failure:
            raise self.failure
        self._connection.commit()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "poolhouse.db"


@pytest.fixture
async def db(path: Path) -> AsyncIterator[SqliteDb]:
    opened = await open_sqlite(path)
    await opened.run(lambda tx: tx.script("CREATE TABLE marks (mark TEXT NOT NULL PRIMARY KEY)"))
    yield opened
    await opened.close()


@pytest.fixture
def writer(db: SqliteDb) -> Writer:
    made = Writer(db._writer)
    db._writer = made  # type: ignore[assignment]
    return made


async def mark(db: SqliteDb, text: str) -> None:
    await db.run(lambda tx: tx.run(INSERT, mark=text))


async def marks(db: SqliteDb) -> list[str]:
    return [row["mark"] for row in await db.read(lambda tx: tx.all(ALL))]


# Groups


async def test_transactions_that_come_together_are_committed_together(db: SqliteDb, writer: Writer) -> None:
    await asyncio.gather(*(mark(db, str(number)) for number in range(50)))

    assert writer.commits == 1
    assert len(await marks(db)) == 50


async def test_a_group_has_an_upper_bound(db: SqliteDb, writer: Writer) -> None:
    await asyncio.gather(*(mark(db, str(number)) for number in range(600)))

    assert writer.commits == 3
    assert len(await marks(db)) == 600


async def test_nobody_is_answered_before_the_commit(db: SqliteDb, writer: Writer) -> None:
    writer.may_commit.clear()
    waiting = [asyncio.create_task(mark(db, str(number))) for number in range(3)]

    done, _ = await asyncio.wait(waiting, timeout=0.1)

    assert done == set()
    assert writer.commits == 1
    assert await marks(db) == []
    writer.may_commit.set()
    await asyncio.gather(*waiting)
    assert await marks(db) == ["0", "1", "2"]


async def test_what_comes_during_a_commit_makes_the_next_group(db: SqliteDb, writer: Writer) -> None:
    writer.may_commit.clear()
    first = asyncio.create_task(mark(db, "first"))
    await asyncio.sleep(0.05)
    later = [asyncio.create_task(mark(db, f"later {number}")) for number in range(20)]
    await asyncio.sleep(0.05)

    writer.may_commit.set()
    await asyncio.gather(first, *later)

    assert writer.commits == 2


async def test_a_commit_that_fails_fails_the_whole_group_and_leaves_nothing(
    db: SqliteDb, writer: Writer
) -> None:
    writer.failure = sqlite3.OperationalError("disk I/O error")

    results = await asyncio.gather(*(mark(db, str(number)) for number in range(5)), return_exceptions=True)

    assert results == [writer.failure] * 5
    assert await marks(db) == []
    writer.failure = None
    await mark(db, "again")
    assert await marks(db) == ["again"]


async def test_a_transaction_that_raises_is_undone_alone(db: SqliteDb, writer: Writer) -> None:
    async def write_and_raise(tx: Tx) -> None:
        await tx.run(INSERT, mark="undone")
        raise LookupError("refused")

    results = await asyncio.gather(
        mark(db, "a"), db.run(write_and_raise), mark(db, "b"), mark(db, "a"), return_exceptions=True
    )

    assert [type(result) for result in results] == [
        type(None),
        LookupError,
        type(None),
        sqlite3.IntegrityError,
    ]
    assert await marks(db) == ["a", "b"]
    assert writer.commits == 1


async def test_a_full_disk_fails_the_writers_and_not_the_store(db: SqliteDb) -> None:
    db._writer.execute("PRAGMA max_page_count = 8").fetchall()

    results = await asyncio.gather(mark(db, "small"), mark(db, "x" * 100_000), return_exceptions=True)

    assert isinstance(results[1], sqlite3.OperationalError)
    assert "full" in str(results[1])
    assert ("small" in await marks(db)) == (results[0] is None)
    db._writer.execute("PRAGMA max_page_count = 1000").fetchall()
    await mark(db, "after")
    assert "after" in await marks(db)


async def test_a_transaction_that_waits_for_anything_but_sql_is_undone_and_refused(db: SqliteDb) -> None:
    async def write_and_sleep(tx: Tx) -> None:
        await tx.run(INSERT, mark="undone")
        await asyncio.sleep(0.01)

    results = await asyncio.gather(mark(db, "a"), db.run(write_and_sleep), return_exceptions=True)

    assert isinstance(results[1], RuntimeError)
    assert "other than SQL" in str(results[1])
    assert await marks(db) == ["a"]


async def test_a_caller_who_leaves_before_the_group_begins_writes_nothing(db: SqliteDb) -> None:
    leaving = asyncio.create_task(mark(db, "gone"))
    staying = asyncio.create_task(mark(db, "here"))
    await asyncio.sleep(0)
    leaving.cancel()

    await staying

    assert leaving.cancelled()
    assert await marks(db) == ["here"]


async def test_a_caller_who_leaves_during_the_commit_does_not_disturb_it(
    db: SqliteDb, writer: Writer
) -> None:
    writer.may_commit.clear()
    leaving = asyncio.create_task(mark(db, "left"))
    staying = asyncio.create_task(mark(db, "here"))
    await asyncio.sleep(0.05)
    leaving.cancel()
    writer.may_commit.set()

    await staying

    assert leaving.cancelled()
    assert await marks(db) == ["here", "left"]


# Other processes


@contextlib.contextmanager
def other_process_writing(path: Path) -> Any:
    """A connection that holds the lock, as another worker's would."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    yield
    connection.rollback()
    connection.close()


async def test_a_write_waits_while_another_process_writes_and_the_loop_runs_on(
    db: SqliteDb, path: Path
) -> None:
    with other_process_writing(path):
        waiting = asyncio.create_task(mark(db, "late"))
        done, _ = await asyncio.wait([waiting], timeout=0.1)
        assert done == set()
        assert await marks(db) == []

    await asyncio.wait_for(waiting, 2)

    assert await marks(db) == ["late"]


async def test_a_write_gives_up_when_the_other_process_never_ends(
    db: SqliteDb, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "_PATIENCE", 0.05)
    with other_process_writing(path), pytest.raises(sqlite3.OperationalError, match="locked"):
        await mark(db, "never")

    await mark(db, "now")

    assert await marks(db) == ["now"]


# Reading


async def test_a_read_cannot_write(db: SqliteDb) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        await db.read(lambda tx: tx.run(INSERT, mark="no"))


# The file


async def test_the_store_and_its_folder_are_for_their_owner_only(db: SqliteDb, path: Path) -> None:
    await mark(db, "a")

    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert {entry.name: entry.stat().st_mode & 0o777 for entry in path.parent.iterdir()} == {
        "poolhouse.db": 0o600,
        "poolhouse.db-wal": 0o600,
        "poolhouse.db-shm": 0o600,
    }


async def test_what_is_acknowledged_is_synchronised_to_the_disk(db: SqliteDb) -> None:
    assert db._writer.execute("PRAGMA synchronous").fetchone() == (2,)
    assert db._writer.execute("PRAGMA journal_mode").fetchone() == ("wal",)


async def test_what_is_no_store_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("This is not a database. " * 100)
    (tmp_path / "folder.db").mkdir()

    for name in ("text.db", "folder.db", "text.db/inside.db"):
        with pytest.raises(SettingsError, match=f"The store .*{name} cannot be opened"):
            await open_sqlite(tmp_path / name)


async def test_a_closed_store_says_so(path: Path) -> None:
    db = await open_sqlite(path)
    await db.close()
    await db.close()

    with pytest.raises(RuntimeError, match="the store is closed"):
        await db.run(lambda tx: tx.script("CREATE TABLE t (a TEXT)"))
