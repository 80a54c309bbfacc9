"""The snippets of docs/authorizer.md run, one after the other, and do what the text around them says."""

import asyncio
import re
from pathlib import Path
from typing import Any

import django
import pytest
from django.conf import settings
from django.test import RequestFactory
from starlette.testclient import TestClient
from tests.authorizer.issuer import Issuer, access, token

from poolhouse import authorizer

DOCUMENT = Path(__file__).parents[2] / "docs" / "authorizer.md"
ISSUER = "https://id.example.com/us-east-1_Ab3dEf6hI"
SNIPPETS = re.findall(r"^```python\n(.*?)^```", DOCUMENT.read_text("utf-8"), re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def shown() -> dict[str, Any]:
    """What all snippets together define; their verifiers ask an issuer in this process."""
    if not settings.configured:
        settings.configure(ALLOWED_HOSTS=["testserver"], SECRET_KEY="of tests")
        django.setup()
    found: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("poolhouse.authorizer.fetching.fetcher", lambda seconds, most: Issuer())
        for snippet in SNIPPETS:
            exec(compile(snippet, str(DOCUMENT), "exec"), found)  # noqa: S102 - it is our own text
    return found


def good(**claims: Any) -> str:
    now = {"iat": 1_700_000_000, "exp": 9_000_000_000}
    return token(access(**({"iss": ISSUER, "client_id": "4k2example", "scope": "notes/read"} | now | claims)))


def bearing(whole: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {whole}"}


def test_a_function_says_who_shows_the_token_or_why_nobody_does(shown: dict[str, Any]) -> None:
    assert shown["who"](good()) == "ada"
    assert shown["who"](good(scope="openid")) == "403: The token lacks a scope."


def test_writers_need_more(shown: dict[str, Any]) -> None:
    more = {"scope": "notes/read notes/write", "cognito:groups": ["editors"], "tenant_id": "acme"}

    assert shown["writers"].verify(good(**more)).username == "ada"
    with pytest.raises(authorizer.MissingScope):
        shown["writers"].verify(good())


@pytest.mark.parametrize("name", ["app", "api"])
def test_an_asgi_application_answers_who_may_and_nobody_else(shown: dict[str, Any], name: str) -> None:
    client = TestClient(shown[name])

    assert "ada" in client.get("/notes", headers=bearing(good())).text
    assert client.get("/notes").json() == {"message": "Unauthorized"}


def test_flask_answers_who_may_and_nobody_else(shown: dict[str, Any]) -> None:
    client = shown["site"].test_client()

    assert client.get("/notes", headers=bearing(good())).text == "ada"
    assert client.get("/notes").json == {"message": "Unauthorized"}


def test_django_answers_who_may_and_nobody_else(shown: dict[str, Any]) -> None:
    requests = RequestFactory()
    view = shown["notes_view"]

    assert view(requests.get("/notes", headers=bearing(good()))).content == b"ada"
    assert view(requests.get("/notes")).status_code == 401
    assert shown["authorizer"](view)(requests.get("/notes")).status_code == 401


def test_a_strict_verifier_refuses_when_there_is_no_feed(shown: dict[str, Any]) -> None:
    with pytest.raises(authorizer.RevocationsUnavailable):
        shown["strict"].verify(good())


def test_every_refusal_stands_in_the_table() -> None:
    text = DOCUMENT.read_text("utf-8")
    names = [
        name for name in authorizer.__all__ if name not in ("Claims", "Feed", "Fetched", "Pool", "Verifier")
    ]

    assert [name for name in names if f"`{name}`" not in text] == []


def test_coroutines_may_use_the_same_verifier(shown: dict[str, Any]) -> None:
    assert asyncio.run(shown["verifier"].verify_async(good())).username == "ada"
