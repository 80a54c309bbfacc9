"""A process that writes to a store, for the tests with several processes: `python -m tests.store.writer`.

acknowledge URL        write rows until killed; print the key of each once the store acknowledged it
claim URL NAME COUNT   when a line comes on stdin, claim COUNT keys as NAME; print those that were won
add URL COUNT          when a line comes on stdin, add 1 to the row 'sum', COUNT times
"""

import asyncio
import itertools
import sys

from tests.store.things import add_one, claim
from tests.stores import open_store

from poolhouse.ports import Db


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
