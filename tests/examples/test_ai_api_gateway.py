"""The example's gateway.toml, in process: who is let through to the back end and the function."""

import string
from typing import Any

import pytest
from tests.authorizer import issuer
from tests.authorizer.issuer import access, token
from tests.examples.ai_api import FOLDER, handler
from tests.gateway.gateways import Door, opened

BACK_END = "http://127.0.0.1:9000"


@pytest.fixture
def door() -> Door:
    routes = string.Template((FOLDER / "gateway.toml").read_text("utf-8"))
    filled = routes.substitute(
        port=8500,
        functions="functions",
        issuer=issuer.ISSUER,
        client_id=issuer.CLIENT,
        back_end=BACK_END,
    )
    made = opened(filled, authorizers="")
    made.functions["me"] = lambda event: handler("me")(event, None)
    return made


def of_ada(**claims: Any) -> str:
    return token(access(**({"scope": "openid chat/ask", "tenant_id": "acme"} | claims)))


@pytest.mark.parametrize(
    ("given", "status"),
    [
        (None, 401),
        ("not a token", 401),
        (of_ada(exp=issuer.NOW - 60), 401),
        (of_ada(client_id="another-client-of-the-pool"), 401),
        (of_ada(token_use="id", aud=issuer.CLIENT), 401),
        (of_ada(scope="openid"), 403),
    ],
)
@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/api/chat"), ("GET", "/api/notes"), ("POST", "/api/notes")]
)
async def test_without_the_right_token_the_back_end_is_not_touched(
    door: Door, method: str, path: str, given: str | None, status: int
) -> None:
    refused = await door.ask(method, path, token=given)

    assert refused.status == status
    assert not door.touched
    assert (await door.ask(method, path, token=of_ada())).status == 200
    assert door.upstreams.asked[0].url == BACK_END + path.removeprefix("/api")


async def test_the_function_says_the_verified_tenant_and_is_not_called_without_a_token(door: Door) -> None:
    refused = await door.ask("GET", "/api/me")

    assert refused.status == 401
    assert not door.touched
    assert (await door.ask("GET", "/api/me", token=of_ada())).json()["tenant"] == "acme"


async def test_the_page_is_open_and_no_way_around_the_token(door: Door) -> None:
    for path in ("/", "/app.js", "/chat", "/notes", "/api", "/api/notes/"):
        await door.ask("GET", path)

    asked = [asked.url for asked in door.upstreams.asked]
    assert asked == [f"{BACK_END}/page{path}" for path in ("/", "/app.js", "/chat", "/notes", "/api")]
    assert (await door.ask("GET", "/../notes")).status == 400
    assert len(door.upstreams.asked) == len(asked)
