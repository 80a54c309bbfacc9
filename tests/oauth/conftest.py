"""A real server for the tests of pages and endpoints, one for each file."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from tests.oauth.apps import App, registered
from tests.oauth.booth import Booth, open_booth
from tests.oauth.chromium import callback, tab  # noqa: F401 - fixtures of the tests in a browser
from tests.refusals.scene import Scene
from tests.server import Server, dev_server
from tests.world import World, close_world, open_world


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("server")
    with dev_server(folder) as running:
        yield running


@pytest.fixture
def app(server: Server) -> App:
    return registered(server)


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    """For tests of the pages in this process."""
    world = await open_world(tmp_path)
    yield Scene(world, tmp_path / "poolhouse.sqlite3")
    await close_world(world)


@pytest.fixture
async def booth(world: World) -> Booth:
    return await open_booth(world)
