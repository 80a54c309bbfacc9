"""The stage, built once: it is as new before every question."""

from collections.abc import Iterator

import pytest
from tests.isolation.stage import Stage
from tests.untraced import untraced


@pytest.fixture(autouse=True)
def without_tracer() -> Iterator[None]:
    """What these walks reach, other tests reach before them."""
    with untraced():
        yield


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    made = Stage(tmp_path_factory.mktemp("stage"))
    yield made
    made.close()
