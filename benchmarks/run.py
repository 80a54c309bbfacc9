"""make bench: drives a real server and compares what it costs with what its cryptography alone would cost.

    python -m benchmarks.run [--users 1000] [--seconds 3] [--store sqlite|postgres] [--workers 1|2]

Writes build/bench.json. `ratio` is the crypto-bound time over the CPU time of the server's processes
per operation, both measured in this run; the operations without real cryptography have a budget
instead (docs/performance.md).
"""

import argparse
import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import msgspec
import psutil
import uvloop
from tests.mail_server import Mailbox, mail_server
from tests.postgres_server import PostgresServer, shared_server
from tests.server import Server, serve_server

from benchmarks import authorizer, breaches, credentials, gateway, primitives, protection, triggers
from benchmarks.client import Connection, Target
from benchmarks.imports import import_rows
from benchmarks.operations import Once, make_pool, operations
from benchmarks.people import fill_postgres, fill_sqlite
from poolhouse.crypto import powers
from poolhouse.directory.pools import PASSWORD_STORAGE_TAG
from poolhouse.wire import sigv4

CONNECTIONS = 16
WARM_UP = 32
SLICES = 5  # of the time that an operation is driven
_TIMED = 0.3  # seconds for which its primitives are timed, before, between and after them
OUTPUT = Path("build/bench.json")
# What every row has: those that measure a part by itself have no store, no workers, and perhaps no limit.
MEMBERS = ("operation", "store", "workers", "rate_per_s", "cpu_us", "bound_us", "ratio")

# The least ratio that we want on one worker, and the most CPU time (us) where there is no cryptography.
RATIOS = {
    "sqlite": {
        "srp_sign_in": 0.70,
        "password_srp": 0.55,
        "password_argon2id": 0.90,
        "refresh": 0.65,
        "passkey_sign_in": 0.40,
        "client_credentials": 0.60,
    },
    "postgres": {
        "srp_sign_in": 0.60,
        "password_srp": 0.45,
        "password_argon2id": 0.88,
        "refresh": 0.55,
        "passkey_sign_in": 0.30,
        "client_credentials": 0.55,
    },
}
# CPU time on the reference machine, which signs in so long: a machine is so much slower as it signs slower.
BUDGETS = {"sqlite": {"get_user": 150.0}, "postgres": {"get_user": 250.0}}
REFERENCE_SIGNATURE = 258.0  # us, RSA-2048
_ONE_SIGNATURE = "client_credentials"  # its bound is one

# What the other core does while the primitives are timed. A worker hashes two passwords at a time with
# argon2id, which compete for memory: so they do here.
_SPINS = "while True: pass"
_HASHES = """
from argon2.low_level import Type, hash_secret_raw
while True:
    hash_secret_raw(b"password", b"0123456789abcdef", 2, 19_456, 1, 32, Type.ID)
"""


@contextmanager
def server(
    store: str, workers: int, postgres: PostgresServer | None, mailbox: Mailbox
) -> Iterator[tuple[Server, Path, str]]:
    with tempfile.TemporaryDirectory(prefix="poolhouse-bench-") as name, ExitStack() as stack:
        folder, dsn = Path(name), ""
        environment = {"POOLHOUSE_QUOTAS": "off", "POOLHOUSE_LOG_LEVEL": "warning"} | mailbox.settings
        environment["POOLHOUSE_ROLES"] = credentials.ROLES
        if postgres is not None:
            dsn = postgres.new_database()
            stack.callback(postgres.drop_database, dsn)
            environment["POOLHOUSE_DATABASE_URL"] = dsn
        running = stack.enter_context(serve_server(folder, workers=workers, **environment))
        yield running, folder / "data" / "poolhouse.db", dsn


def target_of(running: Server) -> Target:
    host, _, port = running.endpoint.removeprefix("http://").partition(":")
    return Target(host, int(port), sigv4.Credentials(running.access_key_id, running.secret_access_key))


async def _measure_all(
    running: Server, file: Path, dsn: str, mailbox: Mailbox, options: argparse.Namespace
) -> dict[str, Any]:
    target = target_of(running)
    connections = [Connection(target) for _ in range(CONNECTIONS)]
    pool = await make_pool(connections[0])
    slow = await make_pool(connections[0], UserPoolTags={PASSWORD_STORAGE_TAG: "argon2id"})
    if dsn:
        await fill_postgres(dsn, pool.pool_id, options.users)
    else:
        await asyncio.to_thread(fill_sqlite, file, pool.pool_id, options.users)
    for connection in connections:
        await connection.close()  # filling may take longer than the server keeps an idle one
    found = {}
    for name, once in (await operations(connections[0], pool, slow, options.users, mailbox)).items():
        found[name] = await _measure(name, once, connections, running.process.pid, options)
    found["import_rows"] = await import_rows(
        connections[0], lambda: _cpu_seconds(running.process.pid), options.rows
    )
    found |= await protection.sign_ins(
        connections, drive, time.monotonic, lambda: _cpu_seconds(running.process.pid), options.seconds
    )
    for connection in connections:
        await connection.close()
    return found


async def _measure(
    name: str, once: Once, connections: list[Connection], pid: int, options: argparse.Namespace
) -> dict[str, float]:
    """Rate, CPU time of all processes of the server per operation, latencies, and the crypto-bound time.

    In slices, with the primitives timed before, between and after them: machines change their speed from one
    second to the next, and both must have seen the same of it.
    """
    await drive(once, connections, time.monotonic() + 30, most=WARM_UP)
    bounds, took, wall, busy = [_bound(name)], [], 0.0, 0.0
    for _ in range(SLICES):
        spent, began = _cpu_seconds(pid), time.monotonic()
        took += await drive(once, connections, began + options.seconds / SLICES)
        wall, busy = wall + time.monotonic() - began, busy + _cpu_seconds(pid) - spent
        bounds.append(_bound(name))
    took.sort()
    return {
        "rate_per_s": len(took) / wall,
        "cpu_us": busy / len(took) * 1e6,
        "p50_ms": took[len(took) // 2] * 1e3,
        "p99_ms": took[int(len(took) * 0.99)] * 1e3,
    } | _limit(name, bounds)


def _limit(name: str, bounds: list[float]) -> dict[str, float]:
    """What it is compared with."""
    if not any(bounds):
        return {}
    return {"signature_us" if name in BUDGETS["sqlite"] else "bound_us": statistics.mean(bounds)}


async def drive(once: Once, connections: list[Connection], until: float, most: int = 10**9) -> list[float]:
    """Every connection does the operation again and again; gives how long each took, in seconds."""
    took: list[float] = []

    async def work(connection: Connection) -> None:
        while (began := time.monotonic()) < until and len(took) < most:
            await once(connection)
            took.append(time.monotonic() - began)

    await asyncio.gather(*(work(connection) for connection in connections))
    return took


def _cpu_seconds(pid: int) -> float:
    parent = psutil.Process(pid)
    times = [process.cpu_times() for process in (parent, *parent.children(recursive=True))]
    return float(sum(found.user + found.system for found in times))


def memory(pid: int) -> list[int]:
    """Resident megabytes of each worker."""
    return [child.memory_info().rss >> 20 for child in psutil.Process(pid).children(recursive=True)]


def _rows(store: str, workers: int, users: int, found: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "operation": name,
            "store": store,
            "workers": workers,
            "users": users,
            "bound_us": None,
            "ratio": round(figures["bound_us"] / figures["cpu_us"], 3) if "bound_us" in figures else None,
            **({"budget_us": round(most, 2)} if (most := _budget(store, name, figures)) else {}),
            **{key: round(value, 4) for key, value in figures.items()},
        }
        for name, figures in found.items()
    ]


def whole(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with every member that scripts rely on; null for what a row has not."""
    return [dict.fromkeys(MEMBERS) | row for row in rows]


def _print(rows: list[dict[str, Any]], memory: list[int]) -> None:
    store, workers, users = rows[0]["store"], rows[0]["workers"], rows[0]["users"]
    print(f"\n{store}, {workers} worker(s), {users:,} users stored; {memory} MB resident")
    columns = f"{'per s':>9}{'CPU us':>10}{'p50 ms':>9}{'p99 ms':>9}{'bound us':>10}{'ratio':>8}"
    print(f"  {'operation':<26}{columns}  target")
    for row in rows:
        bound = f"{row['bound_us']:>10,.0f}{row['ratio']:>8.0%}" if row["ratio"] else f"{'':>18}"
        print(
            f"  {row['operation']:<26}{row['rate_per_s']:>9,.0f}{row['cpu_us']:>10,.0f}"
            f"{row['p50_ms']:>9,.1f}{row['p99_ms']:>9,.1f}{bound}  {_verdict(row)}"
        )


def _bound(operation: str) -> float:
    """The crypto-bound time of an operation right now, in microseconds; 0 for one without. Where it has a
    budget in its place, that of one signature.

    With the other core as busy as the load keeps it, for two cores may share their silicon, and do share
    their memory.
    """
    if operation in BUDGETS["sqlite"]:
        operation = _ONE_SIGNATURE
    if operation not in RATIOS["sqlite"]:
        return 0.0
    work = _HASHES if operation == "password_argon2id" else _SPINS
    with subprocess.Popen([sys.executable, "-c", work]) as neighbour:
        try:
            return primitives.bound(operation, _TIMED)
        finally:
            neighbour.kill()


def _budget(store: str, name: str, figures: dict[str, float]) -> float | None:
    """Of an operation without cryptography, on this machine, in microseconds."""
    most = BUDGETS[store].get(name)
    return most and most * figures["signature_us"] / REFERENCE_SIGNATURE


def _verdict(row: dict[str, Any]) -> str:
    wanted = RATIOS[row["store"]].get(row["operation"])
    if wanted:
        return f"{wanted:.0%} {'met' if row['ratio'] >= wanted else 'MISSED'}"
    if "overhead" in row:
        return protection.verdict(row)
    most = row.get("budget_us")
    if not most:
        return ""
    usual = BUDGETS[row["store"]][row["operation"]]
    met = "met" if row["cpu_us"] <= most else "MISSED"
    return f"{most:,.0f} us here ({usual:,.0f} on the reference) {met}"


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--users", type=int, default=1000, help="users stored beside those who sign in")
    parser.add_argument("--seconds", type=float, default=3.0, help="how long each operation is driven")
    parser.add_argument("--rows", type=int, default=2000, help="users in the file that is imported")
    parser.add_argument("--store", choices=("sqlite", "postgres"), action="append")
    parser.add_argument("--workers", type=int, choices=(1, 2), action="append")
    options = parser.parse_args(arguments)
    powers.warm_up()
    rows: list[dict[str, Any]] = []
    with ExitStack() as stack:
        mailbox = stack.enter_context(mail_server())
        stores = options.store or ["sqlite", "postgres"]
        postgres = stack.enter_context(shared_server("bench")) if "postgres" in stores else None
        for store in stores:
            for workers in options.workers or [1, 2]:
                used = postgres if store == "postgres" else None
                with server(store, workers, used, mailbox) as (running, file, dsn):
                    found = uvloop.run(_measure_all(running, file, dsn, mailbox, options))
                    rows += (now := _rows(store, workers, options.users, found))
                    _print(now, memory(running.process.pid))
    triggers.show(called := uvloop.run(triggers.measure(options.seconds)))
    authorizer.show(verified := authorizer.measure(options.seconds))
    gateway.show(passed := asyncio.run(gateway.measure(options.seconds)))
    breaches.show(looked_up := breaches.measure(options.seconds))
    rows += whole(called + verified + passed + looked_up)
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_bytes(msgspec.json.format(msgspec.json.encode(rows), indent=1))
    print(f"\nWritten to {OUTPUT}.")


if __name__ == "__main__":
    main()
