"""A scene for tests of the pages in this process."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.refusals.scene import Scene
from tests.world import close_world, open_world


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    world = await open_world(tmp_path)
    yield Scene(world, tmp_path / "poolhouse.sqlite3")
    await close_world(world)
