"""What the tables need: a stage for each row, and the last line of the report."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from tests.refusals.federation import f, federation_stage
from tests.refusals.front import Front
from tests.refusals.gate import Gate
from tests.refusals.scene import Scene
from tests.server import dev_server
from tests.untraced import untraced
from tests.world import close_world, open_world

__all__ = ["f", "federation_stage"]


@pytest.fixture(autouse=True)
def without_tracer() -> Iterator[None]:
    """What these rows reach, other tests reach before them."""
    with untraced():
        yield


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    """An empty stage."""
    world = await open_world(tmp_path)
    yield Scene(world, tmp_path / "poolhouse.sqlite3")
    await close_world(world)


@pytest.fixture
async def gate(scene: Scene) -> Gate:
    """The gateway before a scene, with signatures verified."""
    made = Gate(scene)
    await made.open()
    return made


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    """A server process of its own for each module that asks."""
    with dev_server(tmp_path_factory.mktemp("front"), "--sigv4", "verify") as server:
        yield Front(server)


@pytest.fixture
def count(record_property: Callable[[str, object], None]) -> Callable[[str, object], None]:
    """Counts a refusal or a twin for the last line."""
    return record_property


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    totals = {"refused": 0, "twins": 0}
    for report in terminalreporter.getreports("passed"):
        for name, amount in report.user_properties:
            if name in totals:
                totals[name] += int(str(amount))
    if totals["refused"]:
        line = f"{totals['refused']} refused as they must be, {totals['twins']} twins succeeded"
        terminalreporter.write_line(line)
