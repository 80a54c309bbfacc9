"""Writes that need not be durable: committed at once, without waiting for the disk, and for everybody."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from poolhouse.drivers.sqlite import SqliteDb, open_sqlite
from poolhouse.errors import ApiError, CodeMismatch
from poolhouse.ports import Statement, Tx

INSERT = Statement("INSERT INTO marks (mark) VALUES (:mark)")
ALL = Statement("SELECT mark FROM marks ORDER BY mark")
FULL = 2


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[SqliteDb]:
    opened = await open_sqlite(tmp_path / "poolhouse.db")
    await opened.run(lambda tx: tx.script("CREATE TABLE marks (mark TEXT NOT NULL PRIMARY KEY)"))
    yield opened
    await opened.close()


async def add(db: SqliteDb, mark: str, *, durable: bool) -> None:
    async def write(tx: Tx) -> None:
        await tx.run(INSERT, mark=mark)

    await db.run_singly(write, durable=durable)


def seen_by_another_process(path: Path) -> list[str]:
    with sqlite3.connect(path) as connection:
        return [mark for (mark,) in connection.execute("SELECT mark FROM marks ORDER BY mark")]


def waits_for_the_disk(db: SqliteDb) -> bool:
    return bool(db._writer.execute("PRAGMA synchronous").fetchone()[0] == FULL)


async def test_it_is_there_for_everybody_when_the_call_returns(db: SqliteDb, tmp_path: Path) -> None:
    await add(db, "light", durable=False)
    await add(db, "heavy", durable=True)

    assert seen_by_another_process(tmp_path / "poolhouse.db") == ["heavy", "light"]


async def test_the_next_durable_write_waits_for_the_disk_again(db: SqliteDb) -> None:
    await add(db, "light", durable=False)
    assert waits_for_the_disk(db)

    with pytest.raises(sqlite3.IntegrityError):
        await add(db, "light", durable=False)
    assert waits_for_the_disk(db)


async def test_an_error_that_is_returned_is_committed_and_one_that_is_raised_undoes(db: SqliteDb) -> None:
    async def refuse(tx: Tx) -> ApiError:
        await tx.run(INSERT, mark="counted")
        return CodeMismatch()

    async def fail(tx: Tx) -> None:
        await tx.run(INSERT, mark="undone")
        raise CodeMismatch

    for transaction in (refuse, fail):
        with pytest.raises(CodeMismatch):
            await db.run_singly(transaction, durable=False)

    assert [row["mark"] for row in await db.read(lambda tx: tx.all(ALL))] == ["counted"]


async def test_while_another_process_writes_it_waits_for_its_turn(db: SqliteDb, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "poolhouse.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    db._loop.call_later(0.05, other.commit)

    await add(db, "late", durable=False)

    assert seen_by_another_process(tmp_path / "poolhouse.db") == ["late"]
    other.close()
