"""Counters of a pool, such as EstimatedNumberOfUsers.

Each is spread over 16 slots, so that many writers do not wait for one row.
"""

import zlib

from poolhouse.ports import Statement, Tx

_SLOTS = 16

_ADD = Statement("""
    INSERT INTO counters (pool_id, name, slot, value)
    VALUES (:pool_id, :name, :slot, :delta)
    ON CONFLICT (pool_id, name, slot) DO UPDATE SET value = counters.value + excluded.value
""")
_TOTAL = Statement("""
    SELECT CAST(COALESCE(SUM(value), 0) AS BIGINT) AS total
      FROM counters
     WHERE pool_id = :pool_id AND name = :name
""")


async def add(tx: Tx, pool_id: str, name: str, slot_source: str, delta: int) -> None:
    """`slot_source` is what the slots are chosen by: anything that differs between writers, such as a sub."""
    slot = zlib.crc32(slot_source.encode()) % _SLOTS
    await tx.run(_ADD, pool_id=pool_id, name=name, slot=slot, delta=delta)


async def total(tx: Tx, pool_id: str, name: str) -> int:
    row = await tx.one(_TOTAL, pool_id=pool_id, name=name)
    return 0 if row is None else int(row["total"])
