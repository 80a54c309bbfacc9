"""A whole Poolhouse in this process, with a user pool whose tokens an identity pool takes."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.identity.issuers import Internet
from tests.identity.scene import Scene
from tests.postgres_server import postgres_server
from tests.stores import db, migrated_template, new_postgres, store_url
from tests.world import close_world, open_world

__all__ = ["db", "migrated_template", "new_postgres", "postgres_server", "store_url"]


@pytest.fixture
def internet() -> Internet:
    return Internet()


@pytest.fixture
async def scene(tmp_path: Path, internet: Internet) -> AsyncIterator[Scene]:
    world = await open_world(tmp_path, fetch=internet)
    made = Scene(world)
    await made.set_up()
    yield made
    await close_world(world)
