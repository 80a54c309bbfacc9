"""The decorator for Flask."""

from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from tests.authorizer.issuer import NOW, access, token, verifier

from poolhouse.authorizer.flask import authorized


@pytest.fixture
def client() -> FlaskClient:
    app = Flask("notes")
    mine = verifier()

    @app.get("/me")
    @authorized(mine)
    def me() -> str:
        return str(g.claims.username)

    @app.get("/notes/<name>")
    @authorized(mine.requiring(scopes="notes/read"))
    async def note(name: str) -> str:
        return f"{name} of {g.claims.username}"

    return app.test_client()


def bearing(**claims: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {token(access(**claims))}"}


def test_a_view_is_called_with_the_claims(client: FlaskClient) -> None:
    assert client.get("/me", headers=bearing()).text == "ada"
    assert client.get("/notes/first", headers=bearing(scope="notes/read")).text == "first of ada"


@pytest.mark.parametrize(
    ("path", "headers", "status", "message"),
    [
        ("/me", {}, 401, "Unauthorized"),
        ("/me", bearing(exp=NOW), 401, "Unauthorized"),
        ("/me", {"Authorization": ",".join([bearing()["Authorization"]] * 2)}, 401, "Unauthorized"),
        ("/notes/first", bearing(), 403, "Forbidden"),
    ],
)
def test_a_refusal_has_the_answer_of_a_gateway(
    client: FlaskClient, path: str, headers: dict[str, str], status: int, message: str
) -> None:
    answer = client.get(path, headers=headers)

    assert (answer.status_code, answer.json) == (status, {"message": message})
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.headers["content-type"] == "application/json"
