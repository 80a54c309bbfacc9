"""The example's back end and its gateway file, in process: whose notes a request gets."""

import sqlite3
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.authorizer import issuer
from tests.authorizer.issuer import Issuer, access, token
from tests.examples.ai_api import FOLDER

NOTES = {"acme": ["Deliveries arrive on Tuesdays."], "globex": ["Deliveries are paused.", "Nothing else."]}
MODULES = ("back_end", "model", "notes")


@pytest.fixture
def back_end(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The example's module, imported as its command does it."""
    monkeypatch.syspath_prepend(str(FOLDER))
    import back_end

    yield back_end
    for name in MODULES:
        sys.modules.pop(name, None)


@pytest.fixture
def client(back_end: Any) -> TestClient:
    known = back_end.verifier(
        issuer.ISSUER, issuer.CLIENT, fetch=Issuer(), clock=lambda: float(issuer.NOW), leeway=0
    )
    kept: sqlite3.Connection = back_end.database(NOTES)
    return TestClient(back_end.application(known, kept, {"connect": ["https://id.example.com"]}))


def bearing(**claims: Any) -> dict[str, str]:
    usual = {"scope": "openid chat/ask", "tenant_id": "acme"}
    return {"authorization": f"Bearer {token(access(**(usual | claims)))}"}


def test_each_tenant_reads_its_own_notes(client: TestClient) -> None:
    assert client.get("/notes", headers=bearing()).json() == NOTES["acme"]
    assert client.get("/notes", headers=bearing(tenant_id="globex")).json() == NOTES["globex"]
    assert client.get("/notes", headers=bearing(tenant_id="initech")).json() == []


def test_a_note_is_of_the_tenant_of_who_wrote_it(client: TestClient) -> None:
    added = client.post("/notes", headers=bearing(), json={"text": "New.", "tenant_id": "globex"})

    assert added.status_code == 201
    assert client.get("/notes", headers=bearing()).json() == [*NOTES["acme"], "New."]
    assert client.get("/notes", headers=bearing(tenant_id="globex")).json() == NOTES["globex"]


def test_nothing_but_the_token_says_whose_notes_they_are(client: TestClient) -> None:
    headers = bearing() | {"x-tenant-id": "globex", "cookie": "tenant_id=globex"}

    assert client.get("/notes?tenant_id=globex", headers=headers).json() == NOTES["acme"]


def test_a_tenant_whose_name_is_sql_is_a_name(client: TestClient) -> None:
    assert client.get("/notes", headers=bearing(tenant_id="x' OR '1'='1")).json() == []


def test_the_answer_comes_as_events_and_is_made_of_the_tenants_notes(client: TestClient) -> None:
    said = client.post("/chat", headers=bearing(), json={"question": "Deliveries?"})

    events = said.text.split("\n\n")
    assert said.headers["content-type"].startswith("text/event-stream")
    assert "Tuesdays" in said.text
    assert "paused" not in said.text
    assert events[-2:] == ["event: done\ndata: ", ""]
    assert len(events) > 5


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        (bearing(exp=issuer.NOW), 401),
        (bearing(client_id="another-client-of-the-pool"), 401),
        (bearing(token_use="id", aud=issuer.CLIENT), 401),
        (bearing(scope="openid"), 403),
        (bearing(tenant_id=None), 403),
        (bearing(tenant_id=""), 403),
        (bearing(tenant_id=["acme", "globex"]), 403),
    ],
)
def test_the_back_end_refuses_by_itself(client: TestClient, headers: dict[str, str], status: int) -> None:
    for asked in (
        client.get("/notes", headers=headers),
        client.post("/notes", headers=headers, json={"text": "x"}),
        client.post("/chat", headers=headers, json={"question": "Deliveries?"}),
    ):
        assert asked.status_code == status
        assert "Deliveries" not in asked.text
    assert client.get("/notes", headers=bearing()).json() == NOTES["acme"]


@pytest.mark.parametrize("question", ["", "x" * 2_001, 7, None])
def test_a_question_that_is_none_is_refused(client: TestClient, question: Any) -> None:
    assert client.post("/chat", headers=bearing(), json={"question": question}).status_code == 422
    assert client.post("/chat", headers=bearing(), json={"question": "x" * 2_000}).status_code == 200


def test_the_page_may_load_and_call_nothing_but_what_it_needs(client: TestClient) -> None:
    page = client.get("/page/")

    assert page.status_code == 200
    assert page.headers["content-security-policy"].startswith("default-src 'none'; script-src 'self';")
    assert "connect-src 'self' https://id.example.com;" in page.headers["content-security-policy"]
    assert "unsafe" not in page.headers["content-security-policy"]
