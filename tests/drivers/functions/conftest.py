"""A scene for each test."""

import pytest
from tests.drivers.functions.scene import scene


@pytest.fixture
async def here(tmp_path):
    async with scene(tmp_path) as made:
        yield made
