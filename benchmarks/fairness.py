"""How much a tenant feels of another that hammers its own pool.

    python -m benchmarks.fairness [--seconds 5] [--store sqlite|postgres] [--workers 1]

A real server with its request-rate limits. One pool signs in gently, by verifier and by argon2id; another is
flooded from a process of its own, in one way after the other and then in all ways at once.
"""

import argparse
import asyncio
import multiprocessing
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import uvloop
from tests.postgres_server import shared_server
from tests.server import Server, serve_server

from benchmarks import operations
from benchmarks.client import Connection, Refused, Target
from benchmarks.operations import Once, Pool
from benchmarks.people import PASSWORD
from benchmarks.run import target_of
from poolhouse.directory.pools import PASSWORD_STORAGE_TAG

FLOODERS = 16  # connections of each flood
GENTLE = 0.1  # seconds between two sign-ins of the quiet tenant
# What we promise: the 95th percentile of the quiet tenant's latency, undisturbed times this or so many ms.
TIMES, MILLISECONDS = 6.0, 250.0


@dataclass(frozen=True)
class Town:
    """Two tenants: `quiet` with users in both kinds of pool, and the one that is flooded."""

    verifiers: Pool
    hashes: Pool
    flooded: Pool
    refresh_token: str


class _Flood(msgspec.Struct, frozen=True):
    """What a flooding process is told. `kinds` are keys of FLOODS."""

    target: dict[str, Any]
    pool_id: str
    client_id: str
    refresh_token: str
    names: list[str]
    kinds: list[str]


async def town(connection: Connection) -> Town:
    argon2id = {"UserPoolTags": {PASSWORD_STORAGE_TAG: "argon2id"}}
    flooded = await operations.make_pool(connection, **argon2id)
    signed_in = await connection.call("InitiateAuth", _password(flooded, flooded.names[0]))
    return Town(
        await operations.make_pool(connection),
        await operations.make_pool(connection, **argon2id),
        flooded,
        signed_in["AuthenticationResult"]["RefreshToken"],
    )


def _password(pool: Pool, name: str, password: str = PASSWORD) -> dict[str, Any]:
    return {
        "ClientId": pool.client_id,
        "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": name, "PASSWORD": password},
    }


# Floods: one request each. What is refused is what they are for.


def _wrong_passwords(pool: Pool, _: str) -> Once:
    numbers = iter(range(10**9))

    async def once(connection: Connection) -> Any:
        return await connection.call("InitiateAuth", _password(pool, f"nobody{next(numbers)}", "Wr0ng-P2$"))

    return once


def _refreshes(pool: Pool, token: str) -> Once:
    given = {"REFRESH_TOKEN": token}
    request = {"ClientId": pool.client_id, "AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": given}
    return lambda connection: connection.call("InitiateAuth", request)


def _scans(pool: Pool, _: str) -> Once:
    request = {"UserPoolId": pool.pool_id, "Filter": 'cognito:user_status = "UNKNOWN"'}
    return lambda connection: connection.call("ListUsers", request, signed=True)


def _large_bodies(pool: Pool, _: str) -> Once:
    attributes = [{"Name": "name", "Value": "x" * 1_000} for _ in range(900)]
    request = {
        "ClientId": pool.client_id,
        "Username": "eve",
        "Password": "short",
        "UserAttributes": attributes,
    }
    return lambda connection: connection.call("SignUp", request)


def _pages(pool: Pool, _: str) -> Once:
    path = (
        f"/{pool.pool_id}/login?client_id={pool.client_id}&response_type=code&redirect_uri=https://a.example"
    )
    return lambda connection: connection.http("GET", path, {})


FLOODS: dict[str, Callable[[Pool, str], Once]] = {
    "wrong passwords": _wrong_passwords,
    "refreshes": _refreshes,
    "scans": _scans,
    "large bodies": _large_bodies,
    "pages": _pages,
}


def _flood(told: bytes) -> None:
    """The flooding process: until it is ended."""
    flood = msgspec.msgpack.decode(told, type=_Flood)
    uvloop.run(_flooding(flood))


async def _flooding(flood: _Flood) -> None:
    pool = Pool(flood.pool_id, flood.client_id, flood.names)
    target = msgspec.convert(flood.target, Target)
    work = [
        _again_and_again(FLOODS[kind](pool, flood.refresh_token), Connection(target))
        for kind in flood.kinds
        for _ in range(FLOODERS)
    ]
    await asyncio.gather(*work)


async def _again_and_again(once: Once, connection: Connection) -> None:
    while True:
        with suppress(Refused, OSError, EOFError):
            await once(connection)


@contextmanager
def flooded(target: Target, found: Town, kinds: list[str]) -> Iterator[None]:
    """As long as the block runs."""
    pool = found.flooded
    told = _Flood(
        msgspec.to_builtins(target), pool.pool_id, pool.client_id, found.refresh_token, pool.names, kinds
    )
    process = multiprocessing.get_context("spawn").Process(
        target=_flood, args=(msgspec.msgpack.encode(told),), daemon=True
    )
    process.start()
    try:
        time.sleep(1.5)  # it is on its way
        yield
    finally:
        process.kill()
        process.join()


async def gently(target: Target, pool: Pool, seconds: float) -> list[float]:
    """Sign in at a gentle rate; how long each took, in milliseconds, sorted. Raises `Refused`."""
    took: list[float] = []
    connections = [Connection(target) for _ in range(4)]

    async def one(number: int) -> None:
        name, connection = pool.names[number % len(pool.names)], connections[number % len(connections)]
        began = time.monotonic()
        await connection.call("InitiateAuth", _password(pool, name))
        took.append((time.monotonic() - began) * 1e3)

    until, number = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        began = time.monotonic()
        await one(number)
        number += 1
        await asyncio.sleep(max(GENTLE - (time.monotonic() - began), 0))
    for connection in connections:
        await connection.close()
    return sorted(took)


def p95(took: list[float]) -> float:
    return took[int(len(took) * 0.95)]


def measure(running: Server, seconds: float, kinds: list[list[str]]) -> list[dict[str, Any]]:
    """A row for each flood and each kind of pool of the quiet tenant, the undisturbed ones first."""
    target = target_of(running)
    found = uvloop.run(_built(target))
    rows = list(_rows("none", target, found, seconds))
    for together in kinds:
        with flooded(target, found, together):
            rows += _rows(" + ".join(together) if len(together) < 3 else "all", target, found, seconds)
    return rows


async def _built(target: Target) -> Town:
    connection = Connection(target)
    made = await town(connection)
    await connection.close()
    return made


def _rows(flood: str, target: Target, found: Town, seconds: float) -> Iterator[dict[str, Any]]:
    for kind, pool in (("verifier", found.verifiers), ("argon2id", found.hashes)):
        took = uvloop.run(gently(target, pool, seconds))
        yield {
            "flood": flood,
            "pool": kind,
            "p50_ms": took[len(took) // 2],
            "p95_ms": p95(took),
            "per_s": len(took) / seconds,
        }


def bound(rows: list[dict[str, Any]], kind: str) -> float:
    """Of the 95th percentile under a flood, in milliseconds."""
    undisturbed = next(row for row in rows if row["flood"] == "none" and row["pool"] == kind)
    return max(TIMES * float(undisturbed["p95_ms"]), MILLISECONDS)


def show(rows: list[dict[str, Any]]) -> None:
    print(f"  {'flood':<18}{'quiet pool':<12}{'p50 ms':>9}{'p95 ms':>9}{'per s':>8}  at most")
    for row in rows:
        most = bound(rows, row["pool"])
        verdict = "" if row["flood"] == "none" else f"{most:,.0f} ms {_word(row['p95_ms'] <= most)}"
        print(
            f"  {row['flood']:<18}{row['pool']:<12}{row['p50_ms']:>9,.1f}{row['p95_ms']:>9,.1f}"
            f"{row['per_s']:>8,.1f}  {verdict}"
        )


def _word(met: bool) -> str:
    return "met" if met else "MISSED"


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seconds", type=float, default=5.0, help="how long the quiet tenant is looked at")
    parser.add_argument("--store", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args(arguments)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="poolhouse-fair-")))
        environment = {"POOLHOUSE_LOG_LEVEL": "warning"}
        if options.store == "postgres":
            postgres = stack.enter_context(shared_server("fairness"))
            environment["POOLHOUSE_DATABASE_URL"] = postgres.new_database()
        running = stack.enter_context(serve_server(folder, workers=options.workers, **environment))
        floods = [[kind] for kind in FLOODS] + [list(FLOODS)]
        show(measure(running, options.seconds, floods))


if __name__ == "__main__":
    main()
