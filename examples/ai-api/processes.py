"""Processes of the example: each is started, waited for, and ended by its process id."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

_START_SECONDS = 60.0
_STOP_SECONDS = 3.0


class NotStarted(Exception):
    """One sentence, and the end of what the process printed."""


@contextmanager
def running(
    name: str,
    command: Sequence[str | Path],
    folder: Path,
    is_ready: Callable[[], bool],
    environment: Mapping[str, str] | None = None,
) -> Iterator[None]:
    """A process that is ready inside the block and gone after it. What it prints is in `folder`.

    Raises `NotStarted`.
    """
    printed = folder / f"{name}.log"
    with printed.open("wb") as sink:
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=folder,
            env=os.environ | dict(environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for run.py, which ends them in order
        )
    try:
        _wait(name, process, printed, is_ready)
        yield
    finally:
        _end(process)


def poolhouse(*arguments: str | Path) -> list[str | Path]:
    """The command line of Poolhouse, with the Python that runs the example."""
    return [sys.executable, "-m", "poolhouse", *arguments]


def answers(url: str) -> Callable[[], bool]:
    """Is there a server at this address? Any answer of its own will do, a refusal too."""

    def look() -> bool:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return True
        except urllib.error.HTTPError as refused:
            return refused.code < 500
        except OSError:
            return False

    return look


def free_ports(count: int) -> list[int]:
    """Ports that nobody had a moment ago."""
    with ExitStack() as held:
        taken = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [int(each.getsockname()[1]) for each in taken]


def _wait(name: str, process: subprocess.Popen[bytes], printed: Path, is_ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not is_ready():
        if process.poll() is not None or time.monotonic() > deadline:
            raise NotStarted(
                f"{name} did not start. It printed:\n{printed.read_text(errors='replace')[-4_000:]}"
            )
        time.sleep(0.05)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Politely, then not: nothing of theirs is kept."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
