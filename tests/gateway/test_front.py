"""Around every request: its line in the log, its number, errors of ours, clients that go away."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from tests.authorizer import issuer
from tests.gateway.gateways import REQUEST_ID, Door, opened, receiving, scope

ROUTES = """
[[routes]]
path = "/notes/{id}"
authorizer = "users"
kind = "lambda"
function = "notes"

[[routes]]
path = "/open"
authorizer = "none"
kind = "lambda"
function = "notes"

[[routes]]
path = "/stream"
authorizer = "none"
kind = "http"
url = "http://127.0.0.1:9000/"
"""


def door_with(answer: Any, toml: str = ROUTES) -> Door:
    door = opened(toml)
    door.functions["notes"] = answer if callable(answer) else lambda event: answer
    return door


async def test_a_request_is_one_line_with_neither_token_nor_query_nor_path() -> None:
    door = door_with({"statusCode": 201})
    token = issuer.token()

    got = await door.ask("GET", "/notes/s3cret?code=s3cret", [("cookie", "s3cret")], token=token)

    (line,) = door.lines
    assert line == {
        "event": "request",
        "request_id": REQUEST_ID,
        "method": "GET",
        "route": "ANY /notes/{id}",
        "status": 201,
        "outcome": "ok",
        "milliseconds": 0.0,
        "client": "203.0.113.7",
    }
    assert got.header("apigw-requestid") == REQUEST_ID
    assert door.counted == [("ANY /notes/{id}", 201)]


async def test_a_refusal_is_a_line_that_says_why() -> None:
    door = door_with({"statusCode": 200})

    await door.ask("GET", "/notes/1", token=issuer.token(issuer.access(exp=issuer.NOW - 60)))
    await door.ask("GET", "/nowhere")

    assert [(line["route"], line["status"], line["outcome"]) for line in door.lines] == [
        ("ANY /notes/{id}", 401, "Expired"),
        ("unmatched", 404, "NoRoute"),
    ]
    assert issuer.token() not in str(door.lines)


async def test_the_access_log_can_be_off() -> None:
    door = door_with({"statusCode": 200}, "[gateway]\naccess_log = false\n" + ROUTES)

    assert (await door.ask("GET", "/open")).status == 200
    assert door.lines == []


async def test_an_error_of_ours_is_told_to_the_log_and_not_to_the_client() -> None:
    door = door_with(lambda event: 1 / 0)

    got = await door.ask("GET", "/open")

    assert (got.status, got.body) == (500, b'{"message":"Internal Server Error"}')
    assert [type(error) for error in door.faults] == [ZeroDivisionError]


async def test_a_header_that_is_too_large_is_refused() -> None:
    door = door_with({"statusCode": 200}, "[gateway]\nheader_limit = 1024\n" + ROUTES)

    large = await door.ask("GET", "/open", [("x-a", "a" * 1_000)])

    assert (large.status, large.body) == (431, b'{"message":"Request Header Fields Too Large"}')
    assert not door.touched
    assert (await door.ask("GET", "/open", [("x-a", "a" * 900)])).status == 200


class Leaving:
    """A client that goes away when told to, after its request was whole."""

    def __init__(self) -> None:
        self.gone = asyncio.Event()
        self._request = receiving(b"")
        self._asked = 0

    async def __call__(self) -> dict[str, Any]:
        self._asked += 1
        if self._asked <= 2:
            return dict(await self._request())
        await self.gone.wait()
        return {"type": "http.disconnect"}


async def test_a_client_that_goes_away_ends_what_is_done_for_it() -> None:
    client, begun, ended = Leaving(), asyncio.Event(), []

    async def slow(event: Any) -> Any:
        begun.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise

    door = door_with(slow)
    sent: list[Any] = []

    async def send(event: Any) -> None:
        sent.append(event)

    request = asyncio.create_task(door.front(scope("GET", "/open"), client, send))
    await asyncio.wait_for(begun.wait(), 5)
    client.gone.set()
    await asyncio.wait_for(request, 5)

    assert (ended, sent) == (["cancelled"], [])
    assert door.lines[0]["outcome"] == "ClientGone"
    assert door.lines[0]["status"] == 499


async def test_a_client_that_goes_away_in_a_stream_closes_the_upstream() -> None:
    client, got = Leaving(), asyncio.Event()
    door = opened(ROUTES)

    async def for_ever() -> Any:
        while True:
            yield b"data: more\n\n"
            await asyncio.sleep(0.01)

    door.upstreams._body = for_ever  # type: ignore[method-assign]

    async def send(event: Any) -> None:
        if event.get("body"):
            got.set()

    request = asyncio.create_task(door.front(scope("GET", "/stream"), client, send))
    await asyncio.wait_for(got.wait(), 5)
    assert door.upstreams.left == 0
    client.gone.set()
    await asyncio.wait_for(request, 5)

    assert door.upstreams.left == 1


async def test_a_client_that_goes_away_while_the_upstream_thinks_ends_the_request() -> None:
    client, begun, ended = Leaving(), asyncio.Event(), asyncio.Event()
    door = opened(ROUTES)

    @asynccontextmanager
    async def thinking(*_: Any) -> AsyncIterator[Any]:
        begun.set()
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()
        yield

    door.upstreams.exchange = thinking  # type: ignore[method-assign]

    async def send(event: Any) -> None:
        raise AssertionError("nobody is there")

    request = asyncio.create_task(door.front(scope("GET", "/stream"), client, send))
    await asyncio.wait_for(begun.wait(), 5)
    client.gone.set()
    await asyncio.wait_for(request, 5)

    assert ended.is_set()
    assert door.lines[0]["outcome"] == "ClientGone"


async def test_a_client_that_does_not_read_holds_no_upstream_for_ever() -> None:
    door = opened("[gateway]\nidle_seconds = 1\n" + ROUTES)

    async def send(event: Any) -> None:
        if event.get("body"):
            await asyncio.sleep(60)

    await asyncio.wait_for(door.front(scope("GET", "/stream"), Leaving(), send), 5)

    assert door.upstreams.left == 1
    assert door.lines[0]["outcome"] == "ClientGone"


async def test_a_client_that_goes_away_after_its_answer_is_nothing_to_tell() -> None:
    client = Leaving()
    door = opened(ROUTES)
    door.upstreams.linger = 0.05  # the connection to the upstream is still being let go of

    async def send(event: Any) -> None:
        if event["type"] == "http.response.body" and not event.get("more_body"):
            client.gone.set()

    await door.front(scope("GET", "/stream"), client, send)

    assert client.gone.is_set()
    assert [(line["status"], line["outcome"]) for line in door.lines] == [(200, "ok")]


async def test_an_end_of_the_server_is_not_taken_for_a_client_that_went_away() -> None:
    begun = asyncio.Event()

    async def slow(event: Any) -> Any:
        begun.set()
        await asyncio.sleep(60)

    door = door_with(slow)
    request = asyncio.create_task(door.ask("GET", "/open"))
    await asyncio.wait_for(begun.wait(), 5)
    request.cancel()

    with pytest.raises(asyncio.CancelledError):
        await request
