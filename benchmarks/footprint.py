"""make footprint: how fast the server starts, how much memory a worker holds, and whether that grows.

python -m benchmarks.footprint [--users 10000] [--sign-ins 100000]
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import uvloop
from tests.mail_server import mail_server
from tests.server import Server, dev_server

from benchmarks.client import Connection
from benchmarks.operations import make_pool, password
from benchmarks.people import fill_sqlite
from benchmarks.run import CONNECTIONS, drive, memory, server, target_of

SLICES = 10
MOST_MEGABYTES = 120
MOST_SECONDS = 1.0


def starts(count: int) -> list[float]:
    """Seconds from the command to its first answer, with a store that is there already."""
    with tempfile.TemporaryDirectory(prefix="poolhouse-footprint-") as name:
        folder = Path(name)
        with dev_server(folder):
            pass
        return [_start(folder) for _ in range(count)]


def _start(folder: Path) -> float:
    began = time.monotonic()
    with dev_server(folder):
        return time.monotonic() - began


async def grow(running: Server, file: Path, users: int, sign_ins: int) -> None:
    """Prints the memory of a worker in the course of so many sign-ins."""
    pid, target = running.process.pid, target_of(running)
    connections = [Connection(target) for _ in range(CONNECTIONS)]
    pool = await make_pool(connections[0])
    fill_sqlite(file, pool.pool_id, users)
    once = password(pool)
    print(f"\nMemory of one worker beside {users:,} users, at most {MOST_MEGABYTES} MB wanted")
    print(f"  {'at the start':<24}{memory(pid)[0]:>5} MB")
    for part in range(1, SLICES + 1):
        await drive(once, connections, time.monotonic() + 600, most=sign_ins // SLICES)
        print(f"  {f'{sign_ins // SLICES * part:,} sign-ins':<24}{memory(pid)[0]:>5} MB", flush=True)
    for connection in connections:
        await connection.close()


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--users", type=int, default=10_000)
    parser.add_argument("--sign-ins", type=int, default=100_000)
    parser.add_argument("--starts", type=int, default=5)
    options = parser.parse_args(arguments)
    taken = starts(options.starts)
    print(
        f"Start to first answer, existing store: median {statistics.median(taken):.2f} s of {options.starts}"
    )
    print(f"  from {min(taken):.2f} to {max(taken):.2f} s, at most {MOST_SECONDS:.0f} s wanted")
    with mail_server() as mailbox, server("sqlite", 1, None, mailbox) as (running, file, _):
        uvloop.run(grow(running, file, options.users, options.sign_ins))


if __name__ == "__main__":
    main()
