"""The well-known addresses of a real server: what is there, for whom, and how fast it is not there."""

import json

import httpx2
import pytest
from tests.oauth.apps import App
from tests.server import Server

PLACES = [
    "/.well-known/oauth-authorization-server/{pool}",
    "/{pool}/.well-known/oauth-authorization-server",
    "/{pool}/.well-known/openid-configuration",
    "/.well-known/openid-configuration/{pool}",
]
NOTHING = [
    "/.well-known/oauth-authorization-server",
    "/.well-known/openid-configuration",
    "/.well-known/oauth-protected-resource",
    "/.well-known/oauth-protected-resource/{pool}",
    "/.well-known/jwks.json/{pool}",
    "/.well-known/oauth-authorization-server/us-east-1_Unknown01",
    "/us-east-1_Unknown01/.well-known/openid-configuration",
    "/{pool}/.well-known/webfinger",
    "/{pool}/.well-known/",
    "/{pool}/.well-known/openid-configuration/",
    "/.well-known/openid-configuration/{pool}/login",
    "/.well-known/%2e%2e/{pool}",
    "/.well-known/openid-configuration/%00",
]
ELSEWHERE = {"Origin": "https://inspector.example.com"}


def _at(server: Server, path: str) -> str:
    return server.endpoint + path.format(pool=server.user_pool_id)


@pytest.mark.parametrize("path", PLACES)
def test_a_client_finds_the_server_at_every_address_that_it_may_try(server: Server, path: str) -> None:
    issuer = f"{server.endpoint}/{server.user_pool_id}"

    answer = httpx2.get(_at(server, path), headers=ELSEWHERE)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["access-control-allow-origin"] == "*"
    document = answer.json()
    assert document["issuer"] == issuer
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert "none" in document["token_endpoint_auth_methods_supported"]
    assert all(value.startswith(issuer) for name, value in document.items() if name.endswith("_endpoint"))


@pytest.mark.parametrize("path", PLACES[:2])
def test_both_addresses_of_the_metadata_have_the_same_bytes(server: Server, path: str) -> None:
    below = httpx2.get(_at(server, PLACES[1]))

    assert httpx2.get(_at(server, path)).content == below.content


def test_what_the_documents_name_is_there(server: Server, app: App) -> None:
    """A wrong method or an incomplete request, not 404: nothing is asked of anybody here."""
    for path in PLACES[1:3]:
        document = httpx2.get(_at(server, path)).json()
        for name in ("authorization_endpoint", "token_endpoint", "end_session_endpoint"):
            answer = httpx2.get(document[name], params={"client_id": app.client_id})
            assert answer.status_code != 404, document[name]
        assert httpx2.get(document["jwks_uri"]).json()["keys"]


@pytest.mark.parametrize("path", NOTHING)
def test_an_address_that_has_nothing_says_so_in_json(server: Server, path: str) -> None:
    answer = httpx2.get(_at(server, path), headers=ELSEWHERE)

    assert answer.status_code == 404
    assert json.loads(answer.content) == {"message": "There is nothing at this address."}
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["access-control-allow-origin"] == "*"


def test_a_domain_has_the_endpoints_and_no_documents(server: Server) -> None:
    """As with Cognito, whose hosted domain does not serve them (behaviour file, 4.4)."""
    names = {"UserPoolId": server.user_pool_id, "Domain": "notes"}
    server.boto3("cognito-idp").create_user_pool_domain(**names)
    try:
        domain = httpx2.get(_at(server, PLACES[2])).json()["token_endpoint"].removesuffix("/oauth2/token")
        host = {"Host": domain.partition("://")[2]}
        for document in ("openid-configuration", "oauth-authorization-server", "jwks.json"):
            answer = httpx2.get(f"{server.endpoint}/.well-known/{document}", headers=host)
            assert (answer.status_code, answer.headers["content-type"]) == (404, "application/json")
        assert httpx2.get(f"{server.endpoint}/oauth2/token", headers=host).status_code == 405
        metadata = httpx2.get(_at(server, PLACES[0])).json()
        assert metadata["token_endpoint"] == _at(server, "/{pool}/oauth2/token")
    finally:
        server.boto3("cognito-idp").delete_user_pool_domain(**names)


@pytest.mark.parametrize(
    "path", [*PLACES, "/{pool}/.well-known/jwks.json", "/{pool}/oauth2/token", "/{pool}/oauth2/register"]
)
def test_a_page_of_another_origin_may_ask_before_it_calls(server: Server, path: str) -> None:
    asked = {
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type,mcp-protocol-version",
    }

    answer = httpx2.request("OPTIONS", _at(server, path), headers=ELSEWHERE | asked)

    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    allowed = answer.headers["access-control-allow-headers"].split(",")
    assert {"authorization", "content-type", "mcp-protocol-version"} <= set(allowed)
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert "access-control-allow-credentials" not in answer.headers


def test_a_page_of_another_origin_reads_the_token_endpoint_but_not_the_sign_in_page(
    server: Server, app: App
) -> None:
    token = httpx2.post(_at(server, "/{pool}/oauth2/token"), data={"client_id": "x"}, headers=ELSEWHERE)
    login = httpx2.get(app.authorize().replace("/oauth2/authorize", "/login"), headers=ELSEWHERE)

    assert token.headers["access-control-allow-origin"] == "*"
    assert login.status_code == 200
    assert "access-control-allow-origin" not in login.headers
