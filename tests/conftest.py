"""Fixtures that every test may use, and which tests are measured."""

from collections.abc import AsyncIterator, Generator
from contextlib import nullcontext
from pathlib import Path

import pytest

from tests.authorities import authorities_read_once
from tests.rsa_keys import rsa_keys_in_turn
from tests.untraced import adds_nothing, untraced
from tests.world import World, close_world, open_world

__all__ = ["authorities_read_once", "rsa_keys_in_turn"]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A new, empty Poolhouse on SQLite."""
    made = await open_world(tmp_path)
    yield made
    await close_world(made)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Coverage is that of tests which add to it (tests/untraced.py)."""
    with untraced() if adds_nothing(item) else nullcontext():
        return (yield)
