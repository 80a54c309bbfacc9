"""The Lambda Runtime API, spoken to byte by byte."""

import asyncio
import json
from contextlib import suppress

import pytest

from poolhouse.drivers.functions.runtime_api import Gone, RuntimeApi
from poolhouse.errors import FunctionFailed

ENDED = FunctionFailed("Runtime.ExitError", "ended")


class Client:
    """A process that speaks with the API over one connection."""

    def __init__(self, secret, reader, writer):
        self.secret, self.reader, self.writer = secret, reader, writer

    def ask(self, what, body=None, secret=None):
        method = "GET" if body is None else "POST"
        path = f"/{secret or self.secret}/2018-06-01/runtime/{what}"
        sent = body or b""
        self.writer.write(
            f"{method} {path} HTTP/1.1\r\nhost: x\r\ncontent-length: {len(sent)}\r\n\r\n".encode() + sent
        )

    async def answer(self):
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {
            name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)
        }
        body = await self.reader.readexactly(int(headers["content-length"]))
        return int(head[0].split(" ")[1]), headers, body

    async def asked(self, *what, **more):
        self.ask(*what, **more)
        return await self.answer()


@pytest.fixture
async def api():
    server = RuntimeApi()
    await server.open()
    yield server
    server.close()


@pytest.fixture
async def connect(api):
    writers = []

    async def made(secret):
        host, _, port = api.address.partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writers.append(writer)
        return Client(secret, reader, writer)

    yield made
    for writer in writers:
        writer.close()


async def test_a_process_asks_is_given_an_event_and_answers(api, connect):
    line, client = api.add("s3"), await connect("s3")
    call = asyncio.create_task(line.call("id-1", {"Lambda-Runtime-Deadline-Ms": "5"}, b'{"a": 1}'))

    status, headers, event = await client.asked("invocation/next")
    assert (status, event) == (200, b'{"a": 1}')
    assert headers["lambda-runtime-aws-request-id"] == "id-1"
    assert headers["lambda-runtime-deadline-ms"] == "5"
    assert (await client.asked("invocation/id-1/response", b"[1]"))[0] == 202

    assert await call == b"[1]"


async def test_the_path_of_another_process_is_refused_and_its_event_stays(api, connect):
    line = api.add("one")
    api.add("two")
    spy, honest = await connect("two"), await connect("one")
    call = asyncio.create_task(line.call("id-1", {}, b"{}"))

    for guessed in ("three", "on", "one%00", "ONE", "%6fne"):
        assert (await spy.asked("invocation/next", secret=guessed))[0] == 403
    spy.ask("invocation/next")  # of its own line, where no event comes
    await honest.asked("invocation/next")
    assert (await (await connect("two")).asked("invocation/id-1/response", b"forged"))[0] == 400
    await honest.asked("invocation/id-1/response", b"true")

    assert await call == b"true"
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(spy.reader.read(1), 0.1)


async def test_a_path_that_was_closed_is_refused(api, connect):
    api.add("s3")
    api.remove("s3")

    assert (await (await connect("s3")).asked("invocation/next"))[0] == 403


@pytest.mark.parametrize("what", ["invocation/other", "x", "invocation", "../runtime/invocation/next"])
async def test_what_the_api_does_not_have_is_not_found(api, connect, what):
    api.add("s3")

    assert (await (await connect("s3")).asked(what))[0] == 404


async def test_an_answer_to_another_call_is_refused(api, connect):
    line, client = api.add("s3"), await connect("s3")
    assert (await client.asked("invocation/id-0/response", b"1"))[0] == 400
    call = asyncio.create_task(line.call("id-1", {}, b"{}"))
    await client.asked("invocation/next")

    assert (await client.asked("invocation/id-0/response", b"2"))[0] == 400
    assert (await client.asked("invocation/id-0/error", b"{}"))[0] == 400
    assert (await client.asked("invocation/id-1/response", b"3"))[0] == 202
    assert (await client.asked("invocation/id-1/response", b"4"))[0] == 400

    assert await call == b"3"


@pytest.mark.parametrize(
    ("said", "error_type", "message"),
    [
        (b'{"errorType": "E", "errorMessage": "m"}', "E", "m"),
        (b'{"errorType": 1, "errorMessage": ["m"]}', "Unhandled", ""),
        (b"\xff\x00 rubbish", "Unhandled", ""),
        (b"[]", "Unhandled", ""),
        (b"x", "Unhandled", ""),
    ],
)
async def test_an_error_may_say_anything(api, connect, said, error_type, message):
    line, client = api.add("s3"), await connect("s3")
    call = asyncio.create_task(line.call("id-1", {}, b"{}"))
    await client.asked("invocation/next")

    assert (await client.asked("invocation/id-1/error", said))[0] == 202
    with pytest.raises(FunctionFailed) as failed:
        await call

    assert (failed.value.error_type, failed.value.message) == (error_type, message)


async def test_an_error_at_the_start_is_how_the_first_call_fails(api, connect):
    line, client = api.add("s3"), await connect("s3")
    call = asyncio.create_task(line.call("id-1", {}, b"{}"))

    error = json.dumps({"errorType": "Runtime.ImportModuleError", "errorMessage": "no module"}).encode()
    assert (await client.asked("init/error", error))[0] == 202
    with pytest.raises(Gone) as gone:
        await call

    assert (gone.value.why.error_type, gone.value.why.message) == ("Runtime.ImportModuleError", "no module")


async def test_rubbish_ends_the_connection_and_nothing_else(api, connect):
    line = api.add("s3")
    for rubbish in (b"\x00\x01\x02\r\n\r\n", b"GET\r\n\r\n", b"POST / HTTP/9.9\r\n\r\n", b"x" * 3_000_000):
        client = await connect("s3")
        client.writer.write(rubbish)
        with suppress(ConnectionResetError):
            assert await client.reader.read() == b""
    client = await connect("s3")
    call = asyncio.create_task(line.call("id-1", {}, b"{}"))
    await client.asked("invocation/next")
    await client.asked("invocation/id-1/response", b"1")

    assert await call == b"1"


async def test_who_hangs_up_while_it_waits_is_given_nothing(api, connect):
    line = api.add("s3")
    first = await connect("s3")
    first.ask("invocation/next")
    await first.writer.drain()
    await asyncio.sleep(0.05)
    first.writer.close()
    call = asyncio.create_task(line.call("id-1", {}, b"{}"))
    await asyncio.sleep(0.05)
    assert not call.done()
    second = await connect("s3")

    assert (await second.asked("invocation/next"))[2] == b"{}"
    await second.asked("invocation/id-1/response", b"1")

    assert await call == b"1"


async def test_a_call_ends_with_the_process(api, connect):
    line, client = api.add("s3"), await connect("s3")
    call = asyncio.create_task(line.call("id-1", {}, b"{}"))
    await client.asked("invocation/next")

    client.writer.close()
    await line.ended(ENDED)
    with pytest.raises(FunctionFailed) as failed:
        await call

    assert failed.value.message == "ended"


async def test_an_event_that_was_never_read_is_given_back(api, connect):
    line, client = api.add("s3"), await connect("s3")
    client.ask("invocation/next")
    await client.writer.drain()
    client.writer.transport.pause_reading()
    await asyncio.sleep(0.05)
    call = asyncio.create_task(line.call("id-1", {}, b"{}"))
    await asyncio.sleep(0.05)

    client.writer.transport.abort()
    await line.ended(ENDED)

    with pytest.raises(Gone):
        await call


async def test_a_client_that_asks_before_it_sends_a_body_is_told_to_go_on(api, connect):
    line, client = api.add("s3"), await connect("s3")
    call = asyncio.create_task(line.call("id-1", {}, b"{}"))
    await client.asked("invocation/next")

    client.writer.write(
        b"POST /s3/2018-06-01/runtime/invocation/id-1/response HTTP/1.1\r\nhost: x\r\n"
        b"expect: 100-continue\r\ncontent-length: 1\r\n\r\n"
    )
    assert await client.reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
    client.writer.write(b"7")

    assert await call == b"7"
