"""The example of examples/ai-api: as a process that runs it whole, and as modules to be tested in process."""

import importlib.util
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from tests.server import clean_environment

FOLDER = Path(__file__).parents[2] / "examples" / "ai-api"
_START_SECONDS = 120.0
_STOP_SECONDS = 30.0


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
    """Ctrl-C at the end of the block must end it cleanly, with all that it started."""
    ready = folder / "ready.json"
    with open(folder / "output.txt", "wb") as sink:
        process = subprocess.Popen(
            [sys.executable, str(FOLDER / "run.py"), "--port", "0", "--ready-file", str(ready)],
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait(ready, process)
        children = psutil.Process(process.pid).children(recursive=True)
        yield _example(ready)
        process.send_signal(signal.SIGINT)
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)  # somebody is impatient
        assert process.wait(_STOP_SECONDS) == 0
        assert len(children) >= 4
        assert [child for child in children if child.is_running()] == []
    except BaseException as error:
        error.add_note(f"The example printed:\n{(folder / 'output.txt').read_text(errors='replace')}")
        raise
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(_STOP_SECONDS)


def _wait(ready: Path, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not ready.exists() or not ready.read_bytes():
        if process.poll() is not None or time.monotonic() > deadline:
            raise AssertionError("The example did not start.")
        time.sleep(0.05)


def _example(ready: Path) -> Example:
    known = json.loads(ready.read_text())
    ada, bob = (Person(**person) for person in known["people"])
    return Example(known["page"], ada, bob)
