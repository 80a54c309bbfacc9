"""The data folder: the lock that keeps two servers out of it, and small files that only we may read."""

import fcntl
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from poolhouse.errors import SettingsError

_LOCK = "lock"


@contextmanager
def held(folder: Path) -> Iterator[Path]:
    """Hold the folder (made if missing, for its owner alone) until the block ends.

    The lock goes with the process, so nothing is left behind by one that was killed.
    Raises `SettingsError` when another process holds the folder.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise SettingsError(
            f"The data folder {folder} cannot be used ({error.strerror}): choose another with --data."
        ) from None
    try:
        _lock(handle, folder)
        yield folder
    finally:
        os.close(handle)


def _lock(handle: int, folder: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        holder = os.read(handle, 20).decode("ascii", "replace").strip() or "unknown"
        raise SettingsError(
            f"The data folder {folder} is held by another Poolhouse (process {holder}): "
            "stop that one, or choose another folder with --data."
        ) from None
    os.ftruncate(handle, 0)
    os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read; it is there whole or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        with suppress(FileNotFoundError):
            draft.unlink()
        raise


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder in the system's place for such, gone when the block ends."""
    with tempfile.TemporaryDirectory(prefix="poolhouse-") as folder:
        yield Path(folder)


def process_id() -> int:
    return os.getpid()
