"""The four sites of a race: tasks and workers, each on SQLite and on PostgreSQL.

All races share the servers: each has pools of its own.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.mail_server import Mailbox, mail_server
from tests.postgres_server import PostgresServer, postgres_server
from tests.races.sites import Site, Tasks, Workers
from tests.server import serve_server
from tests.stores import migrated_template, new_postgres, open_migrated
from tests.world import close_world, open_world

__all__ = ["migrated_template", "new_postgres", "postgres_server"]


@pytest.fixture(scope="session")
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as made:
        yield made


@pytest.fixture(scope="session")
def sqlite_workers(tmp_path_factory: pytest.TempPathFactory, mailbox: Mailbox) -> Iterator[Workers]:
    yield from _workers(tmp_path_factory.mktemp("workers"), mailbox, {})


@pytest.fixture(scope="session")
def postgres_workers(
    tmp_path_factory: pytest.TempPathFactory, mailbox: Mailbox, postgres_server: PostgresServer
) -> Iterator[Workers]:
    url = postgres_server.new_database()
    yield from _workers(tmp_path_factory.mktemp("workers"), mailbox, {"POOLHOUSE_DATABASE_URL": url})
    postgres_server.drop_database(url)


def _workers(folder: Path, mailbox: Mailbox, store: dict[str, str]) -> Iterator[Workers]:
    settings = mailbox.settings | store | {"POOLHOUSE_QUOTAS": "off", "POOLHOUSE_POOL_SIZE": "8"}
    with serve_server(folder, workers=2, **settings) as server:
        site = Workers(server, mailbox)
        yield site
        site.close()


@pytest.fixture(params=["tasks on sqlite", "tasks on postgres", "workers on sqlite", "workers on postgres"])
async def site(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Site]:
    kind, _, store = request.param.partition(" on ")
    if kind == "workers":
        yield request.getfixturevalue(f"{store}_workers")
        return
    world = await open_world(tmp_path, await _db(request, store))
    yield Tasks(world)
    await close_world(world)


async def _db(request: pytest.FixtureRequest, store: str) -> Any:
    if store == "sqlite":
        return None
    new: Callable[..., str] = request.getfixturevalue("new_postgres")
    return await open_migrated(new(request.getfixturevalue("migrated_template")))
