"""The PostgreSQL server of the tests: private, on a free loopback port, its data in a temporary folder.

All processes of one pytest run share one server. See `postgres_guard.py` for how it is run and ended.
"""

import asyncio
import contextlib
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from tests import postgres_guard

_RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID") or secrets.token_hex(16)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator["PostgresServer"]:
    with shared_server(_RUN) as server:
        yield server


class PostgresServer:
    """The server as the tests use it."""

    def __init__(self, url: str) -> None:
        self._url = url  # without the name of a database

    def new_database(self, template: str = "template0") -> str:
        """Make an empty database, or a copy of the database whose URL is `template`, and give its URL."""
        name = f"test_{secrets.token_hex(6)}"
        source = template.rpartition("/")[2]
        self._admin(f"CREATE DATABASE {name} TEMPLATE {source} ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")
        return f"{self._url}/{name}"

    def drop_database(self, url: str) -> None:
        """Delete the database, whoever may still be connected to it."""
        self._admin(f"DROP DATABASE IF EXISTS {url.rpartition('/')[2]} WITH (FORCE)")

    def _admin(self, command: str) -> None:
        async def run() -> None:
            connection = await asyncpg.connect(f"{self._url}/postgres")
            try:
                await connection.execute(command)
            finally:
                await connection.close()

        run_apart(run())


def run_apart(work: Coroutine[Any, Any, None]) -> None:
    """Run it to its end, also where an event loop of the test is running already."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


@contextlib.contextmanager
def shared_server(run_id: str) -> Iterator[PostgresServer]:
    """The server of the pytest run `run_id`; started by the first who asks, stopped after the last."""
    folder = Path(tempfile.gettempdir()) / f"poolhouse-postgres-{os.getuid()}-{run_id}"
    published = folder / "server.json"
    with postgres_guard.locked(folder):
        first = not published.exists()
        if first:
            os.mkfifo(folder / "users", 0o600)
        hold = os.open(folder / "users", os.O_RDWR)  # unlike O_WRONLY, it does not wait for the guard
        if first:
            _start_guard(folder, published)
    try:
        yield PostgresServer(json.loads(published.read_text())["url"])
    finally:
        os.close(hold)


def _start_guard(folder: Path, published: Path) -> None:
    with open(folder / "guard.log", "wb") as log:
        guard = subprocess.Popen(
            [sys.executable, postgres_guard.__file__, str(folder)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C is for pytest; the guard goes when pytest has gone
        )
    _guards.append(guard)
    deadline = time.monotonic() + postgres_guard.START_SECONDS
    while not published.exists():
        if guard.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("PostgreSQL did not start:\n" + (folder / "guard.log").read_text())
        time.sleep(0.02)


_guards: list[subprocess.Popen[bytes]] = []  # kept, or Python would warn that they still run
