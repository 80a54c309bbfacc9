"""A file of JSON lines. A batch is appended in one piece, and counts as taken once it is on the disk (fsync).

The file is opened anew for each batch, so whoever renames it to rotate it needs to tell nobody.
"""

import asyncio
import fcntl
import os

from poolhouse.errors import LogSinkAway
from poolhouse.ports import Instant, LogBatch
from poolhouse.sink_settings import FileSink

_OWNERS = 0o600


class JsonLines:
    """Appends to one file, which any number of processes may share."""

    most = 1_000
    pause: Instant = 0

    def __init__(self, sink: FileSink) -> None:
        self._path = sink.path

    async def send(self, batch: LogBatch) -> None:
        """As `ports.LogSink.send`."""
        lines = b"".join(entry.body + b"\n" for entry in batch.entries)
        try:
            await asyncio.to_thread(_append, self._path, lines)
        except OSError as error:
            raise LogSinkAway(f"The file cannot be written: {type(error).__name__}.") from None

    async def close(self) -> None:
        """Nothing is open between batches."""


def _append(path: str, lines: bytes) -> None:
    """All of it or nothing: a disk that is full leaves no half line behind."""
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, _OWNERS)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        before = os.fstat(handle).st_size
        try:
            rest = memoryview(lines)
            while rest:
                rest = rest[os.write(handle, rest) :]
            os.fsync(handle)
        except OSError:
            os.ftruncate(handle, before)
            raise
    finally:
        os.close(handle)
