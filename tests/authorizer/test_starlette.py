"""The dependency of FastAPI, and the same in Starlette."""

from typing import Annotated, Any

import pytest
from fastapi import Depends, FastAPI, WebSocket
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect
from tests.authorizer.issuer import NOW, access, token, verifier

from poolhouse.authorizer import Claims
from poolhouse.authorizer.starlette import HANDLERS, Authorized

VERIFIER = verifier()
SignedIn = Annotated[Claims, Depends(Authorized(VERIFIER))]
Reader = Annotated[Claims, Depends(Authorized(VERIFIER.requiring(scopes="notes/read")))]


def application(**options: Any) -> TestClient:
    app = FastAPI(**options)

    @app.get("/me")
    async def me(claims: SignedIn) -> str:
        return claims.username

    @app.get("/notes")
    def notes(claims: Reader) -> list[str]:
        return sorted(claims.scopes)

    @app.websocket("/ws")
    async def socket(connection: WebSocket, claims: SignedIn) -> None:
        await connection.accept()
        await connection.send_text(claims.username)
        await connection.close()

    return TestClient(app)


def bearing(**claims: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {token(access(**claims))}"}


def test_a_route_gets_the_claims() -> None:
    client = application(exception_handlers=HANDLERS)

    assert client.get("/me", headers=bearing()).json() == "ada"
    assert client.get("/notes", headers=bearing(scope="notes/read")).json() == ["notes/read"]


@pytest.mark.parametrize(
    ("path", "headers", "status", "message"),
    [
        ("/me", {}, 401, "Unauthorized"),
        ("/me", bearing(exp=NOW), 401, "Unauthorized"),
        ("/notes", bearing(), 403, "Forbidden"),
    ],
)
def test_a_refusal_has_the_answer_of_a_gateway(
    path: str, headers: dict[str, str], status: int, message: str
) -> None:
    answer = application(exception_handlers=HANDLERS).get(path, headers=headers)

    assert (answer.status_code, answer.json()) == (status, {"message": message})
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.headers["content-type"] == "application/json"


def test_without_the_handler_a_refusal_is_one_all_the_same() -> None:
    answer = application().get("/notes", headers=bearing())

    assert (answer.status_code, answer.json()) == (403, {"detail": "Forbidden"})
    assert 'error="insufficient_scope"' in answer.headers["www-authenticate"]


def test_a_websocket_is_guarded_as_well() -> None:
    client = application(exception_handlers=HANDLERS)

    with client.websocket_connect("/ws", headers=bearing()) as socket:
        assert socket.receive_text() == "ada"
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/ws", headers=bearing(exp=NOW)):
        pass


def test_in_starlette_an_endpoint_asks_for_the_claims_itself() -> None:
    signed_in = Authorized(VERIFIER)

    async def me(request: Request) -> PlainTextResponse:
        return PlainTextResponse((await signed_in(request)).username)

    client = TestClient(Starlette(routes=[Route("/me", me)], exception_handlers=HANDLERS))

    assert client.get("/me", headers=bearing()).text == "ada"
    assert client.get("/me").json() == {"message": "Unauthorized"}
