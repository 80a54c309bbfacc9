"""What the API gateway adds to a request: its CPU time, and the wall time beside the server behind it alone.

    python -m benchmarks.gateway

One connection, one request at a time, the same small answer: straight from the server, through the gateway on
an open route, and with an access token. Processes are apart, as they are in operation.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
from tests.authorizer import issuer
from tests.server import free_ports, gateway_server
from tests.web_server import WebServer

# The most CPU time of the gateway for a request, in microseconds: an open route, and one with a known token.
BUDGETS = {"gateway_open": 1_000.0, "gateway_token": 1_200.0}
_WARM_UP = 200
_ROUTES = """
[gateway]
access_log = false

[[authorizers.users.pools]]
issuer = "{issuer}"
client_ids = "any"

[[routes]]
path = "/open"
authorizer = "none"
kind = "http"
url = "http://127.0.0.1:{port}/"

[[routes]]
path = "/token"
authorizer = "users"
scopes = ["notes/read"]
kind = "http"
url = "http://127.0.0.1:{port}/"
"""
_SERVER = """
import asyncio, sys
from poolhouse.drivers.http_server import Limits, listen, serve
async def app(scope, receive, send):
    headers = [(b"content-type", b"application/json"), (b"content-length", b"11")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b'{"ok":true}'})
async def main():
    with listen("127.0.0.1", int(sys.argv[1])) as listener:
        stop, started = asyncio.Event(), lambda: print("ready", flush=True)
        await serve(app, listener, Limits(30, 75, 1), started=started, stop=stop, trusted_proxies=[])
asyncio.run(main())
"""


async def measure(seconds: float) -> list[dict[str, Any]]:
    """A row for each route, beside the server alone."""
    (port,) = free_ports(1)
    jwks = json.dumps({"keys": [issuer.jwk("first")]}).encode()
    answers = {"/pool/.well-known/jwks.json": (200, {"content-type": "application/json"}, jwks)}
    with (
        tempfile.TemporaryDirectory(prefix="poolhouse-bench-") as name,
        WebServer(answers) as keys,
        _server(port),
    ):
        toml = _ROUTES.format(issuer=keys.url("/pool"), port=port)
        with gateway_server(Path(name), toml, POOLHOUSE_LOG_LEVEL="warning") as gateway:
            alone = await _medians(port, "/", "", seconds, None)
            rows = []
            for path, token in (("/open", ""), ("/token", _token(keys))):
                found = await _medians(gateway.port, path, token, seconds, gateway.process.pid)
                rows.append(_row(f"gateway_{path[1:]}", found, alone))
            return rows


@contextmanager
def _server(port: int) -> Iterator[None]:
    process = subprocess.Popen([sys.executable, "-c", _SERVER, str(port)], stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        process.stdout.readline()
        yield
    finally:
        process.terminate()
        process.wait(10)


def _token(keys: WebServer) -> str:
    now = int(time.time())
    times = {"iss": keys.url("/pool"), "iat": now - 5, "exp": now + 3_600}
    return issuer.token(issuer.access(scope="notes/read", **times))


async def _medians(port: int, path: str, token: str, seconds: float, pid: int | None) -> tuple[float, float]:
    """(median wall time, mean CPU time of the process) of a request, in microseconds."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    bearer = f"authorization: Bearer {token}\r\n" if token else ""
    request = f"GET {path} HTTP/1.1\r\nhost: localhost\r\n{bearer}\r\n".encode()
    for _ in range(_WARM_UP):
        await _once(reader, writer, request)
    took: list[float] = []
    busy, until = _cpu(pid), time.monotonic() + seconds
    while time.monotonic() < until or not took:
        began = time.perf_counter()
        await _once(reader, writer, request)
        took.append(time.perf_counter() - began)
    busy = _cpu(pid) - busy
    writer.close()
    return sorted(took)[len(took) // 2] * 1e6, busy / len(took) * 1e6


async def _once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> None:
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise AssertionError(head.decode("latin-1"))
    await reader.readexactly(len(b'{"ok":true}'))


def _cpu(pid: int | None) -> float:
    if pid is None:
        return 0.0
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def _row(operation: str, found: tuple[float, float], alone: tuple[float, float]) -> dict[str, Any]:
    return {
        "operation": operation,
        "cpu_us": round(found[1], 1),
        "p50_us": round(found[0], 1),
        "alone_p50_us": round(alone[0], 1),
        "added_us": round(found[0] - alone[0], 1),
        "of_alone": round(alone[0] / found[0], 3),
    }


def show(rows: list[dict[str, Any]]) -> None:
    print("\nthe API gateway before a server, one request at a time")
    print(
        f"  {'operation':<16}{'CPU us':>9}{'p50 us':>9}{'alone us':>10}{'added us':>10}{'alone %':>8}  target"
    )
    for row in rows:
        wanted = BUDGETS[row["operation"]]
        met = "met" if row["cpu_us"] <= wanted else "MISSED"
        wall = f"{row['p50_us']:>9,.0f}{row['alone_p50_us']:>10,.0f}{row['added_us']:>10,.0f}"
        ours = f"{row['operation']:<16}{row['cpu_us']:>9,.0f}"
        print(f"  {ours}{wall}{row['of_alone']:>8.0%}  {wanted:,.0f} us {met}")


if __name__ == "__main__":
    show(asyncio.run(measure(3.0)))
