"""SQLite stores with the schema of this version, copied from one: migrating takes ten times as long."""

import tempfile
from pathlib import Path

from poolhouse.drivers.clock_rng import SystemClock
from poolhouse.drivers.sqlite import SqliteDb, open_sqlite
from poolhouse.store.migrate import migrate

_template: list[bytes] = []  # the file, once it has been made


async def open_migrated_sqlite(path: Path) -> SqliteDb:
    """Open the store at `path`, made with the schema when it is missing."""
    _put(path, await _migrated())
    return await open_sqlite(path)


async def _migrated() -> bytes:
    if not _template:
        with tempfile.TemporaryDirectory() as folder:
            made = Path(folder, "template.db")
            db = await open_sqlite(made)
            await migrate(db, SystemClock())
            await db.close()
            _template.append(_content(made))
    return _template[0]


def _content(path: Path) -> bytes:
    return path.read_bytes()


def _put(path: Path, content: bytes) -> None:
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(content)
