"""No secret of a whole sign-in story is in the log or in the store (design, "Secrets at rest")."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from tests.mail_server import mail_server
from tests.postgres_server import PostgresServer, postgres_server, run_apart
from tests.secrets.search import found
from tests.secrets.story import MARKER, Story
from tests.server import serve_server

__all__ = ["postgres_server"]

DEBUG = {"POOLHOUSE_LOG_LEVEL": "debug", "POOLHOUSE_QUOTAS": "off"}


class Told:
    """What is left of a story: its secrets, the log, and the store's bytes while it ran and afterwards."""

    def __init__(self, story: Story, log: bytes, store: bytes) -> None:
        self.pool = story.pool
        self.secrets = story.secrets
        self.verifiers = story.verifiers
        self.log = log
        self.store = store


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    folder = tmp_path_factory.mktemp("secrets")
    if request.param == "sqlite":
        yield _told(folder, {}, lambda: _files(folder / "data"))
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.new_database()
    yield _told(folder, {"POOLHOUSE_DATABASE_URL": url}, lambda: _tables(url))
    server.drop_database(url)


def _told(folder: Path, store: dict[str, str], dumped: Any) -> Told:
    with mail_server() as mailbox, serve_server(folder, **(DEBUG | mailbox.settings | store)) as server:
        story = Story(server, mailbox)
        story.tell()
        while_running = dumped()
        output = server.output
    return Told(story, output.read_bytes(), while_running + dumped())


def _files(folder: Path) -> bytes:
    """The database, its write-ahead log, and whatever else is there."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def _tables(url: str) -> bytes:
    """Every value of every table."""
    parts: list[bytes] = []

    async def read() -> None:
        connection = await asyncpg.connect(url)
        try:
            named = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            for (name,) in named:
                for row in await connection.fetch(f'SELECT * FROM "{name}"'):
                    parts.extend(value if isinstance(value, bytes) else str(value).encode() for value in row)
        finally:
            await connection.close()

    run_apart(read())
    return b"\n".join(parts)


def test_no_secret_is_in_the_store(told: Told) -> None:
    assert [name for name, secret in told.secrets.items() if found(secret, told.store)] == []


def test_no_verifier_is_in_the_store_as_bytes(told: Told) -> None:
    assert told.verifiers
    assert [verifier for verifier in told.verifiers if verifier[1:-1] in told.store] == []


def test_no_secret_is_in_the_log(told: Told) -> None:
    assert [name for name, secret in told.secrets.items() if found(secret, told.log)] == []


def test_the_story_has_every_kind_of_secret(told: Told) -> None:
    assert len(told.secrets) > 30
    assert all(len(secret) >= 6 for secret in told.secrets.values())


def test_the_same_search_finds_what_was_planted_in_the_store(told: Told) -> None:
    assert found(MARKER, told.store)
    plain_gone = told.store.replace(MARKER.encode(), b"")
    assert found(MARKER, plain_gone)  # in hex and in base64
    hex_gone = plain_gone.replace(MARKER.encode().hex().encode(), b"")
    assert found(MARKER, hex_gone)


def test_the_same_search_finds_what_was_planted_in_the_log(told: Told) -> None:
    assert found(told.pool, told.log)
    assert found("RespondToAuthChallenge", told.log)


@pytest.mark.parametrize("around", [b"", b"a", b"ab", b"abc"])
def test_a_secret_is_found_in_base64_wherever_it_begins(around: bytes) -> None:
    from base64 import b64encode, urlsafe_b64encode

    for encode in (b64encode, urlsafe_b64encode):
        assert found("code 123456?>", encode(around + b"code 123456?>" + around))
    assert not found("code 123456?>", b64encode(around + b"code 123457?>" + around))
