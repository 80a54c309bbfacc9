"""The files of import jobs: pieces of one size (the last is shorter), each sealed and bound to its place.

An upload has an id of its own, so that one that breaks off leaves the file before it as it was.
"""

from poolhouse.context import PoolKeys
from poolhouse.crypto import aead
from poolhouse.ports import Instant, Rng, Statement, Tx
from poolhouse.store.import_jobs import Key

CHUNK = 256 * 1024  # bytes

_PUT = Statement("""
    INSERT INTO import_chunks (pool_id, job_id, upload_id, number, sealed, created_at)
    VALUES (:pool_id, :job_id, :upload_id, :number, :sealed, :now)
    ON CONFLICT (pool_id, job_id, upload_id, number) DO UPDATE SET sealed = excluded.sealed
""")
_READ = Statement("""
    SELECT sealed FROM import_chunks
     WHERE pool_id = :pool_id AND job_id = :job_id AND upload_id = :upload_id AND number = :number
""")
# The number in LIMIT is there for the planner of PostgreSQL.
_REMOVE = Statement("""
    DELETE FROM import_chunks
     WHERE pool_id = :pool_id AND job_id = :job_id AND upload_id = :upload_id AND number IN (
           SELECT number FROM import_chunks
            WHERE pool_id = :pool_id AND job_id = :job_id AND upload_id = :upload_id
            ORDER BY number LIMIT 20)
""")


async def put(tx: Tx, key: Key, upload_id: str, number: int, sealed: bytes, now: Instant) -> None:
    await tx.run(_PUT, **key.members, upload_id=upload_id, number=number, sealed=sealed, now=now)


async def read(tx: Tx, key: Key, upload_id: str, number: int) -> bytes | None:
    """A sealed piece; None behind the last."""
    row = await tx.one(_READ, **key.members, upload_id=upload_id, number=number)
    return None if row is None else bytes(row["sealed"])


async def remove_some(tx: Tx, key: Key, upload_id: str) -> int:
    """Delete some pieces of an upload, and give their number: 0 when none is left."""
    return await tx.run(_REMOVE, **key.members, upload_id=upload_id)


def seal(keys: PoolKeys, rng: Rng, key: Key, upload_id: str, number: int, content: bytes) -> bytes:
    bound_to = _bound_to(key, upload_id, number)
    return aead.seal(keys.seal, content, bound_to, rng.bytes(aead.NONCE_BYTES))


def opened(keys: PoolKeys, key: Key, upload_id: str, number: int, sealed: bytes) -> bytes:
    """Raises `ValueError` for a piece that was changed or moved."""
    return aead.open_sealed(keys.seal, sealed, _bound_to(key, upload_id, number))


def _bound_to(key: Key, upload_id: str, number: int) -> str:
    return f"import|{key.pool_id}|{key.job_id}|{upload_id}|{number}"
