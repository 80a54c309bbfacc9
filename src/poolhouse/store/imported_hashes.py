"""What a comparison with an imported password hash costs in a pool: a decoy of the same costs.

It becomes part of the pool's snapshot, so that a password is compared as long for nobody as for
somebody who was imported (security.md, rule 5).
"""

from poolhouse.ports import Statement, Tx

_OF_POOL = Statement("SELECT decoy FROM imported_hashes WHERE pool_id = :pool_id")
_PUT = Statement("""
    INSERT INTO imported_hashes (pool_id, decoy) VALUES (:pool_id, :decoy)
    ON CONFLICT (pool_id) DO UPDATE SET decoy = excluded.decoy
""")


async def of_pool(tx: Tx, pool_id: str) -> str:
    """Empty where no hash was ever imported."""
    row = await tx.one(_OF_POOL, pool_id=pool_id)
    return "" if row is None else str(row["decoy"])


async def put(tx: Tx, pool_id: str, decoy: str) -> None:
    """The caller gives the pool a new version (`pools.begin_change`)."""
    await tx.run(_PUT, pool_id=pool_id, decoy=decoy)
