"""A scene on each store."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.postgres_server import postgres_server
from tests.refusals.scene import Scene
from tests.stores import db, migrated_template, new_postgres, store_url
from tests.world import close_world, open_world

from poolhouse.ports import Db

__all__ = ["db", "migrated_template", "new_postgres", "postgres_server", "store_url"]


@pytest.fixture
async def scene(db: Db, tmp_path: Path) -> AsyncIterator[Scene]:
    world = await open_world(tmp_path, db)
    yield Scene(world, tmp_path)
    await close_world(world)
