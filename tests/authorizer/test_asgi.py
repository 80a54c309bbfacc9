"""The ASGI middleware, around a bare application and around Starlette."""

from collections.abc import MutableMapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect
from tests.authorizer.issuer import NOW, Issuer, access, token, verifier

from poolhouse.authorizer.asgi import Authorizer


class Called:
    """The application: which requests reached it, and what they carried."""

    def __init__(self) -> None:
        self.scopes: list[MutableMapping[str, Any]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.scopes.append(scope)
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"reached"})


@pytest.fixture
def called() -> Called:
    return Called()


@pytest.fixture
def client(called: Called) -> TestClient:
    return TestClient(Authorizer(called, verifier(scopes="notes/read"), public=["/health"]))


def bearing(**claims: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {token(access(**({'scope': 'notes/read'} | claims)))}"}


def test_a_good_token_reaches_the_application_with_its_claims(client: TestClient, called: Called) -> None:
    assert client.get("/notes", headers=bearing()).content == b"reached"

    (scope,) = called.scopes
    assert scope["poolhouse.claims"].username == "ada"
    assert scope["state"]["claims"] is scope["poolhouse.claims"]


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "Bearer "])
def test_the_scheme_is_read_without_its_case(client: TestClient, called: Called, scheme: str) -> None:
    header = bearing()["Authorization"].replace("Bearer", scheme)

    assert client.get("/notes", headers={"Authorization": header}).status_code == 200


@pytest.mark.parametrize(
    ("headers", "error"),
    [
        ([], ""),
        ([("Authorization", "Basic YWRhOng=")], ""),
        ([("Authorization", token(access(scope="notes/read")))], ""),
        ([("Authorization", "Bearer")], "invalid_token"),
        ([("Authorization", "Bearer garbage")], "invalid_token"),
        ([("Authorization", bearing(exp=NOW)["Authorization"])], "invalid_token"),
        ([("Authorization", bearing()["Authorization"])] * 2, "invalid_token"),
        ([("Authorization", bearing()["Authorization"].replace(" ", " a "))], "invalid_token"),
        ([("Authorization", "Bearer \xff")], "invalid_token"),
    ],
)
def test_a_request_without_a_good_token_is_answered_401(
    client: TestClient, called: Called, headers: list[tuple[str, str]], error: str
) -> None:
    sent = [(name, value.encode("latin-1")) for name, value in headers]

    answer = client.get("/notes", headers=sent)  # type: ignore[arg-type]

    assert (answer.status_code, answer.json()) == (401, {"message": "Unauthorized"})
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert (f'error="{error}"' in answer.headers["www-authenticate"]) == bool(error)
    assert called.scopes == []


def test_a_token_in_the_address_does_not_count(client: TestClient, called: Called) -> None:
    good = bearing()["Authorization"].partition(" ")[2]

    assert client.get("/notes", params={"access_token": good}).status_code == 401
    assert called.scopes == []


def test_a_missing_scope_is_answered_403(client: TestClient, called: Called) -> None:
    answer = client.get("/notes", headers=bearing(scope="openid"))

    assert (answer.status_code, answer.json()) == (403, {"message": "Forbidden"})
    assert 'error="insufficient_scope"' in answer.headers["www-authenticate"]
    assert 'scope="notes/read"' in answer.headers["www-authenticate"]
    assert called.scopes == []


def test_an_issuer_that_is_away_is_no_401(called: Called) -> None:
    issuer = Issuer()
    issuer.is_away = True
    client = TestClient(Authorizer(called, verifier(issuer)))

    answer = client.get("/notes", headers=bearing())

    assert (answer.status_code, answer.json()) == (503, {"message": "Service Unavailable"})
    assert "www-authenticate" not in answer.headers
    assert called.scopes == []


@pytest.mark.parametrize(("path", "status"), [("/health", 200), ("/health/", 401), ("/healthy", 401)])
def test_only_the_very_path_is_public(client: TestClient, path: str, status: int) -> None:
    assert client.get(path).status_code == status


async def _echo(request: Request) -> JSONResponse:
    return JSONResponse({"username": request.state.claims.username, "started": request.state.started})


async def _socket(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text(socket.state.claims.username)
    await socket.close()


def test_in_starlette_the_claims_are_state_and_a_websocket_is_guarded_as_well() -> None:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> Any:
        yield {"started": True}

    app = Starlette(routes=[Route("/", _echo), WebSocketRoute("/ws", _socket)], lifespan=lifespan)
    app.add_middleware(Authorizer, verifier=verifier())

    with TestClient(app) as client:
        assert client.get("/", headers=bearing()).json() == {"username": "ada", "started": True}
        with client.websocket_connect("/ws", headers=bearing()) as socket:
            assert socket.receive_text() == "ada"
        with pytest.raises(WebSocketDisconnect) as closed, client.websocket_connect("/ws"):
            pass
    assert closed.value.code == 1008
