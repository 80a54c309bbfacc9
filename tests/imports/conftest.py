"""Both stores, for the tests here that are about what happens at once."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.postgres_server import postgres_server
from tests.stores import db, migrated_template, new_postgres, store_url
from tests.world import World, open_world

from poolhouse.ports import Db

__all__ = ["db", "migrated_template", "new_postgres", "postgres_server", "store_url"]


@pytest.fixture
async def world_on_each_store(tmp_path: Path, db: Db) -> AsyncIterator[World]:
    made = await open_world(tmp_path, db)
    yield made
    made.env.hashing.threads.shutdown()
