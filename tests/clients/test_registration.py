"""openid-client and authlib register themselves and sign somebody in: they know the issuer alone."""

import json
from typing import Any

import httpx2
import pytest
from authlib.integrations.requests_client import OAuth2Session
from tests.clients.node import run_node
from tests.oauth.walk import Walk, target
from tests.server import Server

CALLBACK = "http://127.0.0.1:33418/callback"
PUBLIC = {"token_endpoint_auth_method": "none"}
CONFIDENTIAL = {"token_endpoint_auth_method": "client_secret_basic"}

_ADA = {"username": "ada", "password": "P2$Sword"}

pytestmark = pytest.mark.node


@pytest.fixture(scope="module")
def issuer(sqlite_server: Server) -> str:
    """A pool in which anybody may register, with one user, Ada."""
    idp = sqlite_server.boto3("cognito-idp")
    made = idp.create_user_pool(PoolName="open", DcrConfiguration={"OpenDcrEnabled": True})
    pool = made["UserPool"]["Id"]
    idp.admin_create_user(UserPoolId=pool, Username="ada", MessageAction="SUPPRESS")
    idp.admin_set_user_password(UserPoolId=pool, Username="ada", Password="P2$Sword", Permanent=True)
    return f"{sqlite_server.endpoint}/{pool}"


def _allowed(address: str) -> str:
    """Ada signs in at this address and allows the app; gives where her browser is sent."""
    browser = Walk()
    page = browser.follow(browser.submit(browser.follow(browser.get(address)), **_ADA))
    return target(browser.submit(page, answer="allow"))


def _run(scenario: str, **facts: Any) -> dict[str, Any]:
    return dict(json.loads(run_node(["openid_registration.mjs", scenario], json.dumps(facts))))


@pytest.mark.parametrize("algorithm", ["oidc", "oauth2"])
@pytest.mark.parametrize("method", [PUBLIC, CONFIDENTIAL], ids=["public", "confidential"])
def test_openid_client_registers_and_signs_in(issuer: str, algorithm: str, method: dict[str, str]) -> None:
    metadata = method | {"redirect_uris": [CALLBACK], "client_name": "Inspector"}
    begun = _run("begin", issuer=issuer, algorithm=algorithm, metadata=metadata)
    back = _allowed(begun.pop("address"))

    finished = _run("finish", issuer=issuer, algorithm=algorithm, back=back, **begun)

    assert begun["registered"]["client_name"] == "Inspector"
    assert ("client_secret" in begun["registered"]) == (method == CONFIDENTIAL)
    assert finished["claims"]["iss"] == issuer
    assert finished["claims"]["aud"] == begun["registered"]["client_id"]
    assert finished["refreshed"]


def test_authlib_uses_what_was_registered(issuer: str) -> None:
    server = httpx2.get(f"{issuer}/.well-known/oauth-authorization-server").json()
    metadata = CONFIDENTIAL | {"redirect_uris": [CALLBACK], "scope": "openid profile"}
    client = httpx2.post(server["registration_endpoint"], json=metadata).json()
    session = OAuth2Session(
        client["client_id"],
        client["client_secret"],
        scope=client["scope"],
        redirect_uri=CALLBACK,
        token_endpoint_auth_method=client["token_endpoint_auth_method"],
        code_challenge_method="S256",
    )
    verifier = "a-verifier-of-at-least-forty-three-characters-0123456789"
    address, _ = session.create_authorization_url(server["authorization_endpoint"], code_verifier=verifier)

    tokens = session.fetch_token(
        server["token_endpoint"], authorization_response=_allowed(address), code_verifier=verifier
    )

    assert tokens["token_type"] == "Bearer"
    said = session.get(server["userinfo_endpoint"]).json()
    assert said["username"] == "ada"
