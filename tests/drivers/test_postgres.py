"""What is PostgreSQL's own: trying again, servers that go away, connections, the session."""

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import asyncpg
import pytest

from poolhouse.drivers import postgres
from poolhouse.drivers.postgres import PostgresDb, open_postgres
from poolhouse.errors import SettingsError
from poolhouse.ports import Statement, Tx

TABLE = "CREATE TABLE marks (mark TEXT NOT NULL PRIMARY KEY, amount BIGINT NOT NULL)"
CLAIM = Statement("""
    INSERT INTO marks (mark, amount) VALUES (:mark, :amount) ON CONFLICT (mark) DO NOTHING RETURNING mark
""")
INSERT = Statement("INSERT INTO marks (mark, amount) VALUES (:mark, :amount)")
AMOUNT = Statement("SELECT amount FROM marks WHERE mark = :mark")
SET_AMOUNT = Statement("UPDATE marks SET amount = :amount WHERE mark = :mark")
EVERYTHING = Statement("SELECT * FROM marks ORDER BY mark")
SLEEP = Statement("SELECT CAST(pg_sleep(CAST(:seconds AS BIGINT)) AS TEXT) AS done")
SESSION = Statement("SELECT current_setting(:name) AS value")
BACKEND = Statement("SELECT CAST(pg_backend_pid() AS BIGINT) AS pid")


class Proxy:
    """A door between the driver and the server that can be shut, so that the server seems to be away."""

    def __init__(self, url: str) -> None:
        address = url.partition("@")[2].partition("/")[0]
        self._url, self._address = url, address
        self._server_port = int(address.partition(":")[2])
        self._pipes: list[asyncio.StreamWriter] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0

    @property
    def url(self) -> str:
        return self._url.replace(self._address, f"127.0.0.1:{self.port}")

    async def open(self) -> None:
        self._listener = await asyncio.start_server(self._connect, "127.0.0.1", self.port)
        self.port = self._listener.sockets[0].getsockname()[1]

    def shut(self) -> None:
        """Take no connections, and break those that there are."""
        self._listener.close()
        for writer in self._pipes:
            writer.transport.abort()
        self._pipes.clear()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server_reader, server_writer = await asyncio.open_connection("127.0.0.1", self._server_port)
        self._pipes += [writer, server_writer]
        for source, target in ((reader, server_writer), (server_reader, writer)):
            task = asyncio.create_task(self._pump(source, target))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pump(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(65536):
                target.write(data)
        target.close()


@pytest.fixture
async def proxy(new_postgres: Callable[..., str]) -> AsyncIterator[Proxy]:
    made = Proxy(new_postgres())
    await made.open()
    yield made
    made.shut()


@pytest.fixture
async def db(proxy: Proxy) -> AsyncIterator[PostgresDb]:
    opened = await open_postgres(proxy.url, pool_size=4)
    await opened.run(lambda tx: tx.script(TABLE))
    yield opened
    await opened.close()


async def claim(db: PostgresDb, mark: str) -> bool:
    return await db.run(lambda tx: tx.one(CLAIM, mark=mark, amount=0)) is not None


async def everything(db: PostgresDb) -> dict[str, int]:
    return {row["mark"]: row["amount"] for row in await db.read(lambda tx: tx.all(EVERYTHING))}


async def backend(db: PostgresDb) -> int:
    row = await db.read(lambda tx: tx.one(BACKEND))
    assert row is not None
    return int(row["pid"])


# Trying again


@pytest.mark.parametrize("sqlstate", ["40001", "40P01", "55P03"])
async def test_a_transaction_that_meets_a_conflict_is_run_again(db: PostgresDb, sqlstate: str) -> None:
    runs = 0

    async def conflict_twice(tx: Tx) -> str:
        nonlocal runs
        runs += 1
        await tx.run(INSERT, mark="once", amount=runs)
        if runs < 3:
            raise asyncpg.PostgresError.new({"C": sqlstate, "M": "conflict"})
        return "done"

    assert await db.run(conflict_twice) == "done"
    assert await everything(db) == {"once": 3}


async def test_an_error_that_will_not_pass_is_raised_at_once(db: PostgresDb) -> None:
    runs = 0

    async def insert_twice(tx: Tx) -> None:
        nonlocal runs
        runs += 1
        await tx.run(INSERT, mark="twice", amount=1)
        await tx.run(INSERT, mark="twice", amount=2)

    with pytest.raises(asyncpg.UniqueViolationError):
        await db.run(insert_twice)

    assert runs == 1
    assert await everything(db) == {}


async def test_a_conflict_that_does_not_pass_is_raised_after_thirty_tries(
    db: PostgresDb, monkeypatch: pytest.MonkeyPatch
) -> None:
    delays: list[float] = []
    delay_of = postgres._delay
    monkeypatch.setattr(postgres, "_delay", lambda tries: delays.append(delay_of(tries)) or 0.0)

    async def conflict(tx: Tx) -> None:
        raise asyncpg.SerializationError("conflict")

    with pytest.raises(asyncpg.SerializationError):
        await db.run(conflict)

    assert len(delays) == 29
    assert all(0.0025 <= delay <= 0.96 for delay in delays)
    assert all(delay < 0.0076 for delay in delays[:1])
    assert all(delay >= 0.32 for delay in delays[8:])


async def test_no_change_is_lost_between_serializable_transactions(new_postgres: Callable[..., str]) -> None:
    url = new_postgres()
    db = await open_postgres(url, pool_size=8)
    name = url.rpartition("/")[2]
    await db.run(
        lambda tx: tx.script(f"ALTER DATABASE {name} SET default_transaction_isolation = 'serializable'")
    )
    await db.close()
    db = await open_postgres(url, pool_size=8)
    await db.run(lambda tx: tx.script(TABLE))
    await claim(db, "sum")
    runs = 0

    async def add_one(tx: Tx) -> None:
        nonlocal runs
        runs += 1
        row = await tx.one(AMOUNT, mark="sum")
        assert row is not None
        await tx.run(SET_AMOUNT, mark="sum", amount=row["amount"] + 1)

    await asyncio.gather(*(db.run(add_one) for _ in range(20)))

    assert await everything(db) == {"sum": 20}
    assert runs > 20, "the test met no conflict"
    await db.close()


async def test_a_lost_acknowledgement_neither_doubles_nor_loses_a_write(
    db: PostgresDb, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One commit in five fails before it happens, one in five after."""
    dice = random.Random(5)
    execute = asyncpg.Connection.execute
    failures = {"before": 0, "after": 0}

    async def unreliable(self: Any, query: str, *arguments: Any, **options: Any) -> str:
        rolled = dice.random() if query == "COMMIT" else 1.0
        if rolled < 0.2:
            failures["before"] += 1
            raise asyncpg.SerializationError("conflict")
        tag: str = await execute(self, query, *arguments, **options)
        if rolled < 0.4:
            failures["after"] += 1
            self.terminate()
            raise asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation")
        return tag

    monkeypatch.setattr(asyncpg.Connection, "execute", unreliable)

    async def write(number: int) -> None:
        await db.run(lambda tx: tx.one(CLAIM, mark=f"{number:02}", amount=number))

    await asyncio.gather(*(write(number) for number in range(60)))

    assert await everything(db) == {f"{number:02}": number for number in range(60)}
    assert min(failures.values()) >= 5


async def test_a_commit_that_the_server_turned_into_a_rollback_is_not_acknowledged(db: PostgresDb) -> None:
    async def go_on_after_a_failure(tx: Tx) -> None:
        await tx.run(INSERT, mark="a", amount=1)
        with contextlib.suppress(asyncpg.UniqueViolationError):
            await tx.run(INSERT, mark="a", amount=2)

    with pytest.raises(RuntimeError, match="went on after one of its statements had failed"):
        await db.run(go_on_after_a_failure)

    assert await everything(db) == {}
    assert await claim(db, "a")


async def test_a_statement_prepared_before_a_migration_goes_on_working(db: PostgresDb) -> None:
    await claim(db, "a")
    assert await everything(db) == {"a": 0}

    await db.run(lambda tx: tx.script("ALTER TABLE marks ADD COLUMN note TEXT"))

    async def read_in_a_transaction(tx: Tx) -> list[str]:
        return list((await tx.all(EVERYTHING))[0])

    assert await db.run(read_in_a_transaction) == ["mark", "amount", "note"]


# Servers that go away


async def test_a_server_that_goes_away_and_comes_back_is_only_slow(db: PostgresDb, proxy: Proxy) -> None:
    assert await claim(db, "before")
    proxy.shut()
    waiting = [asyncio.create_task(claim(db, str(number))) for number in range(8)]
    reading = asyncio.create_task(everything(db))
    done, _ = await asyncio.wait([*waiting, reading], timeout=0.2)
    assert done == set()

    await proxy.open()

    assert await asyncio.wait_for(asyncio.gather(*waiting), 10) == [True] * 8
    assert "before" in await asyncio.wait_for(reading, 10)


async def test_a_session_that_the_server_ends_is_replaced(
    db: PostgresDb, new_postgres: Callable[..., str]
) -> None:
    admin = await open_postgres(new_postgres(), pool_size=1)
    for number in range(20):
        pid = await backend(db)
        await admin.run(lambda tx, pid=pid: tx.script(f"SELECT pg_terminate_backend({pid})"))

        assert await claim(db, str(number))

        assert await backend(db) != pid
    await admin.close()


async def test_a_server_that_stays_away_is_given_up(proxy: Proxy) -> None:
    db = await open_postgres(proxy.url, pool_size=2, patience=0.1)
    proxy.shut()

    with pytest.raises(ConnectionRefusedError):
        await claim(db, "never")

    await proxy.open()
    await db.run(lambda tx: tx.script(TABLE))
    assert await claim(db, "now")
    await db.close()


# Connections


async def test_there_are_never_more_connections_than_allowed(db: PostgresDb) -> None:
    pids = await asyncio.gather(*(backend(db) for _ in range(40)))

    assert 1 <= len(set(pids)) <= 4


async def test_one_after_the_other_needs_one_connection(db: PostgresDb) -> None:
    assert len({await backend(db) for _ in range(10)}) == 1


async def test_a_caller_who_leaves_in_the_middle_leaves_nothing_behind(db: PostgresDb) -> None:
    async def write_and_sleep(tx: Tx) -> None:
        await tx.run(INSERT, mark="left", amount=0)
        await tx.all(SLEEP, seconds=60)

    leaving = [asyncio.create_task(db.run(write_and_sleep)) for _ in range(4)]
    await asyncio.sleep(0.3)
    started = time.monotonic()
    for task in leaving:
        task.cancel()

    results = await asyncio.gather(*leaving, return_exceptions=True)

    assert [type(result) for result in results] == [asyncio.CancelledError] * 4
    assert await asyncio.gather(*(claim(db, str(number)) for number in range(8))) == [True] * 8
    assert "left" not in await everything(db)
    assert time.monotonic() - started < 5


async def test_the_session_plans_once_and_waits_for_the_disk(db: PostgresDb) -> None:
    for name, value in {"plan_cache_mode": "force_generic_plan", "synchronous_commit": "on"}.items():
        row = await db.read(lambda tx, name=name: tx.one(SESSION, name=name))
        assert row == {"value": value}


async def test_a_closed_store_says_so(proxy: Proxy) -> None:
    db = await open_postgres(proxy.url, pool_size=2)
    await db.close()
    await db.close()

    with pytest.raises(RuntimeError, match="the store is closed"):
        await claim(db, "late")


# At the start


async def test_a_database_that_orders_by_bytes_says_c(db: PostgresDb) -> None:
    assert await db.collation() == "C"


async def test_a_database_with_another_order_tells_its_name(
    db: PostgresDb, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not every machine has another collation to make such a database with: the order is pretended."""
    text = postgres._COLLATION.text
    assert "'B' < 'a'" in text
    text = text.replace("'B' < 'a'", "'a' < 'B'").replace("datcollate", "'en_US.UTF-8'")
    monkeypatch.setattr(postgres, "_COLLATION", Statement(text))

    assert await db.collation() == "en_US.UTF-8"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda url: f"{url}x", "database .* does not exist"),
        (lambda url: url.replace("poolhouse:", "poolhouse:wrong"), "password authentication failed"),
        (lambda url: url.replace("127.0.0.1", "no-such-host.invalid"), "cannot be opened"),
        (lambda url: url.replace("postgresql:", "mysql:"), "database URL is not valid"),
        (lambda url: url.replace("127.0.0.1:", "127.0.0.1:x"), "database URL is not valid"),
    ],
    ids=["database", "password", "host", "scheme", "port"],
)
async def test_a_database_that_does_not_let_us_in_is_refused_without_telling_the_password(
    new_postgres: Callable[..., str], change: Callable[[str], str], reason: str
) -> None:
    url = change(new_postgres())

    with pytest.raises(SettingsError, match=reason) as refusal:
        await open_postgres(url, pool_size=1, patience=0.1)

    assert url.partition("@")[0].rpartition(":")[2] not in str(refusal.value)
