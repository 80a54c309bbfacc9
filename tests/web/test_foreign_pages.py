"""Where signatures are not checked, a web site must not administer through the browser of who looks at it."""

from collections.abc import Iterator

import httpx2
import pytest
from tests.server import Server, dev_server

SIGNED = "AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/cognito-idp/aws4_request, SignedHeaders=host, "
HEADERS = {
    "content-type": "application/x-amz-json-1.1",
    "x-amz-date": "20260101T000000Z",
    "authorization": SIGNED.replace("=host", "=host;x-amz-date;x-amz-target") + "Signature=" + "0" * 64,
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with dev_server(tmp_path_factory.mktemp("dev")) as made:
        yield made


def call(server: Server, operation: str, body: dict[str, object], **headers: str) -> httpx2.Response:
    target = {"x-amz-target": f"AWSCognitoIdentityProviderService.{operation}"}
    return httpx2.post(server.endpoint, json=body, headers=HEADERS | target | headers)


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "http://evil.example:8400", "http://localhost.evil.example", "null", "http://["],
)
def test_a_page_from_elsewhere_may_not_administer(server: Server, origin: str) -> None:
    answer = call(server, "ListUsers", {"UserPoolId": server.user_pool_id}, origin=origin)

    assert answer.status_code == 400
    assert answer.json()["__type"] == "AccessDeniedException"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "http://localhost:3000"},
        {"origin": "http://app.localhost:5173"},
        {"origin": "http://127.0.0.1:8000"},
        {"origin": "http://[::1]:8000"},
    ],
)
def test_programs_and_pages_of_this_computer_may(server: Server, headers: dict[str, str]) -> None:
    answer = call(server, "ListUsers", {"UserPoolId": server.user_pool_id}, **headers)

    assert answer.status_code == 200
    assert answer.json()["Users"]


def test_a_page_from_elsewhere_may_sign_users_in(server: Server) -> None:
    body = {
        "ClientId": server.client_id,
        "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": server.username, "PASSWORD": server.password},
    }

    answer = call(server, "InitiateAuth", body, origin="https://app.example")

    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
