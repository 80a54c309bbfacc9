"""What the server takes from a slow, a large or a broken client, and that others are not disturbed."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from poolhouse.drivers.http_server import Limits, listen, serve, who_answers
from poolhouse.errors import SettingsError

GET = b"GET /health/live HTTP/1.1\r\nhost: localhost\r\n\r\n"
Talk = Callable[..., Any]
_UPLOAD = 20_000_000  # bytes that the server of these tests takes below /up/


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Reads the body, and answers with its length; at /headers, with the names of the headers; at /refused,
    without reading.
    """
    size, more = 0, scope["path"] != "/refused"
    while more:
        event = await receive()
        if event["type"] == "http.disconnect":
            return
        size, more = size + len(event["body"]), event["more_body"]
    body = b'{"status":"live"}' if scope["path"] == "/health/live" else str(size).encode()
    if scope["path"] == "/headers":
        body = b" ".join(name for name, _ in scope["headers"])
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@asynccontextmanager
async def running(request: int = 1) -> AsyncIterator[int]:
    """A server whose requests must arrive within `request` seconds; gives its port."""
    stop, started = asyncio.Event(), asyncio.Event()
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        limits = Limits(request=request, idle=5, shutdown=2, uploads=b"/up/", largest_upload=_UPLOAD)
        serving = asyncio.create_task(
            serve(application, listener, limits, started=started.set, stop=stop, trusted_proxies=[])
        )
        await started.wait()
        yield port
        stop.set()
        await asyncio.wait_for(serving, 5)


async def answer(port: int, *parts: bytes, wait: float = 0) -> bytes:
    """Send the parts with pauses between, and read until the server has answered or closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(wait)
        return await asyncio.wait_for(reader.read(4_096), 5)
    except ConnectionError:
        return b""
    finally:
        writer.close()


async def test_head_is_answered_on_a_connection_that_stays_open() -> None:
    async with running() as port:
        answered = await answer(port, GET.replace(b"GET", b"HEAD"))

    assert answered.startswith(b"HTTP/1.1 200")
    assert answered.endswith(b"\r\n\r\n")


async def test_requests_are_answered_without_a_server_header() -> None:
    async with running() as port:
        got = await answer(port, GET)

    assert got.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"\r\nserver:" not in got.lower()
    assert b"\r\ndate:" in got.lower()


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"GET / HT",
        b"GET / HTTP/1.1\r\nhost: a\r\n",
        b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nab",
    ],
    ids=["nothing", "half a line", "half a header", "half a body"],
)
async def test_a_request_that_does_not_arrive_in_time_is_cut_off_and_others_go_on(begun: bytes) -> None:
    async with running(request=1) as port:
        slow = asyncio.create_task(answer(port, begun))
        assert (await answer(port, GET)).startswith(b"HTTP/1.1 200")
        before = asyncio.get_running_loop().time()
        assert await slow == b""
        assert 0.5 < asyncio.get_running_loop().time() - before < 3


async def test_a_request_that_arrives_slowly_but_in_time_is_answered() -> None:
    async with running(request=5) as port:
        got = await answer(port, GET[:10], GET[10:20], GET[20:], wait=0.05)

    assert got.startswith(b"HTTP/1.1 200")


async def test_a_header_that_is_too_large_is_refused_and_a_large_one_is_not() -> None:
    async with running(request=5) as port:
        header = b"GET / HTTP/1.1\r\nhost: a\r\nx-long: "
        too_large = await answer(port, header, *[b"a" * 30_000] * 4, wait=0.02)
        large = await answer(port, header + b"a" * 30_000 + b"\r\n\r\n")

    assert too_large.startswith(b"HTTP/1.1 400") or too_large == b""
    assert large.startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    "broken",
    [
        b"GET / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nabcdef",
        b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: xchunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding : chunked\r\n\r\n0\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: a\r\n x: folded\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: a\r\nx y: z\r\n\r\n",
        b"GET / HTTP/1.1\r\nx: y\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: a\r\nhost: a\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        b"PUT / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: x\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.0\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET / HTTP/2.0\r\nhost: a\r\n\r\n",
        b"CONNECT a:1 HTTP/1.1\r\nhost: a:1\r\n\r\n",
        b"NONSENSE\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
    ids=[
        "two lengths",
        "both",
        "unknown coding",
        "space",
        "folded",
        "bad name",
        "no host",
        "two hosts",
        "two codings",
        "two codings in two lines",
        "chunks in 1.0",
        "version 2.0",
        "a tunnel",
        "nonsense",
        "tls",
    ],
)
async def test_a_broken_request_is_400_and_the_server_lives(broken: bytes) -> None:
    async with running() as port:
        got = await answer(port, broken)
        assert (await answer(port, GET)).startswith(b"HTTP/1.1 200")

    assert got.startswith(b"HTTP/1.1 400")


async def test_a_chunked_body_is_read_and_endless_chunks_are_cut_off() -> None:
    async with running(request=5) as port:
        head = b"POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n"
        small = await answer(port, head + b"3\r\nabc\r\n0\r\n\r\n")
        malformed = await answer(port, head + b"3;" + b"x" * 100 + b"\r\nabcde\r\n")
        endless = await answer(port, head, *[b"40000\r\n" + b"a" * 262_144 + b"\r\n"] * 40)

    assert small.endswith(b"\r\n\r\n3")
    assert b" 200 " not in malformed
    assert endless == b""


@pytest.mark.parametrize(
    "unusual",
    [
        b"GET / HTTP/1.0\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: Chunked\r\n\r\n0\r\n\r\n",
        b"GET http://a/ HTTP/1.1\r\nhost: a\r\n\r\n",
    ],
    ids=["1.0 without a host", "a coding in capitals", "an address in full"],
)
async def test_an_unusual_request_is_a_request(unusual: bytes) -> None:
    async with running() as port:
        got = await answer(port, unusual)

    assert got.startswith(b"HTTP/1.1 200")


async def test_what_follows_the_chunks_of_a_body_becomes_no_header() -> None:
    head = b"POST /headers HTTP/1.1\r\nhost: a\r\nx-before: 1\r\ntransfer-encoding: chunked\r\n\r\n"
    async with running(request=5) as port:
        got = await answer(port, head + b"3\r\nabc\r\n0\r\nx-after: 1\r\nhost: b\r\n\r\n")

    assert got.endswith(b"\r\n\r\nhost x-before transfer-encoding")


_OFFER = b"host: a\r\nconnection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AAEAAEAA\r\n"


async def test_a_request_that_offers_another_protocol_keeps_its_body() -> None:
    """As Java's HttpClient sends every request."""
    head = b"POST / HTTP/1.1\r\n" + _OFFER + b"content-length: 34\r\n\r\n"
    body = b"GET / HTTP/1.1\r\nhost: smuggled\r\n\r\n"
    async with running(request=5) as port:
        apart = await answer(port, head, body, wait=0.05)
        together = await answer(port, head + body)

    assert len(body) == 34
    for got in (apart, together):
        assert got.startswith(b"HTTP/1.1 200")
        assert got.count(b"HTTP/1.1") == 1
        assert got.endswith(b"\r\n\r\n34")


async def test_many_offers_of_another_protocol_on_one_connection_are_all_answered() -> None:
    request = b"GET /headers HTTP/1.1\r\n" + _OFFER + b"\r\n"
    async with running(request=5) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request * 400)
        received = b""
        while received.count(b"host connection http2-settings") < 400:
            received += await asyncio.wait_for(reader.read(65_536), 5)
        writer.close()

    assert received.count(b"HTTP/1.1 200") == 400


async def test_an_answer_before_the_body_that_was_not_asked_for_ends_the_connection() -> None:
    """The client does not send it then, and its next request would be taken for it."""
    put = b"PUT %s HTTP/1.1\r\nhost: a\r\ncontent-length: 7\r\nexpect: 100-continue\r\n\r\n"
    async with running() as port:
        refused = await conversation(port, put % b"/refused", GET)
        taken = await conversation(port, put % b"/", b"a photo", GET)
        empty = await conversation(port, (put % b"/").replace(b": 7", b": 0"), GET)
        plain = await conversation(
            port, b"PUT /refused HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\nok", GET
        )

    assert (refused.count(b"HTTP/1.1 "), refused.count(b"connection: close")) == (1, 1)
    assert taken.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK")
    assert (taken.count(b"200 OK"), taken.count(b"connection: close")) == (2, 0)
    assert (empty.count(b"200 OK"), empty.count(b"connection: close")) == (2, 0)
    assert (plain.count(b"200 OK"), plain.count(b"connection: close")) == (2, 0)


async def conversation(port: int, *parts: bytes) -> bytes:
    """Send each part when an answer to the one before has come; gives everything that came."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    heard = b""
    try:
        for part in parts:
            writer.write(part)
            heard += await asyncio.wait_for(reader.read(4_096), 5)
    except ConnectionError:
        pass
    finally:
        writer.close()
    return heard


async def test_a_signal_less_stop_lets_a_request_finish() -> None:
    async with running(request=5) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\nab")
        await asyncio.sleep(0.05)
        asyncio.get_running_loop().call_later(0.3, writer.write, b"c")
    got = await asyncio.wait_for(reader.read(), 5)
    writer.close()

    assert got.endswith(b"\r\n\r\n3")
    assert b"connection: close" in got


async def test_a_port_is_listened_on_by_one_only() -> None:
    with listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(SettingsError, match=f"Port {port} on 127.0.0.1 is in use"):
            listen("127.0.0.1", port)
    listen("127.0.0.1", port).close()
    with pytest.raises(SettingsError, match="is not known to this computer"):
        listen("nowhere.invalid", 0)
    with pytest.raises(SettingsError, match="cannot be listened on"):
        listen("192.0.2.1", 0)


async def test_who_answers_is_told_from_the_health_page() -> None:
    async with running() as port:
        assert await asyncio.to_thread(who_answers, "127.0.0.1", port) == "Poolhouse"
    assert await asyncio.to_thread(who_answers, "127.0.0.1", port) == "nobody"
