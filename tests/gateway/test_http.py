"""kind = "http": what reaches the server, what comes back, and what is not let through."""

from tests.authorizer import issuer
from tests.gateway.gateways import PEER, opened

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
