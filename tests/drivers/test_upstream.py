"""The gateway's HTTP client against servers that are slow, broken or away, and streams in both directions."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from poolhouse.drivers.upstream import StreamingClient
from poolhouse.errors import UpstreamBroke, UpstreamDown, UpstreamLate
from poolhouse.ports import Patience

OK = b"HTTP/1.1 200 OK\r\n"
QUICK = Patience(connect=0.3, first_byte=0.3, idle=0.3)
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def server(talk: Talk) -> AsyncIterator[str]:
    """Its address; `talk` has each connection, and closes it."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    listening = await asyncio.start_server(handle, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/a%2Fb?x=%20"
    finally:
        listening.close()


@asynccontextmanager
async def client() -> AsyncIterator[StreamingClient]:
    made = StreamingClient()
    try:
        yield made
    finally:
        await made.close()


def answering(*parts: bytes | float) -> Talk:
    """Reads the head, then sends the parts, and waits where a part is a number of seconds."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for part in parts:
            if isinstance(part, float):
                await asyncio.sleep(part)
            else:
                writer.write(part)
                await writer.drain()

    return talk


async def whole(url: str, patience: Patience = QUICK, **more: Any) -> tuple[int, Any, bytes]:
    async with client() as made, made.exchange("GET", url, (), more.get("body", b""), patience) as got:
        return got.status, dict(got.headers), b"".join([piece async for piece in got.body])


async def test_a_request_is_sent_as_it_is_and_the_answer_comes_as_it_was() -> None:
    asked: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(OK + b"Content-Encoding: gzip\r\ncontent-length: 4\r\nSet-Cookie: a=1\r\n\r\nzip?")

    async with server(talk) as url:
        answer = await whole(url)

    assert answer == (
        200,
        {b"content-encoding": b"gzip", b"content-length": b"4", b"set-cookie": b"a=1"},
        b"zip?",
    )
    assert asked[0].startswith(b"GET /a%2Fb?x=%20 HTTP/1.1\r\nHost: 127.0.0.1:")
    assert asked[0].count(b"\r\n") == 3  # nothing is added but the host


async def test_pieces_of_an_answer_come_before_it_is_whole() -> None:
    go_on = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(OK + b"transfer-encoding: chunked\r\n\r\n5\r\nfirst\r\n")
        await go_on.wait()
        writer.write(b"4\r\nlast\r\n0\r\n\r\n")

    async with server(talk) as url, client() as made, made.exchange("GET", url, (), b"", QUICK) as got:
        body = aiter(got.body)
        assert await anext(body) == b"first"
        go_on.set()
        assert await anext(body) == b"last"


async def test_pieces_of_a_request_go_on_before_it_is_whole() -> None:
    arrived = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        assert b"transfer-encoding: chunked" in head.lower()
        assert await reader.readexactly(8) == b"3\r\none\r\n"
        arrived.set()
        rest = await reader.readuntil(b"0\r\n\r\n")
        writer.write(OK + b"content-length: %d\r\n\r\n" % len(rest) + rest)

    async def pieces() -> AsyncIterator[bytes]:
        yield b"one"
        await asyncio.wait_for(arrived.wait(), 5)
        yield b"two"

    async with server(talk) as url:
        assert (await whole(url, body=pieces()))[2] == b"3\r\ntwo\r\n0\r\n\r\n"


async def test_nobody_there_is_down() -> None:
    async with server(answering()) as url:
        pass

    with pytest.raises(UpstreamDown):
        await whole(url)


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 2", b"SSH-2.0-server\r\n\r\n"])
async def test_a_server_that_says_nothing_of_http_is_down(said: bytes) -> None:
    async with server(answering(said)) as url:
        with pytest.raises(UpstreamDown):
            await whole(url)


async def test_an_answer_that_does_not_begin_in_time_is_late() -> None:
    quiet = answering(0.6, OK + b"content-length: 0\r\n\r\n")
    async with server(quiet) as url:
        with pytest.raises(UpstreamLate):
            await whole(url)
        assert (await whole(url, Patience(1, 5, 0.3)))[0] == 200


async def test_an_answer_that_pauses_too_long_is_late() -> None:
    pausing = answering(OK + b"content-length: 2\r\n\r\na", 0.6, b"b")
    async with server(pausing) as url:
        with pytest.raises(UpstreamLate):
            await whole(url, Patience(1, 5, 0.3))
        assert (await whole(url, Patience(1, 0.3, 5)))[2] == b"ab"


@pytest.mark.parametrize(
    "framing", [b"content-length: 9\r\n\r\nhalf", b"transfer-encoding: chunked\r\n\r\n9\r\nhalf"]
)
async def test_an_answer_that_breaks_off_is_broken(framing: bytes) -> None:
    async with server(answering(OK + framing)) as url:
        with pytest.raises(UpstreamBroke):
            await whole(url)


async def test_an_answer_that_is_not_wanted_any_more_closes_the_connection() -> None:
    closed = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(OK + b"content-length: 1000000\r\n\r\nbegin")
        assert await reader.read() == b""
        closed.set()

    async with server(talk) as url, client() as made:
        async with made.exchange("GET", url, (), b"", QUICK) as got:
            assert await anext(aiter(got.body)) == b"begin"
        await asyncio.wait_for(closed.wait(), 5)


async def test_a_request_that_is_cancelled_closes_the_connection() -> None:
    begun, closed = asyncio.Event(), asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        begun.set()
        assert await reader.read() == b""
        closed.set()

    async with server(talk) as url, client() as made:

        async def ask() -> None:
            async with made.exchange("GET", url, (), b"", Patience(5, 5, 5)):
                pass

        asking = asyncio.create_task(ask())
        await asyncio.wait_for(begun.wait(), 5)
        asking.cancel()
        await asyncio.wait_for(closed.wait(), 5)


async def test_connections_are_used_again_and_bounded() -> None:
    connections = 0

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        while await reader.readuntil(b"\r\n\r\n"):
            writer.write(OK + b"content-length: 2\r\n\r\nok")

    made = StreamingClient(most_connections=1)
    async with server(talk) as url:
        for _ in range(3):
            async with made.exchange("GET", url, (), b"", QUICK) as got:
                assert b"".join([piece async for piece in got.body]) == b"ok"
        async with made.exchange("GET", url, (), b"", QUICK):
            with pytest.raises(UpstreamDown, match="too many connections"):
                async with made.exchange("GET", url, (), b"", QUICK):
                    pass
    await made.close()
    assert connections == 1


async def test_a_request_that_changes_nothing_is_sent_again_where_its_connection_ended() -> None:
    requests: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        requests.append((await reader.readuntil(b"\r\n\r\n"))[:4])
        if len(requests) % 2 == 0:
            writer.write(OK + b"content-length: 2\r\n\r\nok")

    async with server(talk) as url, client() as made:
        async with made.exchange("GET", url, (), b"", QUICK) as got:
            assert b"".join([piece async for piece in got.body]) == b"ok"
        assert requests == [b"GET ", b"GET "]

        with pytest.raises(UpstreamDown):
            async with made.exchange("POST", url, (), b"", QUICK):
                pass
        assert requests[2:] == [b"POST"]
