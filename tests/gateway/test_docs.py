"""The example of docs/gateway.md is a gateway that does what the text around it says."""

import re
from pathlib import Path
from typing import Any

from tests.authorizer import issuer
from tests.gateway.gateways import Door, opened

DOCUMENT = (Path(__file__).parents[2] / "docs" / "gateway.md").read_text("utf-8")
(TOML,) = re.findall(r"^```toml\n(.*?)^```", DOCUMENT, re.MULTILINE | re.DOTALL)
(HANDLER,) = re.findall(r"^```python\n(.*?)^```", DOCUMENT, re.MULTILINE | re.DOTALL)


def shown() -> Door:
    door = opened(
        TOML.replace("[[authorizers.users.pools]]", "[[authorizers.shown.pools]]").replace(
            '"users"', '"shown"'
        )
    )
    found: dict[str, Any] = {}
    exec(compile(HANDLER, "docs/gateway.md", "exec"), found)  # noqa: S102 - it is our own text
    door.functions["notes"] = lambda event: found["handler"](event, None)
    return door


def good(**claims: Any) -> str:
    usual = {
        "iss": "http://localhost:8400/us-east-1_Ab3dEf6hI",
        "client_id": "4k2example",
        "scope": "notes/read",
    }
    return issuer.token(issuer.access(**(usual | claims)))


async def test_the_function_of_the_example_answers_who_may_read() -> None:
    door = shown()

    got = await door.ask("GET", "/notes/7", token=good())

    assert (got.status, got.json()) == (200, {"note": "7", "of": "ada"})
    assert (await door.ask("GET", "/notes/7", token=good(scope="openid"))).status == 403
    assert (await door.ask("GET", "/notes/7")).status == 401


async def test_the_server_of_the_example_learns_who_the_user_is() -> None:
    door = shown()

    await door.ask("POST", "/chat/rooms/1", token=good(tenant_id="acme"))
    await door.ask("GET", "/health")

    asked, health = door.upstreams.asked
    assert (asked.url, asked.header("x-tenant")) == ("http://127.0.0.1:9000/v1/rooms/1", "acme")
    assert health.url == "http://127.0.0.1:9000/health"
