"""The snippets of docs/sigv4.md run, and do what the text around them says."""

import asyncio
import re
import time
from pathlib import Path
from typing import Any

import pytest
from tests.authorizer.signing import OWN, SESSION_ARN, bundle, signed, token
from tests.gateway.aws_doors import ENVIRON, opened

from poolhouse.authorizer import sigv4
from poolhouse.ports import HOUR, SECOND

TEXT = (Path(__file__).parents[2] / "docs" / "sigv4.md").read_text("utf-8")
SNIPPETS = re.findall(r"^```python\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
(TOML,) = re.findall(r"^```toml\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


@pytest.fixture
def shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    (tmp_path / "verifier.json").write_bytes(bundle())
    monkeypatch.chdir(tmp_path)
    found: dict[str, Any] = {}
    for snippet in SNIPPETS:
        exec(compile(snippet, "docs/sigv4.md", "exec"), found)  # noqa: S102 - it is our own text
    return found


def today(target: str, **options: Any) -> sigv4.Request:
    now = time.time_ns() // 1_000
    ends = (now + HOUR) // SECOND * SECOND
    return signed("GET", target, at=now, session_token=token(issued_at=now, expires_at=ends), **options)


def test_a_function_says_who_signed_or_why_it_may_not_be(shown: dict[str, Any]) -> None:
    assert shown["answer"](today(f"{OWN}/a")) == SESSION_ARN
    assert shown["answer"](today("/photos/a")).startswith("403 AccessDenied: User: arn:aws:sts::")


@pytest.mark.parametrize(
    ("name", "target", "service"), [("app", f"{OWN}/a", "s3"), ("own", "/7", "execute-api")]
)
def test_the_middleware_lets_through_who_may(
    shown: dict[str, Any], name: str, target: str, service: str
) -> None:
    request = today(target, service=service)
    events: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(event: Any) -> None:
        events.append(event)

    scope = {
        "type": "http",
        "method": "GET",
        "path": request.path,
        "raw_path": request.path.encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in request.headers],
    }
    asyncio.run(shown[name](scope, receive, send))

    # The role of the tests has S3 and no notes.
    assert events[0]["status"] == (200 if name == "app" else 403)
    assert SESSION_ARN.encode() in events[1]["body"]


async def test_the_routes_of_the_example_are_good(tmp_path: Path) -> None:
    door = opened(tmp_path, TOML, ENVIRON)

    assert (await door.ask(signed())).status == 200
    assert door.upstreams.asked[0].url == f"http://127.0.0.1:8333{OWN}/cat.png"
    assert (await door.ask(signed(target="/photos/a"))).status == 403


def test_every_refusal_stands_in_the_table() -> None:
    others = {"Asked", "Credentials", "Key", "Refused", "Request", "SigV4", "Verified"}

    assert [name for name in sigv4.__all__ if name not in others and f"`{name}`" not in TEXT] == []
