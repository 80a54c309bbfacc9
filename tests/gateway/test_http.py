"""kind = "http": what reaches the server, what comes back, and what is not let through."""

from typing import Any

import pytest
from tests.authorizer import issuer
from tests.gateway.gateways import PEER, opened, receiving, scope

from poolhouse.errors import UpstreamBroke, UpstreamDown, UpstreamLate
from poolhouse.ports import Patience

ROUTES = """
[[routes]]
method = "GET"
path = "/items/{id}"
authorizer = "users"
scopes = ["notes/read", "notes/admin"]
kind = "http"
url = "http://127.0.0.1:9000/v1/items/{id}"

[[routes]]
path = "/open/{proxy+}"
authorizer = "none"
kind = "http"
url = "http://127.0.0.1:9000/{proxy+}?from=gateway"
"""
READER = issuer.token(issuer.access(scope="openid notes/read"))


async def test_a_request_with_a_good_token_reaches_the_server_and_its_answer_the_client() -> None:
    door = opened(ROUTES)
    door.upstreams.status = 201
    door.upstreams.pieces = [b"one ", b"two"]

    got = await door.ask("GET", "/items/a%20b?full=yes", token=READER)

    (asked,) = door.upstreams.asked
    assert (asked.method, asked.url) == ("GET", "http://127.0.0.1:9000/v1/items/a%20b?full=yes")
    assert (got.status, got.body, got.header("content-type")) == (201, b"one two", "text/plain")
    assert door.upstreams.left == 1


async def test_the_date_is_the_gateways_own() -> None:
    door = opened(ROUTES)
    door.upstreams.headers = [(b"date", b"Thu, 01 Jan 1970 00:00:00 GMT"), (b"etag", b'"1"')]

    got = await door.ask("GET", "/items/1", token=READER)

    assert (got.header("date"), got.header("etag")) == ("", '"1"')  # the listener adds it


async def test_without_a_token_the_server_is_not_asked() -> None:
    door = opened(ROUTES)

    got = await door.ask("GET", "/items/7")

    assert (got.status, got.body) == (401, b'{"message":"Unauthorized"}')
    assert got.header("www-authenticate") == "Bearer"
    assert not door.touched


async def test_a_token_without_the_scope_is_forbidden() -> None:
    door = opened(ROUTES)

    got = await door.ask("GET", "/items/7", token=issuer.token(issuer.access(scope="openid")))

    assert (got.status, got.body) == (403, b'{"message":"Forbidden"}')
    assert not door.touched


async def test_no_route_is_not_found() -> None:
    door = opened(ROUTES)

    got = await door.ask("GET", "/elsewhere", token=READER)

    assert (got.status, got.body) == (404, b'{"message":"Not Found"}')


async def test_a_body_goes_on_as_it_came() -> None:
    door = opened(ROUTES)

    await door.ask("POST", "/open/a/b?x=1", [("content-type", "text/plain")], b"what was said")

    (asked,) = door.upstreams.asked
    assert (asked.method, asked.body) == ("POST", b"what was said")
    assert asked.url == "http://127.0.0.1:9000/a/b?from=gateway&x=1"
    assert asked.header("x-forwarded-for") == PEER


GUARDED = """
[[routes]]
path = "/me"
authorizer = "users"
kind = "http"
url = "http://127.0.0.1:9000/me"

[routes.claim_headers]
x-user = "sub"
X-Tenant = "tenant_id"
x-groups = "cognito:groups"
x-beta = "beta"

[[routes]]
path = "/raw"
authorizer = "users"
pass_token = false
preserve_host = true
upstream_method = "POST"
headers = { "Accept" = "application/json" }
kind = "http"
url = "http://127.0.0.1:9000/raw"

[[routes]]
path = "$default"
authorizer = "none"
kind = "http"
url = "http://127.0.0.1:9000/base"
body_limit = 10
"""


async def test_claims_are_headers_where_they_are_wanted_and_no_client_can_forge_them() -> None:
    door = opened(GUARDED)
    claims = {"tenant_id": "Ünïted, 100%", "cognito:groups": ["a", "b,c"], "beta": True}
    forged = [("x-user", "root"), ("x_user", "root"), ("x-tenant", "root"), ("X_Beta".lower(), "root")]

    await door.ask("GET", "/me", forged, token=issuer.token(issuer.access(**claims)))
    await door.ask("GET", "/elsewhere", forged)

    first, second = door.upstreams.asked
    assert first.header("x-user") == issuer.SUB
    assert first.header("x-tenant") == "%C3%9Cn%C3%AFted, 100%25"
    assert first.header("x-groups") == "a,b%2Cc"
    assert first.header("x-beta") == "true"
    assert "root" not in str(first.headers + second.headers)


async def test_a_claim_that_is_not_there_is_no_header() -> None:
    door = opened(GUARDED)

    await door.ask("GET", "/me", [("x-tenant", "root")], token=issuer.token())

    assert door.upstreams.asked[0].header("x-tenant") is None


async def test_who_the_client_is_only_the_gateway_says() -> None:
    door = opened(GUARDED)
    said = [
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-proto",
        "x_forwarded_for",
        "x-real-ip",
        "forwarded",
    ]

    await door.ask("GET", "/elsewhere", [(name, "127.0.0.1") for name in said])

    (asked,) = door.upstreams.asked
    assert [value for name, value in asked.headers if name in said] == [PEER, "api.example.com", "https"]
    assert asked.header("x-forwarded-port") == "443"
    assert asked.header("x_forwarded_for") is None


async def test_headers_of_the_connection_go_no_further_in_either_direction() -> None:
    door = opened(GUARDED)
    door.upstreams.headers = [
        (b"connection", b"x-secret"),
        (b"x-secret", b"1"),
        (b"keep-alive", b"5"),
        (b"x-a", b"1"),
    ]
    sent = [("connection", "x-hop, authorization"), ("x-hop", "1"), ("te", "trailers"), ("upgrade", "h2c")]

    got = await door.ask("GET", "/me", [*sent, ("x-b", "1")], token=issuer.token())

    (asked,) = door.upstreams.asked
    assert {"connection", "x-hop", "te", "upgrade", "host"}.isdisjoint(name for name, _ in asked.headers)
    assert asked.header("x-b") == "1"
    assert asked.header("authorization") == f"Bearer {issuer.token()}"
    assert (got.header("x-secret"), got.header("keep-alive"), got.header("x-a")) == ("", "", "1")


async def test_a_route_may_keep_the_token_set_headers_and_keep_the_host() -> None:
    door = opened(GUARDED)

    await door.ask("GET", "/raw", [("accept", "text/html")], token=issuer.token())

    (asked,) = door.upstreams.asked
    assert asked.method == "POST"
    assert [value for name, value in asked.headers if name == "accept"] == ["application/json"]
    assert (asked.header("authorization"), asked.header("host")) == (None, "api.example.com")


async def test_the_default_route_passes_the_whole_path_on() -> None:
    door = opened(GUARDED)

    await door.ask("GET", "/a/b%20c/?q=1")

    assert door.upstreams.asked[0].url == "http://127.0.0.1:9000/base/a/b%20c/?q=1"


@pytest.mark.parametrize("chunked", [True, False])
async def test_a_body_that_is_too_large_is_refused(chunked: bool) -> None:
    door = opened(GUARDED)
    sent = [("transfer-encoding", "chunked")] if chunked else []

    over = await door.ask("POST", "/up", sent, b"elevenbytes")

    assert (over.status, over.body) == (413, b'{"message":"Request Entity Too Large"}')
    assert not door.upstreams.asked
    assert (await door.ask("POST", "/up", sent, b"ten bytes.")).status == 200
    assert door.upstreams.asked[0].body == b"ten bytes."


@pytest.mark.parametrize(
    ("error", "status", "body"),
    [
        (UpstreamDown("refused"), 503, b'{"message":"Service Unavailable"}'),
        (UpstreamLate(), 504, b'{"message":"Gateway Timeout"}'),
    ],
)
async def test_a_server_that_does_not_answer_is_told(error: Exception, status: int, body: bytes) -> None:
    door = opened(GUARDED)
    door.upstreams.error = error

    got = await door.ask("GET", "/elsewhere")

    assert (got.status, got.body) == (status, body)


@pytest.mark.parametrize("error", [UpstreamBroke("reset"), UpstreamLate()])
async def test_an_answer_that_breaks_off_is_never_made_to_look_whole(error: Exception) -> None:
    door = opened(GUARDED)
    door.upstreams.pieces = [b"half", error]
    ended = []

    async def send(event: dict[str, Any]) -> None:
        ended.append(event.get("more_body", event["type"]))

    await door.front(scope("GET", "/elsewhere"), receiving(b""), send)

    assert ended == ["http.response.start", True, True]
    assert door.upstreams.left == 1


async def test_the_patience_of_a_route_is_its_own() -> None:
    door = opened(
        ROUTES.replace(
            '{id}"\n\n', '{id}"\nconnect_seconds = 1\nfirst_byte_seconds = 2\nidle_seconds = 3\n\n'
        )
    )

    await door.ask("GET", "/items/7", token=READER)

    assert door.upstreams.asked[0].patience == Patience(1, 2, 3)


@pytest.mark.parametrize("status", [204, 304])
async def test_an_answer_that_can_have_no_body_has_none_and_no_length(status: int) -> None:
    door = opened(ROUTES)
    door.upstreams.status = status
    door.upstreams.headers = [(b"content-length", b"5"), (b"etag", b'"a"')]
    door.upstreams.pieces = []

    got = await door.ask("GET", "/open/a")

    assert (got.status, got.body, got.header("content-length"), got.header("etag")) == (
        status,
        b"",
        "",
        '"a"',
    )


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("/open/a/", "http://127.0.0.1:9000/a/?from=gateway"),
        ("/open/a", "http://127.0.0.1:9000/a?from=gateway"),
        ("/items/7/", "http://127.0.0.1:9000/v1/items/7"),
        ("/open/100%25;a=b/%C3%BC", "http://127.0.0.1:9000/100%25;a=b/%C3%BC?from=gateway"),
    ],
)
async def test_a_value_of_the_path_is_written_into_the_address(path: str, url: str) -> None:
    door = opened(ROUTES)

    await door.ask("GET", path, token=READER)

    assert door.upstreams.asked[0].url == url


async def test_a_header_that_a_route_sets_cannot_be_sent_under_its_other_name() -> None:
    door = opened(ROUTES + 'headers = { "x_key" = "ours" }\n')

    await door.ask("GET", "/open/a", [("x-key", "mine"), ("x_key", "mine")])

    assert "mine" not in [value for _, value in door.upstreams.asked[0].headers]
    assert door.upstreams.asked[0].header("x_key") == "ours"


async def test_a_status_that_there_is_not_is_no_answer() -> None:
    door = opened(ROUTES)
    door.upstreams.status = 700

    assert (await door.ask("GET", "/open/a")).status == 503
