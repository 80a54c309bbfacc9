"""A function that does not answer holds up the calls of no other function."""

import asyncio
from contextlib import suppress

import pytest

from poolhouse.drivers.functions import http_post
from poolhouse.drivers.functions.crowd import Crowd
from poolhouse.drivers.functions.http_post import HttpPost
from poolhouse.errors import InvocationFailed


async def stay(crowd, inside, end):
    async with crowd.place():
        inside.append(1)
        await end.wait()


async def begun(count, crowd, inside, end):
    """So many calls, as far as they get."""
    calls = [asyncio.ensure_future(stay(crowd, inside, end)) for _ in range(count)]
    await asyncio.sleep(0)
    return calls


async def test_so_many_go_on_at_once_and_the_others_follow():
    crowd, inside, end = Crowd(2), [], asyncio.Event()
    calls = await begun(5, crowd, inside, end)

    assert len(inside) == 2
    end.set()
    await asyncio.gather(*calls)
    assert len(inside) == 5


async def test_beyond_those_who_may_wait_a_call_fails_at_once_and_passes():
    crowd, inside, end = Crowd(1), [], asyncio.Event()
    calls = await begun(201, crowd, inside, end)  # one goes on, two hundred wait

    with pytest.raises(InvocationFailed) as refused:
        await stay(crowd, inside, end)

    assert (refused.value.reason, refused.value.passing) == ("TooManyRequestsException", True)
    end.set()
    await asyncio.gather(*calls)
    await stay(crowd, inside, end)  # then there is room again


async def test_who_gives_up_waiting_leaves_the_place_to_others():
    crowd, inside, end = Crowd(1), [], asyncio.Event()
    first, second = await begun(2, crowd, inside, end)
    second.cancel()
    with suppress(asyncio.CancelledError):
        await second
    end.set()
    await first

    await stay(crowd, inside, end)


async def test_calls_that_hang_take_no_connections_of_another_function(monkeypatch):
    monkeypatch.setattr(http_post, "_AT_ONCE", 110)  # more than a client has where nobody says otherwise
    end = asyncio.Event()

    async def answer(reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        if b"POST /slow" in head:
            await end.wait()
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    url, post = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", HttpPost()
    slow = [asyncio.ensure_future(post.send("slow", f"{url}/slow", {}, b"", 30)) for _ in range(110)]
    await asyncio.sleep(0)

    found = await post.send("quick", f"{url}/quick", {}, b"", 30)

    assert (found.status, any(call.done() for call in slow)) == (200, False)
    end.set()
    await asyncio.gather(*slow)
    await post.close()
    server.close()
