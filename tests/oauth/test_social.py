"""Google, Facebook, Amazon and Apple, each as a stand-in on loopback that keeps to its own documents.

The providers themselves cannot be had in tests: what is shown is that we ask and read as they document.
"""

import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from tests.oauth.apps import CALLBACK, App, registered
from tests.oauth.walk import Walk, parameters, target
from tests.server import Server, dev_server
from tests.upstream import JSON, rsa, signed
from tests.web_server import Answer, Asked, WebServer

NAMES = ("Google", "Facebook", "LoginWithAmazon", "SignInWithApple")
APPLE_KEY = ec.generate_private_key(ec.SECP256R1())
APPLE_PEM = APPLE_KEY.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
).decode()
SECRET = {"client_id": "ours", "client_secret": "the secret"}
DETAILS = {
    "Google": {**SECRET, "authorize_scopes": "email profile openid"},
    "Facebook": {**SECRET, "authorize_scopes": "public_profile, email", "api_version": "v17.0"},
    "LoginWithAmazon": {**SECRET, "authorize_scopes": "profile postal_code"},
    "SignInWithApple": {
        "client_id": "ours",
        "team_id": "TEAM",
        "key_id": "KEY",
        "private_key": APPLE_PEM,
        "authorize_scopes": "email name",
    },
}
MAPPINGS = {
    "Google": {"email": "email", "email_verified": "email_verified", "name": "name", "gender": "genders"},
    "Facebook": {"email": "email", "name": "name", "birthdate": "birthday"},
    "LoginWithAmazon": {"email": "email", "name": "name", "address": "postal_code"},
    "SignInWithApple": {"email": "email", "email_verified": "email_verified", "given_name": "firstName"},
}


class Social(WebServer):
    """All four at one address; the paths tell them apart."""

    def __init__(self) -> None:
        super().__init__()
        self.key = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig", "alg": "RS256"})
        self.nonce = ""
        self.issuer = self.url()
        keys = json.dumps({"keys": [self.key.as_dict(private=False)]}).encode()
        self.answers |= {
            "/oauth2/v3/certs": (200, JSON, keys),
            "/auth/keys": (200, JSON, keys),
            "/oauth2/v4/token": lambda _: self._tokens(
                sub="g-1", email="g@example.com", email_verified=True, name="Ada G"
            ),
            "/v1/people/me": lambda asked: bearing(asked, {"genders": PERSON}),
            "/v17.0/oauth/access_token": lambda _: (
                200,
                JSON,
                b'{"access_token":"opaque","token_type":"bearer"}',
            ),
            "/v17.0/me": lambda asked: bearing(
                asked, {"id": "f-1", "email": "f@example.com", "name": "Ada F", "birthday": "1815-12-10"}
            ),
            "/auth/o2/token": lambda _: (200, JSON, b'{"access_token":"opaque","token_type":"bearer"}'),
            "/user/profile": lambda asked: bearing(
                asked,
                {
                    "user_id": "amzn1.account.1",
                    "email": "a@example.com",
                    "name": "Ada A",
                    "postal_code": "98052",
                },
            ),
            "/auth/token": lambda _: self._tokens(
                sub="000123.abc", email="p@example.com", email_verified="true"
            ),
        }

    def _tokens(self, **claims: Any) -> Answer:
        now = int(time.time())
        usual = {"iss": self.issuer, "aud": "ours", "iat": now, "exp": now + 300, "nonce": self.nonce}
        token = signed({"alg": "RS256", "kid": "k1"}, usual | claims, rsa(self.key))
        found = {"access_token": "opaque", "token_type": "Bearer", "id_token": token}
        return 200, JSON, json.dumps(found).encode()

    def last(self, path: str) -> Asked:
        return next(asked for asked in reversed(self.asked) if asked.path == path)


PERSON = [{"value": "other"}, {"value": "female", "metadata": {"primary": True}}]


def bearing(asked: Asked, document: dict[str, Any]) -> Answer:
    if asked.headers.get("authorization") != "Bearer opaque":
        return 401, JSON, b'{"error":{"type":"OAuthException"}}'
    return 200, JSON, json.dumps(document).encode()


@pytest.fixture(scope="module")
def social() -> Iterator[Social]:
    with Social() as running:
        yield running


@pytest.fixture(scope="module")
def server(social: Social, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    elsewhere = ",".join(f"{name}={social.url()}" for name in NAMES)
    folder = tmp_path_factory.mktemp("server")
    with dev_server(folder, POOLHOUSE_SOCIAL_PROVIDERS=elsewhere) as running:
        for name in NAMES:
            running.boto3("cognito-idp").create_identity_provider(
                UserPoolId=running.user_pool_id,
                ProviderName=name,
                ProviderType=name,
                ProviderDetails=DETAILS[name],
                AttributeMapping=MAPPINGS[name],
            )
        yield running


@pytest.fixture
def app(server: Server) -> App:
    return registered(server, SupportedIdentityProviders=["COGNITO", *NAMES])


def leave(app: App, social: Social, name: str, **changes: str) -> tuple[Walk, str, dict[str, str]]:
    """The browser, the path at the provider and what it was asked for there."""
    browser = Walk()
    address = urlsplit(target(browser.get(app.authorize(identity_provider=name, **changes))))
    asked = dict(parse_qsl(address.query))
    social.nonce = asked.get("nonce", "")
    return browser, address.path, asked


def back(asked: dict[str, str], **more: str) -> str:
    return f"{asked['redirect_uri']}?{urlencode({'code': 'the code', 'state': asked['state'], **more})}"


def attributes(server: Server, username: str) -> dict[str, str]:
    found = server.boto3("cognito-idp").admin_get_user(UserPoolId=server.user_pool_id, Username=username)
    return {entry["Name"]: entry["Value"] for entry in found["UserAttributes"]}


def form(asked: Asked) -> dict[str, str]:
    return dict(parse_qsl(asked.body.decode()))


def test_google(server: Server, app: App, social: Social):
    browser, path, asked = leave(app, social, "Google", login_hint="ada@example.com")

    assert path == "/o/oauth2/v2/auth"
    assert asked["scope"] == "email profile openid"
    assert asked["access_type"] == "offline"
    assert asked["login_hint"] == "ada@example.com"
    assert target(browser.get(back(asked))).startswith(f"{CALLBACK}?code=")
    assert form(social.last("/oauth2/v4/token"))["client_secret"] == "the secret"
    assert social.last("/v1/people/me").query == "personFields=genders"
    found = attributes(server, "Google_g-1")
    assert (found["email"], found["email_verified"]) == ("g@example.com", "true")
    assert (found["name"], found["gender"]) == ("Ada G", "female")
    assert json.loads(found["identities"])[0]["providerType"] == "Google"


def test_facebook(server: Server, app: App, social: Social):
    browser, path, asked = leave(app, social, "Facebook", login_hint="ada@example.com")

    assert path == "/v17.0/dialog/oauth"
    assert list(asked) == ["client_id", "redirect_uri", "scope", "response_type", "state"]
    assert target(browser.get(back(asked))).startswith(f"{CALLBACK}?code=")
    token = social.last("/v17.0/oauth/access_token")
    assert token.method == "GET"
    assert dict(parse_qsl(token.query))["client_secret"] == "the secret"
    assert social.last("/v17.0/me").query == "fields=id,email,name,birthday"
    found = attributes(server, "Facebook_f-1")
    assert (found["name"], found["birthdate"], found["email_verified"]) == ("Ada F", "1815-12-10", "false")


def test_amazon(server: Server, app: App, social: Social):
    browser, path, asked = leave(app, social, "LoginWithAmazon")

    assert path == "/ap/oa"
    assert target(browser.get(back(asked))).startswith(f"{CALLBACK}?code=")
    assert form(social.last("/auth/o2/token"))["grant_type"] == "authorization_code"
    assert attributes(server, "LoginWithAmazon_amzn1.account.1")["address"] == "98052"


def test_apple_answers_with_a_form_and_gets_a_secret_that_our_key_signed(
    server: Server, app: App, social: Social
):
    browser, path, asked = leave(app, social, "SignInWithApple")

    assert path == "/auth/authorize"
    assert asked["response_mode"] == "form_post"
    user = json.dumps({"name": {"firstName": "Ada", "lastName": "L"}, "email": "evil@example.com"})
    posted = browser.client.post(
        asked["redirect_uri"], data={"code": "the code", "state": asked["state"], "user": user}
    )
    assert target(posted).startswith(f"{CALLBACK}?code=")
    secret = jwt.decode(
        form(social.last("/auth/token"))["client_secret"],
        ECKey.import_key(APPLE_KEY.public_key()),
        algorithms=["ES256"],
    )
    assert secret.header == {"alg": "ES256", "kid": "KEY"}
    assert {name: secret.claims[name] for name in ("iss", "sub", "aud")} == {
        "iss": "TEAM",
        "sub": "ours",
        "aud": "https://appleid.apple.com",
    }
    found = attributes(server, "SignInWithApple_000123.abc")
    assert (found["given_name"], found["email"], found["email_verified"]) == ("Ada", "p@example.com", "true")


def test_the_token_of_google_is_verified_like_any_other(app: App, social: Social):
    browser, _, asked = leave(app, social, "Google")
    social.nonce = "another"

    refused = parameters(browser.get(back(asked)))

    assert refused["error_description"] == "Invalid ID token: it answers another request."
    browser, _, asked = leave(app, social, "Google")
    assert "code" in parameters(browser.get(back(asked)))


def test_google_alone_may_call_itself_as_it_once_did(app: App, social: Social):
    social.issuer = "accounts.google.com"
    try:
        browser, _, asked = leave(app, social, "Google")
        assert "code" in parameters(browser.get(back(asked)))

        browser, _, asked = leave(app, social, "SignInWithApple")
        refused = parameters(browser.get(back(asked)))
        assert refused["error_description"] == "Invalid ID token: another issuer made it."
    finally:
        social.issuer = social.url()


def test_an_error_of_facebook_is_told_in_its_words(app: App, social: Social):
    good = social.answers["/v17.0/oauth/access_token"]
    social.answers["/v17.0/oauth/access_token"] = (400, JSON, b'{"error":{"type":"OAuthException","code":1}}')
    browser, _, asked = leave(app, social, "Facebook")

    refused = parameters(browser.get(back(asked)))

    assert refused["error_description"] == "Facebook Error - 400 OAuthException"
    social.answers["/v17.0/oauth/access_token"] = good
    browser, _, asked = leave(app, social, "Facebook")
    assert "code" in parameters(browser.get(back(asked)))


@pytest.mark.parametrize(("name", "claim"), [("Facebook", "id"), ("LoginWithAmazon", "user_id")])
def test_a_profile_without_its_subject_signs_nobody_in(app: App, social: Social, name: str, claim: str):
    path = {"Facebook": "/v17.0/me", "LoginWithAmazon": "/user/profile"}[name]
    good = social.answers[path]
    social.answers[path] = (200, JSON, b'{"email":"x@example.com","sub":"1"}')
    browser, _, asked = leave(app, social, name)

    refused = parameters(browser.get(back(asked)))

    assert refused["error_description"] == "username attribute mapping required"
    social.answers[path] = good
    browser, _, asked = leave(app, social, name)
    assert "code" in parameters(browser.get(back(asked)))


def test_the_log_shows_neither_secrets_nor_codes_nor_tokens_of_providers(
    server: Server, app: App, social: Social
):
    for name in NAMES:
        browser, _, asked = leave(app, social, name)
        browser.get(back(asked))

    written = server.output.read_text("utf-8")

    assert "Idpresponse_GET" in written
    for hidden in (
        "the secret",
        "the+secret",
        "the%20secret",
        "the code",
        "the+code",
        "opaque",
        "BEGIN PRIVATE",
    ):
        assert hidden not in written
