"""`poolhouse gateway` as a process: a real Python function, a streaming upstream, what is no good HTTP."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.authorizer import issuer
from tests.authorizer.issuer import jwk
from tests.server import Gateway, free_ports, gateway_server, run_poolhouse
from tests.web_server import WebServer

from poolhouse.errors import SettingsError
from poolhouse.gateway_app import Place

HANDLER = """
import json
def handler(event, context):
    print("called", event["routeKey"])
    claims = event["requestContext"].get("authorizer", {}).get("jwt", {}).get("claims", {})
    return {"statusCode": 200, "cookies": ["a=1"], "body": json.dumps({"user": claims.get("username"),
            "said": event.get("body"), "id": event.get("pathParameters", {}).get("id"),
            "from": event["requestContext"]["http"]["sourceIp"]})}
"""
CONFIG = """
[gateway]
functions = "functions"
trusted_proxies = ["127.0.0.1"]
metrics_port = {metrics}
idle_seconds = 5

[[authorizers.users.pools]]
issuer = "{issuer}"
client_ids = "any"

[[routes]]
path = "/notes/{{id}}"
authorizer = "users"
kind = "lambda"
function = "notes"

[[routes]]
path = "/stream/{{proxy+}}"
authorizer = "none"
kind = "http"
url = "http://127.0.0.1:{upstream}/{{proxy+}}"
body_limit = 50_000_000

[[routes]]
path = "/away"
authorizer = "none"
kind = "http"
url = "http://127.0.0.1:9/"
connect_seconds = 1
"""

_HALF = 10_000_000  # bytes of an upload


class Upstream:
    """A server in the test's own loop, on a port that the gateway knows."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.go_on = asyncio.Event()
        self.closed = asyncio.Event()
        self.requests = 0
        self.received = 0
        self.sent = 0
        self.half_there = asyncio.Event()
        self._connections: list[asyncio.StreamWriter] = []

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Upstream"]:
        listening = await asyncio.start_server(self._handle, "127.0.0.1", self.port)
        try:
            yield self
        finally:
            listening.close()
            for writer in self._connections:
                writer.close()
            await asyncio.gather(*(w.wait_closed() for w in self._connections), return_exceptions=True)

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections.append(writer)
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                self.requests += 1
                await self._answering(head)(head, reader, writer)
        writer.close()

    def _answering(self, head: bytes) -> Any:
        return self._events if b"/events" in head else self._flood if b"/flood" in head else self._sink

    async def _flood(self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """300 MB, as fast as they are taken."""
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 300000000\r\n\r\n")
        for _ in range(300):
            writer.write(bytes(1_000_000))
            await writer.drain()
            self.sent += 1_000_000

    async def _events(self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
        )
        await self.go_on.wait()
        self.go_on.clear()
        writer.write(b"9\r\ndata: 1\n\n\r\n")
        gone = asyncio.create_task(reader.read(1))
        more = asyncio.create_task(self.go_on.wait())
        await asyncio.wait([gone, more], return_when=asyncio.FIRST_COMPLETED)
        if gone.done():
            self.closed.set()
            more.cancel()
            raise ConnectionError
        gone.cancel()
        writer.write(b"9\r\ndata: 2\n\n\r\n0\r\n\r\n")

    async def _sink(self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Reads a body of the length that is said, and tells how much it was."""
        said = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        left = int(said[0].partition(b":")[2]) if said else 0
        while left:
            piece = await reader.read(min(left, 65_536))
            left -= len(piece)
            self.received += len(piece)
            if self.received == _HALF:
                self.half_there.set()
        answer = str(self.received).encode()
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(answer), answer))


UPSTREAM_PORT, METRICS_PORT = free_ports(2)


@pytest.fixture(scope="module")
def keys() -> Iterator[WebServer]:
    body = json.dumps({"keys": [jwk("first")]}).encode()
    with WebServer(
        {"/pool/.well-known/jwks.json": (200, {"content-type": "application/json"}, body)}
    ) as server:
        yield server


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory, keys: WebServer) -> Iterator[Gateway]:
    folder = tmp_path_factory.mktemp("gateway")
    (folder / "functions" / "notes").mkdir(parents=True)
    (folder / "functions" / "notes" / "handler.py").write_text(HANDLER)
    with gateway_server(folder, config(keys), POOLHOUSE_LOG_FORMAT="json") as running:
        yield running


@pytest.fixture
async def upstream() -> AsyncIterator[Upstream]:
    async with Upstream(UPSTREAM_PORT).running() as running:
        yield running


def config(keys: WebServer) -> str:
    return CONFIG.format(issuer=keys.url("/pool"), upstream=UPSTREAM_PORT, metrics=METRICS_PORT)


def token(keys: WebServer, **changes: Any) -> str:
    now = int(time.time())
    times = {"iss": keys.url("/pool"), "iat": now - 5, "exp": now + 300}
    return issuer.token(issuer.access(**(times | changes)))


def ask(gateway: Gateway, path: str, bearer: str = "", **more: Any) -> httpx2.Response:
    headers = {"authorization": f"Bearer {bearer}"} if bearer else {}
    return httpx2.request(
        more.pop("method", "GET"), gateway.endpoint + path, headers=headers, timeout=20, **more
    )


def logged(gateway: Gateway) -> list[dict[str, Any]]:
    lines = gateway.output.read_text().splitlines()
    return [json.loads(line) for line in lines if line.startswith("{")]


def test_a_real_function_is_called_for_who_has_a_token_and_for_nobody_else(
    gateway: Gateway, keys: WebServer
) -> None:
    good = token(keys)

    refused = ask(gateway, "/notes/7?secret=1", token(keys, exp=int(time.time()) - 60))
    called_before = "called" in gateway.output.read_text()
    answer = ask(gateway, "/notes/7?secret=1", good, method="POST", content=b"hello")

    assert (refused.status_code, refused.json()) == (401, {"message": "Unauthorized"})
    assert not called_before
    assert answer.json() == {"user": "ada", "said": "hello", "id": "7", "from": "127.0.0.1"}
    assert answer.headers["set-cookie"] == "a=1"
    until(lambda: "called ANY /notes/{id}" in gateway.output.read_text())
    for secret in (good, "secret=1", "/notes/7"):
        assert secret not in gateway.output.read_text()


def test_behind_a_trusted_proxy_the_client_is_whom_the_proxy_names(gateway: Gateway, keys: WebServer) -> None:
    headers = {"authorization": f"Bearer {token(keys)}", "x-forwarded-for": "198.51.100.4"}

    answer = httpx2.get(f"{gateway.endpoint}/notes/7", headers=headers, timeout=20)

    assert answer.json()["from"] == "198.51.100.4"


async def test_events_come_as_they_are_made_and_their_head_before_them(
    gateway: Gateway, upstream: Upstream
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
    writer.write(b"GET /stream/events HTTP/1.1\r\nhost: localhost\r\n\r\n")

    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
    upstream.go_on.set()
    first = await asyncio.wait_for(reader.readuntil(b"1\n\n\r\n"), 5)
    upstream.go_on.set()
    last = await asyncio.wait_for(reader.readuntil(b"0\r\n\r\n"), 5)
    writer.close()

    assert b"content-type: text/event-stream\r\n" in head
    assert (first, last) == (b"9\r\ndata: 1\n\n\r\n", b"9\r\ndata: 2\n\n\r\n0\r\n\r\n")


async def test_a_client_that_closes_closes_the_upstream(gateway: Gateway, upstream: Upstream) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
    writer.write(b"GET /stream/events HTTP/1.1\r\nhost: localhost\r\n\r\n")
    upstream.go_on.set()
    await asyncio.wait_for(reader.readuntil(b"1\n\n\r\n"), 5)

    writer.close()

    await asyncio.wait_for(upstream.closed.wait(), 5)


async def test_a_large_body_reaches_the_upstream_before_the_client_has_sent_it(
    gateway: Gateway, upstream: Upstream
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
    writer.write(b"PUT /stream/up HTTP/1.1\r\nhost: localhost\r\ncontent-length: %d\r\n\r\n" % (2 * _HALF))
    writer.write(bytes(_HALF))
    await asyncio.wait_for(upstream.half_there.wait(), 20)
    writer.write(bytes(_HALF))

    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 20)
    body = await reader.readexactly(8)
    writer.close()

    assert (head[:15], body) == (b"HTTP/1.1 200 OK", b"20000000")


async def test_a_client_that_reads_nothing_stops_the_upstream_from_sending(
    gateway: Gateway, upstream: Upstream
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
    writer.write(b"GET /stream/flood HTTP/1.1\r\nhost: localhost\r\n\r\n")
    await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)

    before = -1
    while upstream.sent > before:
        before = upstream.sent
        await asyncio.sleep(0.5)
    writer.close()

    assert before < 100_000_000  # what sockets hold, which is less on most systems


async def raw(gateway: Gateway, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
    writer.write(request)
    with suppress(ConnectionError):
        answer = await asyncio.wait_for(reader.read(4_096), 5)
    writer.close()
    return answer


SMUGGLED = {
    "a length and chunks": b"content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /x",
    "two lengths": b"content-length: 4\r\ncontent-length: 0\r\n\r\nGET ",
    "two hosts": b"host: evil.example.com\r\n\r\n",
    "a coding that nobody knows": b"transfer-encoding: xchunked\r\n\r\n0\r\n\r\n",
    "a header with a bare line feed": b"x-a: b\nx-c\r\n\r\n",
    "a name with a blank": b"x-a : b\r\n\r\n",
    "a header without an end": b"x-a: " + b"a" * 70_000,
}


@pytest.mark.parametrize("lines", SMUGGLED.values(), ids=SMUGGLED)
async def test_what_two_servers_might_read_as_two_requests_is_none(
    gateway: Gateway, upstream: Upstream, lines: bytes
) -> None:
    head = b"POST /stream/up HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n"

    refused = await raw(gateway, head + lines)

    assert refused[:12] == b"HTTP/1.1 400"
    assert upstream.requests == 0
    assert (await raw(gateway, head + b"content-length: 4\r\n\r\nGET "))[:12] == b"HTTP/1.1 200"


def test_an_upstream_that_is_away_is_a_503(gateway: Gateway) -> None:
    answer = ask(gateway, "/away")

    assert (answer.status_code, answer.json()) == (503, {"message": "Service Unavailable"})


def test_requests_are_counted_by_route_and_logged_in_a_line_each(gateway: Gateway) -> None:
    ask(gateway, "/nowhere")

    metrics = httpx2.get(f"http://127.0.0.1:{METRICS_PORT}/metrics").text
    lines = [line for line in logged(gateway) if line["event"] == "request"]

    assert 'poolhouse_gateway_requests_total{route="unmatched",status="404"}' in metrics
    assert (lines[-1]["route"], lines[-1]["status"], lines[-1]["method"]) == ("unmatched", 404, "GET")


def until(is_so: Any) -> None:
    deadline = time.monotonic() + 10
    while not is_so():
        if time.monotonic() > deadline:
            raise AssertionError("It did not happen in time.")
        time.sleep(0.05)


def test_a_changed_file_is_taken_unless_it_is_broken(gateway: Gateway, keys: WebServer) -> None:
    good = config(keys)
    new = '[[routes]]\npath = "/new"\nauthorizer = "none"\nkind = "lambda"\nfunction = "notes"\n'

    gateway.file.write_text(good + '[[routes]]\nkind = "http"\npath = 7\n')
    until(lambda: "goes on as before" in gateway.output.read_text())
    before = ask(gateway, "/new").status_code, ask(gateway, "/notes/7", token(keys)).status_code
    gateway.file.write_text(good + new)
    until(lambda: ask(gateway, "/new").status_code == 200)

    assert before == (404, 200)
    (told,) = [line for line in logged(gateway) if "goes on as before" in line["event"]]
    assert told["reason"] == "gateway.toml at routes[3].path: Expected `str`, got `int`: correct it."
    assert ask(gateway, "/notes/7", token(keys)).status_code == 200


def test_a_file_can_be_checked_without_a_gateway(tmp_path: Path, keys: WebServer) -> None:
    (tmp_path / "functions" / "notes").mkdir(parents=True)
    (tmp_path / "functions" / "notes" / "handler.py").write_text(HANDLER)
    (tmp_path / "good.toml").write_text(config(keys))
    (tmp_path / "bad.toml").write_text(config(keys).replace('function = "notes"', 'function = "other"'))

    good = run_poolhouse("gateway", "--check", "--config", "good.toml", folder=tmp_path)
    bad = run_poolhouse("gateway", "--check", "--config", "bad.toml", folder=tmp_path)

    assert (good.returncode, good.stdout.splitlines()[1:]) == (
        0,
        ["  ANY /away", "  ANY /notes/{id}", "  ANY /stream/{proxy+}"],
    )
    assert bad.returncode == 1
    assert "The route /notes/{id} cannot call its function: There is no folder other" in bad.stderr


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read: name the gateway's file with --config"):
        Place(tmp_path / "none.toml", {}).read()
