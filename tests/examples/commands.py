"""The one command of an example, as a process."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
from tests.server import clean_environment

_START_SECONDS = 120.0
_STOP_SECONDS = 30.0


@contextmanager
def running(program: Path, folder: Path) -> Iterator[dict[str, Any]]:
    """What the example writes for tests. Ctrl-C at the end of the block must end it with all it began."""
    ready = folder / "ready.json"
    with open(folder / "output.txt", "wb") as sink:
        process = subprocess.Popen(
            [sys.executable, str(program), "--port", "0", "--ready-file", str(ready)],
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait(ready, process)
        children = psutil.Process(process.pid).children(recursive=True)
        yield json.loads(ready.read_text())
        process.send_signal(signal.SIGINT)
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)  # somebody is impatient
        assert process.wait(_STOP_SECONDS) == 0
        assert len(children) >= 3
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
