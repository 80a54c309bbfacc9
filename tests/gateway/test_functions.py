"""kind = "lambda": events as API Gateway makes them, and what becomes of the answers.

The golden events have every member that AWS's developer guide shows for their format ("Working with AWS
Lambda proxy integrations for HTTP APIs", "Input format of a Lambda function for proxy integration").
"""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.authorizer import issuer
from tests.functions import Event
from tests.gateway.gateways import Door, Got, opened

from poolhouse.errors import FunctionFailed, InvocationFailed, InvocationTimeout

GOLDEN = Path(__file__).parent / "golden"
FORMATS = ("1.0", "2.0", "rest")
TOKEN = issuer.token(
    issuer.access(
        scope="openid notes/read",
        **{"cognito:groups": ["admins", "readers"], "tenant_id": "acme", "beta": True, "plan": {"seats": 3}},
    )
)
COOKIES = ("cookie", "theme=dark; size=2")


def routes(event: str, **more: str) -> str:
    lines = "\n".join(f"{name} = {value}" for name, value in more.items())
    return f"""
[[routes]]
method = "POST"
path = "/notes/{{id}}/{{rest+}}"
authorizer = "users"
scopes = ["notes/read", "notes/write"]
kind = "lambda"
function = "notes"
event = "{event}"
{lines}

[[routes]]
path = "/open"
authorizer = "none"
kind = "lambda"
function = "notes"
event = "{event}"
"""


def said(event: str, answer: Any, **more: str) -> Door:
    """A gateway whose function always answers this."""
    door = opened(routes(event, **more))
    door.functions["notes"] = lambda event: answer
    return door


async def answered(event: str, answer: Any) -> Got:
    return await said(event, answer).ask("GET", "/open")


async def event_of(format_: str, **more: str) -> Event:
    door = said(format_, {"statusCode": 204}, **more)
    sent = [
        ("accept", "text/html"),
        ("accept", "*/*"),
        ("content-type", "application/json"),
        COOKIES,
        ("user-agent", "tests/1"),
        ("x-forwarded-for", "10.9.8.7"),
    ]
    target = "/notes/a%20b/x/y?tag=one&tag=t%C3%BCr&empty="
    got = await door.ask("POST", target, sent, b'{"text":"\xc3\xbc"}', token=TOKEN)
    assert got.status == 204
    (event,) = door.functions.fired
    return event


@pytest.mark.parametrize("format_", FORMATS)
async def test_the_event_is_as_api_gateway_makes_it(format_: str) -> None:
    event = await event_of(format_)

    for headers in (event["headers"], event.get("multiValueHeaders", {})):
        for name in [name for name in headers if name.lower() == "authorization"]:
            headers[name] = "(the token)"
    assert event == json.loads((GOLDEN / f"{format_}.json").read_text("utf-8"))


@pytest.mark.parametrize("format_", FORMATS)
async def test_an_open_route_says_nothing_of_a_user(format_: str) -> None:
    door = said(format_, {"statusCode": 200})

    await door.ask("GET", "/open", token=TOKEN)

    (event,) = door.functions.fired
    authorizer = event["requestContext"].get("authorizer")
    assert authorizer == ({"claims": None, "scopes": None} if format_ == "1.0" else None)
    absent = None if format_ != "2.0" else "absent"
    names = ("body", "pathParameters", "queryStringParameters")
    assert [event.get(name, "absent") for name in names] == [absent] * 3


@pytest.mark.parametrize("format_", FORMATS)
async def test_a_function_need_not_see_the_token(format_: str) -> None:
    event = await event_of(format_, pass_token="false")

    assert "authorization" not in {name.lower() for name in event["headers"]}
    assert TOKEN not in json.dumps(event)


@pytest.mark.parametrize(
    ("format_", "kind", "body", "passed", "is_base64"),
    [
        ("2.0", "application/json", b"{}", "{}", False),
        ("2.0", "application/problem+json; charset=utf-8", b"{}", "{}", False),
        ("2.0", "text/csv", b"a,b", "a,b", False),
        ("2.0", "application/x-www-form-urlencoded", b"a=b", "YT1i", True),
        ("1.0", "image/png", b"\x89PNG", "iVBORw==", True),
        ("rest", "application/x-www-form-urlencoded", b"a=b", "a=b", False),
        ("rest", "image/png", b"\x89PNG", "iVBORw==", True),
        ("2.0", "text/plain", b"\xff", "/w==", True),
    ],
)
async def test_a_body_is_text_or_base64(
    format_: str, kind: str, body: bytes, passed: str, is_base64: bool
) -> None:
    door = said(format_, {"statusCode": 200})

    await door.ask("POST", "/open", [("content-type", kind)], body)

    (event,) = door.functions.fired
    assert (event["body"], event["isBase64Encoded"]) == (passed, is_base64)


@pytest.mark.parametrize(
    ("answer", "body"),
    [("Hello", b"Hello"), ({"message": "Hello"}, b'{"message":"Hello"}'), ([1, 2], b"[1,2]"), (7, b"7")],
)
async def test_format_2_takes_any_json_for_the_body_of_a_200(answer: Any, body: bytes) -> None:
    got = await answered("2.0", answer)

    assert (got.status, got.body, got.header("content-type")) == (200, body, "application/json")


async def test_format_2_sets_cookies_headers_and_a_body_in_base64() -> None:
    answer = {
        "statusCode": 201,
        "headers": {"Content-Type": "image/png", "X-Count": 3, "X-Good": True},
        "cookies": ["a=1; Secure", "b=2"],
        "body": "iVBORw==",
        "isBase64Encoded": True,
    }

    got = await answered("2.0", answer)

    assert (got.status, got.body) == (201, b"\x89PNG")
    assert [value for name, value in got.headers if name == "set-cookie"] == ["a=1; Secure", "b=2"]
    assert (got.header("content-type"), got.header("x-count"), got.header("x-good")) == (
        "image/png",
        "3",
        "true",
    )
    assert got.header("content-length") == "4"


@pytest.mark.parametrize(
    ("format_", "usual"), [("1.0", "text/plain; charset=utf-8"), ("rest", "application/json")]
)
async def test_lists_of_values_are_headers_each_and_outweigh_single_ones(format_: str, usual: str) -> None:
    answer = {
        "statusCode": 200,
        "headers": {"x-one": "single", "x-two": "single", "content-length": "999", "connection": "upgrade"},
        "multiValueHeaders": {"X-Two": ["a", "b"]},
        "body": "hello",
    }

    got = await answered(format_, answer)

    assert (got.header("x-one"), got.header("x-two"), got.body) == ("single", "a, b", b"hello")
    assert (got.header("content-type"), got.header("content-length")) == (usual, "5")
    assert got.header("connection") == ""


BAD = {
    "no status": {"body": "x"},
    "a status that is none": {"statusCode": 99},
    "a status in words": {"statusCode": "fine"},
    "true for a status": {"statusCode": True},
    "an object for a body": {"statusCode": 200, "body": {"a": 1}},
    "a list for headers": {"statusCode": 200, "headers": ["a"]},
    "an object for a header": {"statusCode": 200, "headers": {"a": {}}},
    "a line's end in a header": {"statusCode": 200, "headers": {"a": "b\r\nset-cookie: c"}},
    "a line's end in a name": {"statusCode": 200, "headers": {"a\r\nb": "c"}},
    "no base64": {"statusCode": 200, "body": "?", "isBase64Encoded": True},
    "no JSON": b"nothing",
}
FAULTS = {
    "1.0": (500, b'{"message":"Internal Server Error"}'),
    "2.0": (500, b'{"message":"Internal Server Error"}'),
    "rest": (502, b'{"message":"Internal server error"}'),
}
SILENT = {
    "1.0": (503, b'{"message":"Service Unavailable"}'),
    "2.0": (503, b'{"message":"Service Unavailable"}'),
    "rest": (504, b'{"message":"Endpoint request timed out"}'),
}


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("answer", BAD.values(), ids=BAD)
async def test_what_is_no_answer_is_an_error_of_the_gateway(format_: str, answer: Any) -> None:
    if format_ == "2.0" and answer == {"body": "x"}:
        assert (await answered(format_, answer)).status == 200  # which is the body there
        return

    got = await answered(format_, answer)

    assert (got.status, got.body) == FAULTS[format_]
    assert (await answered(format_, {"statusCode": "200"})).status == 200


def failing(error: Exception) -> Any:
    def function(event: Event) -> Any:
        raise error

    return function


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize(
    ("error", "table"),
    [
        (FunctionFailed("KeyError", "secret of a user"), FAULTS),
        (InvocationFailed("ResourceNotFoundException"), FAULTS),
        (InvocationTimeout(), SILENT),
    ],
)
async def test_a_function_that_fails_is_told_without_why(format_: str, error: Exception, table: Any) -> None:
    door = opened(routes(format_))
    door.functions["notes"] = failing(error)

    got = await door.ask("GET", "/open")

    assert (got.status, got.body) == table[format_]
    assert "secret" not in str(door.lines)
    assert len(door.functions.fired) == 1


async def test_an_event_that_lambda_would_not_take_is_too_large() -> None:
    door = opened(routes("2.0"))
    door.functions["notes"] = failing(InvocationFailed("RequestTooLargeException"))

    assert (await door.ask("POST", "/open", [], b"x")).status == 413


@pytest.mark.parametrize("name", ["notes", "arn:aws:lambda:us-east-1:000000000000:function:notes"])
async def test_a_function_has_a_name_or_an_arn(name: str) -> None:
    door = opened(routes("2.0").replace('function = "notes"', f'function = "{name}"'))
    door.functions["notes"] = lambda event: "here"

    assert (await door.ask("GET", "/open")).body == b"here"


async def test_a_204_of_a_function_has_no_body_whatever_it_says() -> None:
    got = await answered("2.0", {"statusCode": 204, "body": "something"})

    assert (got.status, got.body, got.header("content-length")) == (204, b"", "")
