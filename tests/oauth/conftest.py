"""A real server for the tests of pages and endpoints, one for each file."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.oauth.apps import App, registered
from tests.oauth.booth import Booth, open_booth
from tests.oauth.chromium import callback, tab  # noqa: F401 - fixtures of the tests in a browser
from tests.server import Server, dev_server
from tests.world import World


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("server")
    with dev_server(folder) as running:
        yield running


@pytest.fixture
def app(server: Server) -> App:
    return registered(server)


@pytest.fixture
async def booth(world: World) -> Booth:
    return await open_booth(world)
