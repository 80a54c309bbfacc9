"""Stores to run the same test on: SQLite and PostgreSQL, with the schema of this version."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from poolhouse.drivers.clock_rng import SystemClock
from poolhouse.drivers.postgres import open_postgres
from poolhouse.drivers.sqlite import open_sqlite
from poolhouse.ports import Db
from poolhouse.store.migrate import migrate
from tests.postgres_server import PostgresServer, run_apart
from tests.sqlite_template import open_migrated_sqlite

STORES = ("sqlite", "postgres")


async def open_store(url: str, pool_size: int = 8) -> Db:
    """Open the store that a URL of these fixtures names."""
    if url.startswith("postgresql:"):
        return await open_postgres(url, pool_size=pool_size)
    return await open_sqlite(Path(url.removeprefix("sqlite:")))


async def open_migrated(url: str) -> Db:
    if url.startswith("sqlite:"):
        return await open_migrated_sqlite(Path(url.removeprefix("sqlite:")))
    db = await open_store(url)
    await migrate(db, SystemClock())
    return db


@pytest.fixture(scope="session")
def migrated_template(postgres_server: PostgresServer) -> str:
    """A PostgreSQL database with the schema, to be copied: quicker than migrating for each test."""
    url = postgres_server.new_database()

    async def prepare() -> None:
        await (await open_migrated(url)).close()

    run_apart(prepare())
    return url


@pytest.fixture
def new_postgres(postgres_server: PostgresServer) -> Iterator[Callable[..., str]]:
    """Makes databases that are deleted after the test; see `PostgresServer.new_database`."""
    made: list[str] = []

    def make(template: str = "template0") -> str:
        made.append(postgres_server.new_database(template))
        return made[-1]

    yield make
    for url in made:
        postgres_server.drop_database(url)


@pytest.fixture(params=STORES)
def empty_store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A store without any table, once on each engine."""
    if request.param == "sqlite":
        return f"sqlite:{tmp_path}/store/poolhouse.db"
    return str(request.getfixturevalue("new_postgres")())


@pytest.fixture(params=STORES)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A store with the schema of this version once opened by `open_migrated`, on each engine."""
    if request.param == "sqlite":
        return f"sqlite:{tmp_path}/store/poolhouse.db"
    template = request.getfixturevalue("migrated_template")
    return str(request.getfixturevalue("new_postgres")(template))


@pytest.fixture
async def db(store_url: str) -> AsyncIterator[Db]:
    """An open, migrated store, once on each engine."""
    opened = await open_migrated(store_url)
    yield opened
    await opened.close()
