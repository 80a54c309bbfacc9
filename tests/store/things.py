"""A table to play with, for the tests of what every store promises."""

from typing import Any

from poolhouse.ports import Conflict, Db, Statement, Tx

THINGS = """
    CREATE TABLE things (
        pool_id TEXT NOT NULL,
        key TEXT NOT NULL,
        amount BIGINT,
        note TEXT,
        data BYTEA,
        small SMALLINT,
        PRIMARY KEY (pool_id, key)
    );
"""
CLAIM = Statement("""
    INSERT INTO things (pool_id, key, amount, note) VALUES (:pool_id, :key, :amount, :note)
    ON CONFLICT (pool_id, key) DO NOTHING
 RETURNING key
""")
BY_KEY = Statement(
    "SELECT key, amount, note, data, small FROM things WHERE pool_id = :pool_id AND key = :key"
)
KEYS = Statement("SELECT key FROM things WHERE pool_id = :pool_id ORDER BY key")
COMPARE_AND_SWAP = Statement("""
    UPDATE things SET amount = :amount + 1 WHERE pool_id = :pool_id AND key = :key AND amount = :amount
""")


async def claim(db: Db, key: str, owner: str = "", amount: int = 0) -> bool:
    async def transaction(tx: Tx) -> bool:
        row = await tx.one(CLAIM, pool_id="p", key=key, amount=amount, note=owner)
        return row is not None

    return await db.run(transaction)


async def add_one(db: Db, key: str) -> None:
    """Read the amount and write one more, if nobody else has in between."""

    async def transaction(tx: Tx) -> None:
        row = await tx.one(BY_KEY, pool_id="p", key=key)
        if row is None or not await tx.run(COMPARE_AND_SWAP, pool_id="p", key=key, amount=row["amount"]):
            raise Conflict

    await db.run(transaction)


async def row_of(db: Db, key: str) -> dict[str, Any] | None:
    row = await db.read(lambda tx: tx.one(BY_KEY, pool_id="p", key=key))
    return None if row is None else dict(row)


async def keys_of(db: Db) -> list[str]:
    return [row["key"] for row in await db.read(lambda tx: tx.all(KEYS, pool_id="p"))]
