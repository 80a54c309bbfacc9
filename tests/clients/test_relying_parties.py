"""openid-client and authlib as relying parties: they know the issuer, a client id and perhaps a secret.

The tests with node need what `npm ci --prefix tests/clients` installs.
"""

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from authlib.integrations.base_client.errors import OAuthError as AuthlibError
from authlib.integrations.requests_client import OAuth2Session, OAuthError
from joserfc import jwt
from joserfc.jwk import KeySet
from tests.clients.test_node_clients import run_script
from tests.oauth.apps import CALLBACK, App, registered
from tests.oauth.walk import Walk, target
from tests.server import Server

ROTATING = {
    "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"],
    "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0},
}
MACHINE = {
    "GenerateSecret": True,
    "AllowedOAuthFlows": ["client_credentials"],
    "AllowedOAuthScopes": ["orders/read", "orders/write"],
    "CallbackURLs": [],
    "LogoutURLs": [],
}


@pytest.fixture(scope="module")
def machine(sqlite_server: Server) -> App:
    sqlite_server.boto3("cognito-idp").create_resource_server(
        UserPoolId=sqlite_server.user_pool_id,
        Identifier="orders",
        Name="Orders",
        Scopes=[{"ScopeName": name, "ScopeDescription": name} for name in ("read", "write")],
    )
    return registered(sqlite_server, **MACHINE)


def signed_in(server: Server, address: str) -> str:
    """Where the browser comes back to from an address of the authorize endpoint."""
    browser = Walk()
    page = browser.follow(browser.get(address))
    return target(browser.submit(page, username=server.username, password=server.password))


class TestOpenidClient:
    pytestmark = pytest.mark.node

    def facts(self, app: App, **more: Any) -> dict[str, Any]:
        known = {"issuer": app.base, "clientId": app.client_id, "callback": CALLBACK}
        return known | ({"clientSecret": app.secret} if app.secret else {}) | more

    def flow(self, server: Server, app: App, **more: Any) -> dict[str, Any]:
        begun = run_script("openid_client.mjs", "begin", self.facts(app, **more))
        back = signed_in(server, begun["address"])
        return run_script("openid_client.mjs", "finish", self.facts(app, back=back, **begun, **more))

    def test_a_public_app_signs_in_refreshes_reads_and_revokes(self, server: Server) -> None:
        done = self.flow(server, registered(server))

        assert done["claims"]["email"] == done["userInfo"]["email"] == server.username
        assert done["userInfo"]["email_verified"] in ("true", "false")
        assert done["tokens"]["token_type"] == "bearer"  # the library writes it small
        assert done["refreshed"]["access_token"] != done["tokens"]["access_token"]
        assert done["afterRevocation"]["userInfo"]["status"] == 401
        assert done["afterRevocation"]["refresh"]["error"] == "invalid_grant"
        assert done["replay"]["error"] == "invalid_grant"

    @pytest.mark.parametrize("basic", [True, False])
    def test_a_confidential_app_rotates_its_refresh_tokens(self, server: Server, basic: bool) -> None:
        done = self.flow(server, registered(server, GenerateSecret=True, **ROTATING), basic=basic)

        assert done["refreshed"]["refresh_token"] != done["tokens"]["refresh_token"]
        assert done["afterRevocation"]["refresh"]["error"] == "invalid_grant"

    def test_a_machine_gets_its_scopes_and_no_others(self, machine: App) -> None:
        done = run_script(
            "openid_client.mjs", "machine", self.facts(machine, basic=True, scope="orders/read")
        )

        assert done["tokens"]["expires_in"] == 3600
        assert "refresh_token" not in done["tokens"]
        assert done["widened"]["error"] == "invalid_scope"

    def test_aws_jwt_verify_takes_the_tokens_of_the_pages_and_of_a_machine(
        self, server: Server, machine: App
    ) -> None:
        app = registered(server)
        tokens = self.flow(server, app)["tokens"]
        of_machine = run_script("openid_client.mjs", "machine", self.facts(machine, scope="orders/read"))

        people = run_script(
            "aws_jwt_verify.mjs",
            "verify",
            {
                "issuer": app.base,
                "clientId": app.client_id,
                "tokens": {
                    "id": {"token": tokens["id_token"], "tokenUse": "id"},
                    "access": {"token": tokens["access_token"], "tokenUse": "access"},
                    "mixed up": {"token": tokens["id_token"], "tokenUse": "access"},
                },
            },
        )
        token = of_machine["tokens"]["access_token"]
        machines = run_script(
            "aws_jwt_verify.mjs",
            "verify",
            {
                "issuer": machine.base,
                "clientId": machine.client_id,
                "tokens": {"access": {"token": token, "tokenUse": "access"}},
            },
        )

        assert people["id"]["claims"]["email"] == server.username
        assert people["access"]["claims"]["scope"] == "openid email"
        assert people["mixed up"] == {"error": "CognitoJwtInvalidTokenUseError"}
        assert machines["access"]["claims"]["sub"] == machine.client_id


class TestAuthlib:
    def session(self, app: App, **more: Any) -> OAuth2Session:
        method = "client_secret_basic" if app.secret else "none"
        return OAuth2Session(
            app.client_id,
            app.secret or None,
            scope="openid email",
            redirect_uri=CALLBACK,
            token_endpoint_auth_method=method,
            code_challenge_method="S256",
            **more,
        )

    @pytest.mark.parametrize("secret", [False, True])
    def test_code_pkce_refresh_userinfo_and_revocation(self, server: Server, secret: bool) -> None:
        app = registered(server, GenerateSecret=secret, **ROTATING)
        session = self.session(app)
        known = session.get(f"{app.base}/.well-known/openid-configuration", withhold_token=True).json()
        verifier = "a-verifier-of-at-least-forty-three-characters-0123456789"
        address, state = session.create_authorization_url(
            known["authorization_endpoint"], code_verifier=verifier, nonce="n-0S6"
        )
        back = signed_in(server, address)

        tokens = session.fetch_token(
            known["token_endpoint"], authorization_response=back, state=state, code_verifier=verifier
        )
        keys = KeySet.import_key_set(session.get(known["jwks_uri"], withhold_token=True).json())
        identity = jwt.decode(tokens["id_token"], keys).claims
        shown = session.get(known["userinfo_endpoint"]).json()
        first = tokens["refresh_token"]
        refreshed = session.refresh_token(known["token_endpoint"], refresh_token=first)

        assert (identity["iss"], identity["nonce"], identity["aud"]) == (app.base, "n-0S6", app.client_id)
        assert (shown["sub"], shown["email"]) == (identity["sub"], server.username)
        assert refreshed["refresh_token"] != first
        revoked = session.revoke_token(known["revocation_endpoint"], token=refreshed["refresh_token"])
        assert revoked.status_code == 200
        with pytest.raises((OAuthError, AuthlibError), match="invalid_grant"):
            session.refresh_token(known["token_endpoint"], refresh_token=refreshed["refresh_token"])

    def test_a_machine(self, machine: App) -> None:
        session = OAuth2Session(machine.client_id, machine.secret, scope="orders/write")

        tokens = session.fetch_token(f"{machine.base}/oauth2/token", grant_type="client_credentials")

        assert json.loads(json.dumps(dict(tokens)))["token_type"] == "Bearer"
        assert "id_token" not in tokens
        with pytest.raises((OAuthError, AuthlibError), match="invalid_client"):
            OAuth2Session(machine.client_id, "wrong").fetch_token(
                f"{machine.base}/oauth2/token", grant_type="client_credentials"
            )

    def test_the_answer_names_its_issuer(self, server: Server) -> None:
        """RFC 9207: no other server's answer can be mixed in."""
        app = registered(server)
        address, _ = self.session(app).create_authorization_url(
            f"{app.base}/oauth2/authorize", code_verifier="v" * 43
        )

        answered = dict(parse_qsl(urlsplit(signed_in(server, address)).query))

        assert answered["iss"] == app.base
