"""CORS is the gateway's: preflights without a token, and answers that pages may read, refusals too."""

from tests.gateway.gateways import Door, Got, opened

ROUTES = """
[gateway.cors]
origins = ["https://app.example.com"]
methods = ["GET", "PUT"]
headers = ["authorization", "content-type"]
expose = ["x-total"]
credentials = true
max_age = 600

[[routes]]
path = "/notes"
authorizer = "users"
kind = "http"
url = "http://127.0.0.1:9000/"

[[routes]]
path = "/open"
authorizer = "none"
kind = "http"
url = "http://127.0.0.1:9000/"
"""
APP = "https://app.example.com"
OTHER = "https://evil.example.com"


async def preflight(door: Door, origin: str, path: str = "/notes") -> Got:
    asked = [("origin", origin), ("access-control-request-method", "PUT")]
    return await door.ask("OPTIONS", path, asked)


async def test_a_preflight_is_answered_without_a_token_and_without_an_upstream() -> None:
    door = opened(ROUTES)

    got = await preflight(door, APP)

    assert got.status == 204
    assert got.header("access-control-allow-origin") == APP
    assert got.header("access-control-allow-methods") == "GET, PUT"
    assert got.header("access-control-allow-headers") == "authorization, content-type"
    assert got.header("access-control-allow-credentials") == "true"
    assert got.header("access-control-max-age") == "600"
    assert got.header("vary") == "origin"
    assert not door.touched


async def test_a_preflight_of_another_origin_gets_no_permission() -> None:
    got = await preflight(opened(ROUTES), OTHER)

    assert got.status == 204
    assert not [name for name, _ in got.headers if name.startswith("access-control-")]


async def test_options_without_a_preflight_needs_what_its_route_asks_for() -> None:
    door = opened(ROUTES)

    assert (await door.ask("OPTIONS", "/notes", [("origin", APP)])).status == 401
    assert (await door.ask("OPTIONS", "/open", [("origin", APP)])).status == 200


async def test_a_refusal_can_be_read_by_the_page_that_caused_it() -> None:
    got = await opened(ROUTES).ask("GET", "/notes", [("origin", APP)])

    assert got.status == 401
    assert got.header("access-control-allow-origin") == APP


async def test_what_an_upstream_says_of_origins_does_not_count() -> None:
    door = opened(ROUTES)
    door.upstreams.headers = [(b"access-control-allow-origin", b"*"), (b"x-total", b"3")]

    allowed = await door.ask("GET", "/open", [("origin", APP)])
    other = await door.ask("GET", "/open", [("origin", OTHER)])

    assert allowed.header("access-control-allow-origin") == APP
    assert allowed.header("access-control-expose-headers") == "x-total"
    assert other.header("access-control-allow-origin") == ""
    assert other.header("x-total") == "3"


async def test_without_cors_an_upstream_answers_for_itself() -> None:
    door = opened(ROUTES[ROUTES.index("[[routes") :])
    door.upstreams.headers = [(b"access-control-allow-origin", b"https://its.example.com")]

    got = await door.ask("OPTIONS", "/open", [("origin", APP), ("access-control-request-method", "PUT")])

    assert got.header("access-control-allow-origin") == "https://its.example.com"


async def test_all_origins_of_a_scheme_may_be_let_in() -> None:
    door = opened(ROUTES.replace(f'["{APP}"]', '["https://*"]'))

    assert (await preflight(door, OTHER)).header("access-control-allow-origin") == OTHER
    assert (await preflight(door, "http://app.example.com")).header("access-control-allow-origin") == ""
