"""The production store: PostgreSQL through asyncpg.

Conflicts and lost connections are tried again, the whole transaction each time, which is why a
transaction does nothing but SQL. When the connection is lost during COMMIT nobody knows whether it
happened: it is run again all the same, since the ids of what it writes were chosen before it began
and every claim is a conditional statement, so a second run changes nothing that the first one did.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias, TypeVar

import asyncpg
from asyncpg.exceptions import InternalClientError

from poolhouse.drivers.postgres_partitions import PostgresPartitions
from poolhouse.errors import ApiError, SettingsError
from poolhouse.ports import Conflict, Row, Statement, Tx

T = TypeVar("T")
_Connection: TypeAlias = asyncpg.Connection
_Doing: TypeAlias = Callable[[_Connection, Callable[[Tx], Awaitable[T]]], Awaitable[T]]

_MOST_TRIES = 30
_FIRST_DELAY = 0.005  # seconds; doubled at each try
_LONGEST_DELAY = 0.640
_STATEMENT_TIMEOUT = 30.0
_SCRIPT_TIMEOUT = 3600.0  # a migration may build an index over many rows

_SESSION = {
    "application_name": "poolhouse",
    "plan_cache_mode": "force_generic_plan",  # no planning for each execution
    "jit": "off",
    "synchronous_commit": "on",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "60s",
}
_TRANSIENT = frozenset(
    {
        "40001",  # serialization failure
        "40P01",  # deadlock
        "55P03",  # lock not available
        "57P01",  # the server is shutting down
        "57P02",  # the server crashed
        "57P03",  # the server is starting
        "53300",  # too many connections
        "25P03",  # idle in a transaction for too long: this process was frozen
    }
)
_PASSING = (Conflict, OSError, asyncpg.PostgresConnectionError, asyncpg.InvalidCachedStatementError)
_TABLES = Statement("""
    SELECT CAST(relname AS TEXT) AS name FROM pg_class
     WHERE relnamespace = to_regnamespace(current_schema()) AND relkind IN ('r', 'p') AND NOT relispartition
""")
_COLLATION = Statement("""
    SELECT COALESCE(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale', datcollate) AS name,
           'B' < 'a' AND 'a-b' < 'aa' AND 'z' < 'é' AS by_bytes
      FROM pg_database d WHERE datname = current_database()
""")


class PostgresTx:
    """Statements on one connection; asyncpg prepares each text once per connection."""

    def __init__(self, connection: _Connection) -> None:
        self._connection = connection

    async def one(self, statement: Statement, **values: Any) -> Row | None:
        row = await self._connection.fetchrow(statement.numbered, *_arguments(statement, values))
        return None if row is None else dict(row.items())

    async def all(self, statement: Statement, **values: Any) -> Sequence[Row]:
        rows = await self._connection.fetch(statement.numbered, *_arguments(statement, values))
        return [dict(row.items()) for row in rows]

    async def run(self, statement: Statement, **values: Any) -> int:
        tag = await self._connection.execute(statement.numbered, *_arguments(statement, values))
        count = tag.rpartition(" ")[2]  # "UPDATE 3", "INSERT 0 1", "CREATE TABLE"
        return int(count) if count.isdecimal() else 0

    async def script(self, text: str) -> None:
        await self._connection.execute(text, timeout=_SCRIPT_TIMEOUT)


class _Connections:
    """At most `size` connections, made when needed, given out again without a round trip.

    asyncpg's own pool resets the session at each release, and wraps each connection.
    """

    def __init__(self, dsn: str, size: int) -> None:
        self._dsn = dsn
        self._size = size
        self._slots = asyncio.Semaphore(size)
        self._idle: list[_Connection] = []
        self._closed = False

    async def take(self) -> _Connection:
        await self._slots.acquire()
        try:
            if self._closed:
                raise RuntimeError("the store is closed")
            while self._idle:
                connection = self._idle.pop()
                if not connection.is_closed():
                    return connection
            return await self._connect()
        except BaseException:
            self._slots.release()
            raise

    def give_back(self, connection: _Connection, *, clean: bool) -> None:
        """Keep the connection for the next, or end it when nobody can say what state it is in."""
        if clean and not connection.is_closed():
            self._idle.append(connection)
        else:
            connection.terminate()
        self._slots.release()

    async def close(self) -> None:
        """Wait for those in use, and for those who wait for one, then end all."""
        if self._closed:
            return
        for _ in range(self._size):
            await self._slots.acquire()
        self._closed = True
        for connection in self._idle:
            await connection.close(timeout=5)
        for _ in range(self._size):
            self._slots.release()

    async def _connect(self) -> _Connection:
        return await asyncpg.connect(
            self._dsn,
            timeout=10,
            command_timeout=_STATEMENT_TIMEOUT,
            statement_cache_size=512,
            max_cached_statement_lifetime=0,  # for ever
            server_settings=_SESSION,
        )


class PostgresDb:
    """One PostgreSQL database. Made by `open_postgres`."""

    def __init__(self, connections: _Connections, patience: float) -> None:
        self._connections = connections
        self._patience = patience

    async def run(self, transaction: Callable[[Tx], Awaitable[T]]) -> T:
        return _answered(await self._persistently(_transaction, transaction))

    async def run_singly(self, statements: Callable[[Tx], Awaitable[T]], *, durable: bool = True) -> T:
        return _answered(await self._persistently(_query, statements))

    async def read(self, query: Callable[[Tx], Awaitable[T]]) -> T:
        return await self._persistently(_query, query)

    async def tables(self) -> frozenset[str]:
        async def names(tx: Tx) -> frozenset[str]:
            return frozenset(row["name"] for row in await tx.all(_TABLES))

        return await self.read(names)

    def partitions(self, table: str) -> PostgresPartitions:
        return PostgresPartitions(table)

    async def collation(self) -> str:
        """The name of the database's collation, or "C" for every one that orders by bytes.

        Anything but "C" gives another order than SQLite, and pages that miss rows.
        """

        async def ask(tx: Tx) -> str:
            row = await tx.one(_COLLATION)
            return "unknown" if row is None else "C" if row["by_bytes"] else str(row["name"])

        return await self.read(ask)

    async def close(self) -> None:
        await self._connections.close()

    async def _persistently(self, do: _Doing[T], what: Callable[[Tx], Awaitable[T]]) -> T:
        """Do it on a connection, and do it again while the failure is one that passes."""
        deadline = time.monotonic() + self._patience
        tries = 1
        while True:
            try:
                return await self._once(do, what)
            except (Conflict, asyncpg.PostgresError, OSError) as error:
                if tries == _MOST_TRIES or time.monotonic() > deadline or not _passes(error):
                    raise
            await asyncio.sleep(_delay(tries))
            tries += 1

    async def _once(self, do: _Doing[T], what: Callable[[Tx], Awaitable[T]]) -> T:
        connection = await self._connections.take()
        clean = False
        try:
            result = await do(connection, what)
            clean = True
        except (asyncpg.InterfaceError, InternalClientError) as error:
            # An InternalClientError is what asyncpg says when the server has just ended the session.
            if connection.is_closed() or isinstance(error, InternalClientError):
                raise ConnectionResetError("the connection to PostgreSQL was lost") from error
            raise
        except Exception as error:
            clean = not isinstance(error, OSError)
            raise
        finally:  # also when the caller is cancelled in the middle of a statement
            self._connections.give_back(connection, clean=clean)
        return result


async def open_postgres(dsn: str, *, pool_size: int, patience: float = 30.0) -> PostgresDb:
    """Open the database at `dsn` (`postgresql://...`) with at most `pool_size` connections.

    patience  seconds after which a transaction that meets conflicts or a server that is away is not
              tried again; at the start, how long the server may be away

    Raises `SettingsError` when the server cannot be reached or does not let us in.
    """
    db = PostgresDb(_Connections(dsn, pool_size), patience)
    try:
        await db.tables()
    except (asyncpg.ClientConfigurationError, ValueError):  # whose text may quote the password
        raise SettingsError(
            "The database URL is not valid: write it as postgresql://user:password@host:5432/database."
        ) from None
    except (asyncpg.PostgresError, OSError) as error:
        raise SettingsError(f"The PostgreSQL store cannot be opened: {error}.") from error
    return db


def _answered(result: T) -> T:
    """What `run` gives for what a transaction returned: an error that was returned is raised."""
    if isinstance(result, ApiError):
        raise result
    return result


async def _query(connection: _Connection, query: Callable[[Tx], Awaitable[T]]) -> T:
    return await query(PostgresTx(connection))


async def _transaction(connection: _Connection, transaction: Callable[[Tx], Awaitable[T]]) -> T:
    await connection.execute("BEGIN")
    try:
        result = await transaction(PostgresTx(connection))
    except Exception:
        if not connection.is_closed():
            await connection.execute("ROLLBACK")
        raise
    if await connection.execute("COMMIT") != "COMMIT":
        raise RuntimeError("a transaction went on after one of its statements had failed")
    return result


def _arguments(statement: Statement, values: dict[str, Any]) -> list[Any]:
    return [values[name] for name in statement.names]


def _passes(error: Exception) -> bool:
    """Is it a failure that another try may not meet?"""
    return isinstance(error, _PASSING) or getattr(error, "sqlstate", None) in _TRANSIENT


def _delay(tries: int) -> float:
    """Seconds to wait after so many tries: doubled each time, spread by a half either way."""
    longest: float = min(_FIRST_DELAY * 2 ** (tries - 1), _LONGEST_DELAY)
    return longest * random.uniform(0.5, 1.5)  # noqa: S311 - spreads the tries, hides nothing
