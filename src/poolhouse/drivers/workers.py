"""Worker processes that share one listening socket, started again when they die.

A worker is this program anew (fork and exec). What it needs comes through a socket pair, so nothing
secret is on a command line; the pair also tells the parent "ready", and tells the worker that its
parent is gone.
"""

import asyncio
import os
import socket
import struct
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

from poolhouse.errors import SettingsError

_READY = b"\x01"
_LENGTH = struct.Struct("!I")
_FIRST_DELAY = 0.2  # seconds before a dead worker is started again; doubled while it keeps dying
_LONGEST_DELAY = 10.0
_STABLE = 30.0  # a worker that lived so long starts again at the first delay


class Worker:
    """The worker's end: its settings, the listening socket, and the line to its parent."""

    def __init__(self, listener_handle: int, parent_handle: int) -> None:
        self.listener = socket.socket(fileno=listener_handle)
        self.listener.setblocking(False)
        self._parent = socket.socket(fileno=parent_handle)
        self._parent.setblocking(True)

    def settings(self) -> bytes:
        with self._parent.makefile("rb") as lines:
            return lines.read(_LENGTH.unpack(lines.read(_LENGTH.size))[0])

    def ready(self) -> None:
        with suppress(OSError):  # a parent that is gone is noticed by `end_with_parent`
            self._parent.send(_READY)

    def end_with_parent(self, stop: asyncio.Event) -> None:
        """Set `stop` when the parent ends, however it does."""
        self._parent.setblocking(False)
        loop = asyncio.get_running_loop()

        def gone() -> None:
            loop.remove_reader(self._parent)
            stop.set()

        loop.add_reader(self._parent, gone)


class Workers:
    """The parent's end.

    module    what a worker runs: `python -m <module> <listener handle> <parent handle>`
    settings  what `Worker.settings` gives
    variables added to the environment of the workers
    died      called with the process id of each worker that ended, and its status unless we ended it
    """

    def __init__(
        self,
        module: str,
        listener: socket.socket,
        settings: bytes,
        variables: Mapping[str, str],
        died: Callable[[int, int | None], None],
    ) -> None:
        self._module = module
        self._listener = listener
        self._settings = settings
        self._variables = variables
        self._died = died
        self._running: set[asyncio.subprocess.Process] = set()
        self._stop = asyncio.Event()

    async def run(self, count: int, ready: Callable[[], None]) -> None:
        """Keep so many workers running until `end`; `ready` is called when all serve the first time.

        Raises `SettingsError` when a worker ends before it served even once.
        """
        processes = [await self._start() for _ in range(count)]
        await asyncio.gather(*(self._wait_until_ready(process, line) for process, line in processes))
        if not self._stop.is_set():
            ready()
        await asyncio.gather(*(self._keep(process, line) for process, line in processes))

    async def end(self, patience: float) -> None:
        """Ask all workers to finish; kill those that have not after so many seconds."""
        self._stop.set()
        for process in self._running:
            with suppress(ProcessLookupError):
                process.terminate()
        waits = [asyncio.create_task(process.wait()) for process in self._running]
        if waits:
            await asyncio.wait(waits, timeout=patience)
        for process in self._running:
            if process.returncode is None:
                process.kill()

    async def _keep(self, process: asyncio.subprocess.Process, line: socket.socket) -> None:
        delay = _FIRST_DELAY
        while True:
            born = time.monotonic()
            status = await process.wait()
            line.close()
            self._running.discard(process)
            self._died(process.pid, None if self._stop.is_set() else status)
            delay = _FIRST_DELAY if time.monotonic() - born > _STABLE else min(2 * delay, _LONGEST_DELAY)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), delay)
            if self._stop.is_set():
                return
            process, line = await self._start()

    async def _start(self) -> tuple[asyncio.subprocess.Process, socket.socket]:
        ours, theirs = socket.socketpair()
        handles = (self._listener.fileno(), theirs.fileno())
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-m",
            self._module,
            *map(str, handles),
            pass_fds=handles,
            stdin=asyncio.subprocess.DEVNULL,
            env={**os.environ, **self._variables},
            start_new_session=True,  # Ctrl-C is for the parent, which tells the workers
        )
        theirs.close()
        self._running.add(process)
        ours.setblocking(False)
        with suppress(OSError):  # a worker that died at once is noticed by who waits for it
            await asyncio.get_running_loop().sock_sendall(
                ours, _LENGTH.pack(len(self._settings)) + self._settings
            )
        return process, ours

    async def _wait_until_ready(self, process: asyncio.subprocess.Process, line: socket.socket) -> None:
        try:
            said = await asyncio.get_running_loop().sock_recv(line, 1)
        except OSError:
            said = b""
        if said == _READY or self._stop.is_set():
            return
        status = await process.wait()
        if status >= 0:  # it ended by itself; one that was killed is started again like any other
            raise SettingsError(
                f"A worker ended with status {status} before it served: its messages are above."
            )
