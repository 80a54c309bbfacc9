"""Bring a store to the schema of this version.

A migration is a file `migrations/NNNN_name.sql`. The table `schema_migrations` says which were
applied. Any number of workers may start at once: a migration is claimed by its row in that table,
in the transaction that makes its changes, so one worker applies it while the others wait for the
row and then find it there. Both engines undo DDL when a transaction fails.

Migrations are in the dialect that all stores share. Where a store divides tables by time, the file of the
same name in `migrations/partitioned/` takes the place of one, and is applied under its number.
"""

from pathlib import Path

from msgspec import Struct

from poolhouse.errors import SettingsError
from poolhouse.ports import Clock, Db, Statement, Tx

MIGRATIONS = Path(__file__).parent / "migrations"
PARTITIONED = "partitioned"

_LEDGER = "schema_migrations"

_CREATE_LEDGER = """
    CREATE TABLE IF NOT EXISTS schema_migrations (
        version BIGINT NOT NULL PRIMARY KEY,
        name TEXT NOT NULL,
        applied_at BIGINT NOT NULL
    );
"""
_CLAIM = Statement("""
    INSERT INTO schema_migrations (version, name, applied_at) VALUES (:version, :name, :now)
    ON CONFLICT (version) DO NOTHING
 RETURNING version
""")
_APPLIED = Statement("SELECT version, name FROM schema_migrations ORDER BY version")


class Migration(Struct, frozen=True):
    version: int
    name: str
    text: str


async def migrate(db: Db, clock: Clock, folder: Path = MIGRATIONS) -> list[str]:
    """Apply what is missing, in order, and give the names of what this call applied.

    Raises `SettingsError` when the store is of a newer version than this program.
    """
    if _LEDGER not in await db.tables():
        await _make_ledger(db)
    missing = await _missing(db, folder)
    return [migration.name for migration in missing if await _apply(db, clock, migration)]


async def pending(db: Db, folder: Path = MIGRATIONS) -> list[str]:
    """The names of the migrations that are not applied yet. Writes nothing; raises as `migrate` does."""
    if _LEDGER not in await db.tables():
        return [migration.name for migration in _known(db, folder)]
    return [migration.name for migration in await _missing(db, folder)]


async def _make_ledger(db: Db) -> None:
    async def make(tx: Tx) -> None:
        await tx.script(_CREATE_LEDGER)

    try:
        await db.run(make)
    except Exception:
        # Two workers that make the same table at once: PostgreSQL fails one, IF NOT EXISTS or not.
        if _LEDGER not in await db.tables():
            raise


async def _apply(db: Db, clock: Clock, migration: Migration) -> bool:
    now = clock.now()

    async def apply(tx: Tx) -> bool:
        claim = await tx.one(_CLAIM, version=migration.version, name=migration.name, now=now)
        if claim is None:
            return False  # another worker applied it while this one waited for the row
        await tx.script(migration.text)
        return True

    return await db.run(apply)


async def _missing(db: Db, folder: Path) -> list[Migration]:
    async def applied(tx: Tx) -> dict[int, str]:
        return {row["version"]: row["name"] for row in await tx.all(_APPLIED)}

    known = _known(db, folder)
    done = await db.read(applied)
    newest = known[-1].version if known else 0
    if done and max(done) > newest:
        raise SettingsError(
            f"The store has schema version {max(done)}, but this Poolhouse knows versions up to {newest} "
            "only: start the newer Poolhouse that migrated it, or restore a backup."
        )
    return [migration for migration in known if migration.version not in done]


def _known(db: Db, folder: Path) -> list[Migration]:
    """The migrations in the folder, by version, in the form for this store."""
    return [
        Migration(int(path.stem.partition("_")[0]), path.stem, _form(db, path).read_text("utf-8"))
        for path in sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql"))
    ]


def _form(db: Db, path: Path) -> Path:
    partitioned = path.parent / PARTITIONED / path.name
    divides = db.partitions("events") is not None
    return partitioned if divides and partitioned.exists() else path
