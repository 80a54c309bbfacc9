"""What a load balancer is told."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.environment import environment

from poolhouse.context import Env
from poolhouse.drivers.clock_rng import SystemClock
from poolhouse.drivers.sqlite import open_sqlite
from poolhouse.http.request import HttpRequest
from poolhouse.store.migrate import migrate
from poolhouse.web.health import LIVE, READY, Health


@pytest.fixture
async def env(tmp_path: Path) -> AsyncIterator[Env]:
    """A store without tables."""
    db = await open_sqlite(tmp_path / "poolhouse.db")
    yield environment(db, tmp_path)
    await db.close()


async def told(env: Env, path: str) -> tuple[int, bytes] | None:
    request = HttpRequest("GET", path, "", (), b"", "127.0.0.1", {})
    response = await Health(env).page(request)
    return None if response is None else (response.status, response.body)


async def test_a_store_that_waits_for_a_migration_is_not_ready_and_one_that_does_not_is(env: Env) -> None:
    before = await told(env, READY)
    await migrate(env.db, SystemClock())

    assert before == (503, b'{"status":"not ready","reason":"the store waits for a migration"}')
    assert await told(env, READY) == (200, b'{"status":"ready"}')


async def test_a_store_that_is_gone_is_not_ready_but_the_process_lives(env: Env) -> None:
    await env.db.close()

    assert await told(env, READY) == (503, b'{"status":"not ready","reason":"the store does not answer"}')
    assert await told(env, LIVE) == (200, b'{"status":"live"}')


async def test_other_addresses_are_not_its_business(env: Env) -> None:
    assert await told(env, "/health") is None
