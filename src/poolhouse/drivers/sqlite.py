"""The embedded store: SQLite in WAL mode with `synchronous=FULL`.

Reads run at once, in the thread of the event loop: one costs about ten microseconds, less than any
hand-over to a thread.

Writes are committed in groups, so that one wait for the disk serves them all. The transactions
that are queued run one after the other on the writing connection, each inside its own savepoint, so
that one that raises is undone alone. Then a thread commits the group, and only when that is on disk
is any of its callers answered. What is queued meanwhile makes the next group.

A write that need not be durable, and that meets no group in progress, is committed at once without
waiting for the disk.

Several processes may share the file: SQLite lets one of them write at a time, and the others try
again for `_PATIENCE` seconds.
"""

import asyncio
import contextlib
import os
import random
import sqlite3
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar, cast

from msgspec import Struct

from poolhouse.errors import ApiError, SettingsError
from poolhouse.ports import Conflict, Row, Statement, Tx

T = TypeVar("T")

_OLDEST = (3, 35)  # the first with RETURNING
_LARGEST_GROUP = 256
_MOST_TRIES = 30
_PATIENCE = 10.0  # seconds that a write waits for its turn among processes
_FIRST_DELAY = 0.0005
_LONGEST_DELAY = 0.002

_DURABLE = "PRAGMA synchronous = FULL"
_NOT_DURABLE = "PRAGMA synchronous = NORMAL"  # in the file, but not yet on the disk
_OPEN = (
    "PRAGMA journal_mode = WAL",
    _DURABLE,
    "PRAGMA cache_size = -16000",  # kilobytes
    "PRAGMA temp_store = MEMORY",
    "PRAGMA trusted_schema = OFF",
)
_TABLES = Statement("SELECT name FROM sqlite_schema WHERE type = 'table'")


class SqliteTx:
    """Statements on one connection. Nothing here ever suspends."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def one(self, statement: Statement, **values: Any) -> Row | None:
        rows = _rows(self._connection.execute(statement.text, values))
        return rows[0] if rows else None

    async def all(self, statement: Statement, **values: Any) -> Sequence[Row]:
        return _rows(self._connection.execute(statement.text, values))

    async def run(self, statement: Statement, **values: Any) -> int:
        cursor = self._connection.execute(statement.text, values)
        cursor.fetchall()  # RETURNING counts its rows only when it has come to its end
        return max(cursor.rowcount, 0)

    async def script(self, text: str) -> None:
        for statement in _statements(text):
            self._connection.execute(statement)


class _Job(Struct):
    """A queued transaction, its caller, and what came of it before the commit."""

    transaction: Callable[[Tx], Awaitable[Any]]
    caller: asyncio.Future[Any]
    result: Any = None
    error: Exception | None = None

    def answer(self, group_error: Exception | None) -> None:
        if self.caller.done():
            return  # the caller was cancelled
        error = group_error or self.error
        if error is None:
            self.caller.set_result(self.result)
        else:
            self.caller.set_exception(error)


class SqliteDb:
    """One SQLite file, for one event loop. Made by `open_sqlite`."""

    def __init__(self, reader: sqlite3.Connection, writer: sqlite3.Connection) -> None:
        self._reader = reader
        self._writer = writer
        self._queue: deque[_Job] = deque()
        self._writing = False
        self._closed = False
        self._loop = asyncio.get_running_loop()
        self._groups: SimpleQueue[list[_Job] | None] = SimpleQueue()  # to commit; None: no more will come
        self._thread = Thread(target=self._commit_groups, name="sqlite-commit", daemon=True)
        self._thread.start()

    async def run(self, transaction: Callable[[Tx], Awaitable[T]]) -> T:
        for _ in range(_MOST_TRIES - 1):
            with contextlib.suppress(Conflict):
                return _answered(await self._queued(transaction))
        return _answered(await self._queued(transaction))

    async def run_singly(self, statements: Callable[[Tx], Awaitable[T]], *, durable: bool = True) -> T:
        if durable or self._writing or self._closed or not self._begun_at_once():
            return await self.run(statements)
        try:
            result = _drive(statements(SqliteTx(self._writer)))
            self._writer.commit()
        finally:
            if self._writer.in_transaction:
                self._writer.rollback()
            self._writer.execute(_DURABLE)
        return _answered(result)

    def _begun_at_once(self) -> bool:
        """Begin a transaction whose commit does not wait for the disk; not while another process writes."""
        self._writer.execute(_NOT_DURABLE)
        try:
            self._writer.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            self._writer.execute(_DURABLE)
            return False
        return True

    async def read(self, query: Callable[[Tx], Awaitable[T]]) -> T:
        return await query(SqliteTx(self._reader))

    async def tables(self) -> frozenset[str]:
        return frozenset(row["name"] for row in await SqliteTx(self._reader).all(_TABLES))

    def partitions(self, table: str) -> None:
        """A file has none."""

    async def collation(self) -> str:
        return "C"

    async def close(self) -> None:
        if self._closed:
            return
        last = self._queued(_nothing)  # when this one is answered, so are all before it
        self._closed = True
        await last
        self._groups.put(None)
        self._thread.join()
        self._reader.close()
        self._writer.close()

    def _queued(self, transaction: Callable[[Tx], Awaitable[T]]) -> asyncio.Future[T]:
        if self._closed:
            raise RuntimeError("the store is closed")
        caller: asyncio.Future[T] = self._loop.create_future()
        self._queue.append(_Job(transaction, caller))
        if not self._writing:
            self._writing = True
            # Not at once: tasks that are ready now may add their transactions to this group.
            self._loop.call_soon(self._begin, time.monotonic(), _FIRST_DELAY)
        return caller

    def _begin(self, since: float, delay: float) -> None:
        """Begin a group, or come back while another process is writing."""
        try:
            self._writer.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            if _busy(error) and time.monotonic() - since < _PATIENCE:
                longer = min(2 * delay, _LONGEST_DELAY)
                self._loop.call_later(_jittered(delay), self._begin, since, longer)
            else:
                self._finish(self._take_group(), error)
            return
        self._run_group(self._take_group())

    def _take_group(self) -> list[_Job]:
        return [self._queue.popleft() for _ in range(min(len(self._queue), _LARGEST_GROUP))]

    def _run_group(self, group: list[_Job]) -> None:
        try:
            for job in group:
                if not job.caller.cancelled():
                    self._attempt(job)
        except sqlite3.Error as error:
            self._finish(group, error)
        else:
            self._groups.put(group)

    def _attempt(self, job: _Job) -> None:
        self._writer.execute("SAVEPOINT job")
        try:
            job.result = _drive(job.transaction(SqliteTx(self._writer)))
        except Exception as error:
            if isinstance(error, sqlite3.Error) and not self._writer.in_transaction:
                raise  # SQLite has undone the whole group: a full disk, say
            job.error = error
            self._writer.execute("ROLLBACK TO job")
        self._writer.execute("RELEASE job")

    def _commit_groups(self) -> None:
        """Put each group on disk; runs in the thread."""
        while (group := self._groups.get()) is not None:
            self._commit(group)

    def _commit(self, group: list[_Job]) -> None:
        failure: Exception | None = None
        try:
            self._writer.commit()
        except sqlite3.Error as error:
            failure = error
        self._loop.call_soon_threadsafe(self._finish, group, failure)

    def _finish(self, group: list[_Job], failure: Exception | None) -> None:
        if self._writer.in_transaction:
            self._writer.rollback()
        for job in group:
            job.answer(failure)
        self._writing = bool(self._queue)
        if self._writing:
            # After those who were just answered, which also gives other processes their turn.
            self._loop.call_soon(self._begin, time.monotonic(), _FIRST_DELAY)


async def open_sqlite(path: Path) -> SqliteDb:
    """Open the store at `path`, made when missing: the file for its owner only, as its folder.

    Raises `SettingsError` when it cannot be opened.
    """
    if sqlite3.sqlite_version_info < _OLDEST:
        raise SettingsError(f"SQLite 3.35 or newer is needed; this Python has {sqlite3.sqlite_version}.")
    since = time.monotonic()
    while True:
        try:
            return SqliteDb(*_connections(path))
        except (OSError, sqlite3.Error) as error:
            if not _busy(error) or time.monotonic() - since > _PATIENCE:
                raise SettingsError(f"The store {path} cannot be opened: {error}.") from error
        await asyncio.sleep(_jittered(_LONGEST_DELAY))


def _connections(path: Path) -> tuple[sqlite3.Connection, sqlite3.Connection]:
    """A connection that only reads, and one that writes and does not wait for locks."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # the WAL takes over the mode
    reader = _connect(path, timeout=_PATIENCE)
    try:
        reader.execute("PRAGMA query_only = ON")
        return reader, _connect(path, timeout=0.0)
    except sqlite3.Error:
        reader.close()
        raise


def _connect(path: Path, timeout: float) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path,
        timeout=timeout,
        isolation_level=None,
        check_same_thread=False,  # the commit runs in a thread, and nothing beside it
        cached_statements=512,
    )
    try:
        for pragma in _OPEN:
            connection.execute(pragma).fetchall()
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _drive(transaction: Awaitable[T]) -> T:
    """Run a transaction to its end, which it reaches without ever suspending."""
    steps = transaction.__await__()
    try:
        next(steps)
    except StopIteration as done:
        return cast(T, done.value)
    steps.close()
    raise RuntimeError("a transaction awaited something other than SQL")


def _answered(result: T) -> T:
    """What `run` gives for what a transaction returned: an error that was returned is raised."""
    if isinstance(result, ApiError):
        raise result
    return result


async def _nothing(tx: Tx) -> None:
    """The transaction that writes nothing."""


def _rows(cursor: sqlite3.Cursor) -> list[Row]:
    found = cursor.fetchall()
    if not found:
        return []
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row)) for row in found]  # noqa: B905 - as many names as columns; a check a row is dear


def _statements(text: str) -> Iterator[str]:
    """Split a script where its statements end: a semicolon may also stand in a comment or a text."""
    statement = ""
    for piece in text.split(";"):
        statement += piece + ";"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _busy(error: Exception) -> bool:
    """Is it that another process holds the lock?"""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK)
    return bool(code & 0xFF == sqlite3.SQLITE_BUSY)


def _jittered(delay: float) -> float:
    return delay * random.uniform(0.5, 1.5)  # noqa: S311 - spreads the tries, hides nothing
