"""The newest time in the store, to tell a clock that went backwards."""

from poolhouse.ports import Instant, Statement, Tx

_POOLS = Statement("SELECT MAX(modified_at) AS at FROM pools")
_ACCESS_KEYS = Statement("SELECT MAX(created_at) AS at FROM access_keys")
_MIGRATIONS = Statement("SELECT MAX(applied_at) AS at FROM schema_migrations")


async def newest(tx: Tx) -> Instant:
    """When a pool, an access key or the schema was last written; 0 in an empty store."""
    times = [await tx.one(statement) for statement in (_POOLS, _ACCESS_KEYS, _MIGRATIONS)]
    return max(row["at"] or 0 for row in times if row is not None)
