"""A real server for the tests of pages and endpoints, one for each file."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.oauth.apps import App, registered
from tests.server import Server, dev_server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("server")
    with dev_server(folder) as running:
        yield running


@pytest.fixture
def app(server: Server) -> App:
    return registered(server)
