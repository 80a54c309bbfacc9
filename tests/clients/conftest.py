"""Servers for the real clients."""

from collections.abc import Generator, Iterator

import pytest
from tests.postgres_server import PostgresServer, postgres_server
from tests.server import Server, dev_server

__all__ = ["postgres_server"]


@pytest.fixture(scope="session")
def sqlite_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """`poolhouse dev` on SQLite, as a person starts it."""
    with dev_server(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def server(sqlite_server: Server) -> Server:
    """Modules may have another one instead."""
    return sqlite_server


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def server_on_each_store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """`poolhouse dev`, once on SQLite and once on a new PostgreSQL database."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_server")
        return
    postgres: PostgresServer = request.getfixturevalue("postgres_server")
    database = postgres.new_database()
    folder = tmp_path_factory.mktemp("server-on-postgres")
    try:
        with dev_server(folder, POOLHOUSE_DATABASE_URL=database) as running:
            yield running
    finally:
        postgres.drop_database(database)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show with a failure what the server printed meanwhile."""
    report = yield
    server = getattr(item, "funcargs", {}).get("server")
    if report.failed and isinstance(server, Server):
        report.sections.append(("What the server printed", server.printed()))
    return report
