"""The example of examples/ai-api: as a process that runs it whole, and as modules to be tested in process."""

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.examples import commands

FOLDER = Path(__file__).parents[2] / "examples" / "ai-api"


@dataclass(frozen=True)
class Person:
    email: str
    tenant: str
    password: str


@dataclass(frozen=True)
class Example:
    """The example, as its one command has started it."""

    page: str
    ada: Person
    bob: Person


def handler(name: str) -> Any:
    """The handler of a function of the example."""
    spec = importlib.util.spec_from_file_location(name, FOLDER / "functions" / name / "handler.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.handler


@contextmanager
def running(folder: Path) -> Iterator[Example]:
    with commands.running(FOLDER / "run.py", folder) as known:
        ada, bob = (Person(**person) for person in known["people"])
        yield Example(known["page"], ada, bob)
