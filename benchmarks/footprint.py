"""make footprint: how fast the server starts, how much memory a worker holds, and whether that grows.

python -m benchmarks.footprint [--users 10000] [--sign-ins 100000]
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import uvloop
from tests.server import dev_server

from benchmarks.client import Connection, Target
from benchmarks.operations import make_pool, operations
from benchmarks.people import fill_sqlite
from benchmarks.run import CONNECTIONS, drive, memory, server
from poolhouse.wire import sigv4

STARTS = 5
SLICES = 10
MOST_MEGABYTES = 120
MOST_SECONDS = 1.0


def starts() -> list[float]:
    """Seconds from the command to its first answer, with a store that is there already."""
    with tempfile.TemporaryDirectory(prefix="poolhouse-footprint-") as name:
        folder = Path(name)
        with dev_server(folder):
            pass
        return [_start(folder) for _ in range(STARTS)]


def _start(folder: Path) -> float:
    began = time.monotonic()
    with dev_server(folder):
        return time.monotonic() - began


async def _grow(target: Target, file: Path, users: int, sign_ins: int, pid: int) -> None:
    connections = [Connection(target) for _ in range(CONNECTIONS)]
    pool = await make_pool(connections[0])
    fill_sqlite(file, pool.pool_id, users)
    once = (await operations(connections[0], pool, pool, users))["password_srp"]
    print(f"\nMemory of one worker beside {users:,} users, at most {MOST_MEGABYTES} MB wanted")
    print(f"  {'at the start':<24}{memory(pid)[0]:>5} MB")
    for part in range(1, SLICES + 1):
        await drive(once, connections, time.monotonic() + 600, most=sign_ins // SLICES)
        print(f"  {f'{sign_ins // SLICES * part:,} sign-ins':<24}{memory(pid)[0]:>5} MB", flush=True)
    for connection in connections:
        await connection.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--users", type=int, default=10_000)
    parser.add_argument("--sign-ins", type=int, default=100_000)
    options = parser.parse_args()
    taken = starts()
    print(f"Start to first answer, existing store: median {statistics.median(taken):.2f} s of {STARTS}")
    print(f"  from {min(taken):.2f} to {max(taken):.2f} s, at most {MOST_SECONDS:.0f} s wanted")
    with server("sqlite", 1, None) as (running, file, _):
        host, _, port = running.endpoint.removeprefix("http://").partition(":")
        credentials = sigv4.Credentials(running.access_key_id, running.secret_access_key)
        target = Target(host, int(port), credentials)
        uvloop.run(_grow(target, file, options.users, options.sign_ins, running.process.pid))


if __name__ == "__main__":
    main()
