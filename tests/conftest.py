"""Fixtures that every test may use."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.rsa_keys import rsa_keys_in_turn
from tests.world import World, close_world, open_world

__all__ = ["rsa_keys_in_turn"]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A new, empty Poolhouse on SQLite."""
    made = await open_world(tmp_path)
    yield made
    await close_world(made)
