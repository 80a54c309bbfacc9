"""POST /oauth2/register: who may register, as what, and that such a client works (RFC 7591)."""

import time
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest
from tests.oauth.apps import VERIFIER, App
from tests.oauth.walk import Walk, parameters
from tests.server import Server

CALLBACK = "http://127.0.0.1:33418/callback"
NATIVE = {
    "client_name": "Inspector",
    "redirect_uris": [CALLBACK],
    "grant_types": ["authorization_code", "refresh_token"],
    "response_types": ["code"],
    "token_endpoint_auth_method": "none",
}
REGISTER = "aws.cognito/dcr/register"
USER = {"username": "ada", "password": "P2$Sword"}


@dataclass(frozen=True)
class Pool:
    """A pool of its own for each test, so that none meets the limits of another."""

    server: Server
    pool_id: str

    @property
    def issuer(self) -> str:
        return f"{self.server.endpoint}/{self.pool_id}"

    def api(self, name: str, **request: Any) -> dict[str, Any]:
        return dict(getattr(self.server.boto3("cognito-idp"), name)(UserPoolId=self.pool_id, **request))

    def register(self, document: Any, token: str = "", **headers: str) -> httpx2.Response:
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return httpx2.post(f"{self.issuer}/oauth2/register", json=document, headers=headers)

    def clients(self, kind: str) -> list[str]:
        found = self.api("list_user_pool_clients", ClientType=kind)["UserPoolClients"]
        return [client["ClientName"] for client in found]

    def tokens(self, app: App, scope: str = "openid") -> dict[str, Any]:
        """Sign the user in over the pages, as the app would."""
        self._with_user()
        browser = Walk()
        where = app.authorize(redirect_uri=CALLBACK, scope=scope)
        back = browser.follow(browser.submit(browser.follow(browser.get(where)), **USER))
        if back.status_code == 200:  # who registered itself is not known to the user: the page asks
            back = browser.submit(back, answer="allow")
        body = app.redeem(parameters(back)["code"], redirect_uri=CALLBACK, code_verifier=VERIFIER)
        return dict(httpx2.post(f"{self.issuer}/oauth2/token", data=body).json())

    def initial_token(self, scope: str = REGISTER) -> str:
        """An access token of a user, over an app client that was made by the operator."""
        made = self.api(
            "create_user_pool_client",
            ClientName="desk",
            AllowedOAuthFlowsUserPoolClient=True,
            AllowedOAuthFlows=["code"],
            AllowedOAuthScopes=["openid", REGISTER],
            CallbackURLs=[CALLBACK],
            SupportedIdentityProviders=["COGNITO"],
        )["UserPoolClient"]
        return str(self.tokens(App(self.issuer, made["ClientId"]), scope)["access_token"])

    def _with_user(self) -> None:
        if self.api("list_users")["Users"]:
            return
        self.api("admin_create_user", Username=USER["username"], MessageAction="SUPPRESS")
        self.api(
            "admin_set_user_password",
            Username=USER["username"],
            Password=USER["password"],
            Permanent=True,
        )


def _pool(server: Server, **setting: Any) -> Pool:
    made = server.boto3("cognito-idp").create_user_pool(PoolName="registration", DcrConfiguration=setting)
    return Pool(server, made["UserPool"]["Id"])


@pytest.fixture
def pool(server: Server) -> Pool:
    """Anybody may register."""
    return _pool(server, OpenDcrEnabled=True)


def test_a_native_client_registers_and_its_user_signs_in(pool: Pool) -> None:
    answer = pool.register(NATIVE)

    assert answer.status_code == 201
    assert "no-store" in answer.headers["cache-control"]
    client = answer.json()
    assert client.items() >= NATIVE.items()
    assert client["scope"] == "openid email phone profile"
    assert "client_secret" not in client
    assert isinstance(client["client_id_issued_at"], int)
    app = App(pool.issuer, client["client_id"])
    assert pool.tokens(app, "openid profile").keys() >= {"id_token", "access_token", "refresh_token"}


def test_a_client_with_a_secret_must_show_it(pool: Pool) -> None:
    client = pool.register({"redirect_uris": [CALLBACK]}).json()

    assert client["token_endpoint_auth_method"] == "client_secret_basic"
    assert client["client_secret_expires_at"] == 0
    without = pool.tokens(App(pool.issuer, client["client_id"]))
    assert without["error"] == "invalid_client"
    with_secret = pool.tokens(App(pool.issuer, client["client_id"], client["client_secret"]))
    assert with_secret["access_token"]


def test_what_registered_itself_is_shown_as_such_and_is_listed_apart(pool: Pool) -> None:
    client = pool.register(NATIVE).json()
    pool.api("create_user_pool_client", ClientName="by hand")

    shown = pool.api("describe_user_pool_client", ClientId=client["client_id"])["UserPoolClient"]
    assert shown["ClientType"] == "DCR"
    assert shown["AllowedOAuthFlows"] == ["code"]
    assert pool.clients("DCR") == ["Inspector"]
    assert pool.clients("REGULAR") == ["by hand"]
    pool.api("update_user_pool_client", ClientId=client["client_id"], ClientName="renamed")
    assert pool.clients("DCR") == ["renamed"]


def test_it_cannot_be_used_over_the_api(pool: Pool) -> None:
    client = pool.register(NATIVE).json()
    idp = pool.server.boto3("cognito-idp")

    with pytest.raises(idp.exceptions.InvalidParameterException):
        idp.initiate_auth(
            ClientId=client["client_id"],
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "ada", "PASSWORD": "P2$Sword"},
        )


def test_its_secret_is_not_rotated(pool: Pool) -> None:
    client = pool.register({"redirect_uris": [CALLBACK]}).json()
    regular = pool.api("create_user_pool_client", ClientName="by hand", GenerateSecret=True)["UserPoolClient"]
    idp = pool.server.boto3("cognito-idp")

    with pytest.raises(idp.exceptions.InvalidParameterException, match="registered itself"):
        pool.api("add_user_pool_client_secret", ClientId=client["client_id"])
    assert pool.api("add_user_pool_client_secret", ClientId=regular["ClientId"])["ClientSecretDescriptor"]
    assert len(pool.api("list_user_pool_client_secrets", ClientId=client["client_id"])["ClientSecrets"]) == 1


def test_without_open_registration_an_access_token_with_the_scope_is_needed(server: Server) -> None:
    pool = _pool(server)

    for token, status, error in (
        ("", 401, "invalid_token"),
        ("not-a-token", 401, "invalid_token"),
        (pool.initial_token("openid"), 403, "insufficient_scope"),
    ):
        answer = pool.register(NATIVE, token)
        assert (answer.status_code, answer.json()["error"]) == (status, error)
        assert answer.headers["www-authenticate"].startswith("Bearer")
    assert pool.clients("DCR") == []

    assert pool.register(NATIVE, pool.initial_token()).status_code == 201
    assert pool.clients("DCR") == ["Inspector"]


def test_a_client_that_acts_for_itself_registers_others_until_it_is_deleted(server: Server) -> None:
    pool = _pool(server)
    desk = pool.api(
        "create_user_pool_client",
        ClientName="desk",
        GenerateSecret=True,
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["client_credentials"],
        AllowedOAuthScopes=[REGISTER],
    )["UserPoolClient"]
    body = {"grant_type": "client_credentials", "scope": REGISTER}
    credentials = (desk["ClientId"], desk["ClientSecret"])
    answer = httpx2.post(f"{pool.issuer}/oauth2/token", data=body, auth=credentials)
    token = answer.json()["access_token"]

    assert pool.register(NATIVE, token).status_code == 201

    pool.api("delete_user_pool_client", ClientId=desk["ClientId"])
    assert pool.register(NATIVE, token).status_code == 401


def test_the_token_of_another_pool_registers_nothing_here(server: Server) -> None:
    pool, other = _pool(server), _pool(server)
    token = other.initial_token()

    assert pool.register(NATIVE, token).status_code == 401
    assert other.register(NATIVE, token).status_code == 201


def test_the_token_of_somebody_who_signed_out_everywhere_registers_nothing(server: Server) -> None:
    pool = _pool(server)
    token = pool.initial_token()
    assert pool.register(NATIVE, token).status_code == 201

    pool.api("admin_user_global_sign_out", Username=USER["username"])

    assert pool.register(NATIVE, token).status_code == 401


def test_a_bad_token_is_refused_where_none_is_needed(pool: Pool) -> None:
    assert pool.register(NATIVE, "not-a-token").status_code == 401
    assert pool.register(NATIVE).status_code == 201


def test_a_pool_that_does_not_register_clients_has_no_such_endpoint(server: Server) -> None:
    pool = _pool(server, EnableStatus="Disabled", OpenDcrEnabled=True)

    answer = pool.register(NATIVE)

    assert answer.status_code == 404
    assert answer.json()["error"] == "invalid_request"
    pool.api("update_user_pool", DcrConfiguration={"OpenDcrEnabled": True})
    assert pool.register(NATIVE).status_code == 201


def test_what_each_way_of_registering_permits_is_its_own(server: Server) -> None:
    pool = _pool(server, OpenDcrEnabled=True, OpenDcrGrantTypes=[], AllowedScopes=["notes/read"])
    scopes = [{"ScopeName": "read", "ScopeDescription": "Read notes"}]
    pool.api("create_resource_server", Identifier="notes", Name="Notes", Scopes=scopes)
    machine = {"grant_types": ["client_credentials"], "scope": "notes/read"}
    token = pool.initial_token()

    assert pool.register(NATIVE).json()["error"] == "invalid_client_metadata"
    assert pool.register(machine).json()["error"] == "invalid_client_metadata"
    assert pool.register(machine, token).json()["grant_types"] == ["client_credentials"]
    assert pool.register(NATIVE, token).status_code == 201


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "application/json"),
        (b"[]", "application/json"),
        (b'"text"', "application/json"),
        (b"{", "application/json"),
        (b"\xff\xfe", "application/json"),
        (b'{"client_name": "\xff"}', "application/json"),
        (b"[" * 100_000, "application/json"),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "application/json"),
        (b'{"redirect_uris": ["http://127.0.0.1/"]}', "text/plain"),
        (b"redirect_uris=http%3A%2F%2F127.0.0.1%2F", "application/x-www-form-urlencoded"),
    ],
)
def test_a_body_that_is_no_metadata_is_refused(pool: Pool, body: bytes, kind: str) -> None:
    answer = httpx2.post(f"{pool.issuer}/oauth2/register", content=body, headers={"Content-Type": kind})

    assert answer.status_code == 400
    assert answer.json()["error"] in ("invalid_client_metadata", "invalid_redirect_uri")
    assert pool.clients("DCR") == []


def test_an_address_registers_twenty_clients_an_hour_and_an_authenticated_one_more(pool: Pool) -> None:
    token = pool.initial_token()
    for _ in range(20):
        assert _patient(pool, NATIVE).status_code == 201

    refused = _patient(pool, NATIVE)

    assert (refused.status_code, refused.json()) == (429, {"error": "too_many_requests"})
    assert len(pool.clients("DCR")) == 20
    assert _patient(pool, NATIVE, token).status_code == 201


def _patient(pool: Pool, document: Any, token: str = "") -> httpx2.Response:
    """With pauses, since five a second are the other limit."""
    time.sleep(0.21)
    return pool.register(document, token)
