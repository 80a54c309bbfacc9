"""Files that are there whole or not at all: made beside their place and renamed; mapped, and mapped anew."""

import mmap
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Generic, TypeVar

from msgspec import Struct

from poolhouse.errors import SettingsError

T = TypeVar("T")

_PAUSE = 1.0  # seconds between two looks at a file


@contextmanager
def draft(path: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """A new file that takes its place when the block ends well, and an empty folder beside it for the time.

    Neither is left behind when the block raises. Raises `OSError`.
    """
    with tempfile.TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as name:
        made, scratch = Path(name) / "made", Path(name) / "scratch"
        scratch.mkdir()
        with made.open("xb") as file:
            yield file, scratch
            file.flush()
            os.fsync(file.fileno())
        made.replace(path)


class _Stamp(Struct, frozen=True):
    """What differs when another file is there."""

    inode: int
    changed: int
    size: int


class Mapped(Generic[T]):
    """A file in memory without being read, and within a second the file that takes its place.

    The system ends a process that touches what was cut off a file in its place: so nothing can be asked
    while the file is shorter than it was.
    """

    def __init__(
        self,
        path: Path,
        read: Callable[[mmap.mmap], T],
        told: Callable[..., None],
        warn: Callable[..., None],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """
        read  makes sense of the content. Raises `ValueError`, whose text completes "The file ..."
        told  is called when another file is in use
        warn  is called when it cannot be, with the reason

        Raises `OSError` and `ValueError`.
        """
        self._path, self._read, self._monotonic = path, read, monotonic
        self._told, self._warn = told, warn
        self._stamp, self._looked_at = _stamp(path), monotonic()
        self._inode = self._stamp.inode if self._stamp else 0
        self._content, self._found = self._opened()

    def now(self) -> T | None:
        """What the file says; None while it is damaged in its place."""
        if self._monotonic() - self._looked_at >= _PAUSE:
            self._looked_at = self._monotonic()
            self._look()
        return self._found if self._content.size() >= len(self._content) else None

    def _look(self) -> None:
        stamp = _stamp(self._path)
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._content, self._found = self._opened()
            self._inode = stamp.inode if stamp else 0
            self._told("a file was replaced", file=str(self._path))
        except (OSError, ValueError) as error:
            if stamp and stamp.inode == self._inode:
                self._found = None
            self._warn("a file was replaced by one of no use", file=str(self._path), reason=reason(error))

    def _opened(self) -> tuple[mmap.mmap, T | None]:
        with self._path.open("rb") as file:
            if not file.seek(0, os.SEEK_END):
                raise ValueError("is empty")
            content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return content, self._read(content)


def mapped(
    path: Path, read: Callable[[mmap.mmap], T], told: Callable[..., None], warn: Callable[..., None]
) -> Mapped[T]:
    """Raises `SettingsError` where there is no such file, or one of no use."""
    try:
        return Mapped(path, read, told, warn)
    except (OSError, ValueError) as error:
        raise SettingsError(f"The file {path} {reason(error)}: make it anew, or name another.") from None


def reason(error: OSError | ValueError) -> str:
    """What is wrong with a file, to stand behind its name."""
    return f"cannot be read ({error.strerror})" if isinstance(error, OSError) else str(error)


def _stamp(path: Path) -> _Stamp | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return _Stamp(found.st_ino, found.st_mtime_ns, found.st_size)
