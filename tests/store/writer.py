"""A process that writes to a store, for the tests with several processes: `python -m tests.store.writer`.

acknowledge URL        write rows until killed; print the key of each once the store acknowledged it
claim URL NAME COUNT   when a line comes on stdin, claim COUNT keys as NAME; print those that were won
add URL COUNT          when a line comes on stdin, add 1 to the row 'sum', COUNT times
"""

import asyncio
import itertools
import sys

from tests.stores import open_store

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


async def acknowledge(db: Db) -> None:
    async def write(task: int) -> None:
        for number in itertools.count():
            key = f"{task}-{number}"
            await claim(db, key)
            print(key, flush=True)

    await asyncio.gather(*(write(task) for task in range(8)))


async def main(what: str, url: str, *arguments: str) -> None:
    db = await open_store(url)
    if what == "acknowledge":
        await acknowledge(db)
    print("ready", flush=True)
    sys.stdin.readline()
    if what == "claim":
        name, count = arguments
        for number in range(int(count)):
            if await claim(db, f"name-{number}", name):
                print(f"name-{number}")
    if what == "add":
        for _ in range(int(arguments[0])):
            await add_one(db, "sum")
    await db.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
