"""Sign-in with an OIDC provider through a real server: there, back, and what the app gets (6.8)."""

import base64
import json
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest
from tests.oauth.apps import CALLBACK, App, registered
from tests.oauth.walk import Walk, parameters, target
from tests.server import Server
from tests.upstream import Upstream

from poolhouse.errors import (
    ApiError,
    AttributesRequired,
    InvalidParameter,
    UserDisabled,
    UserLambdaValidation,
)
from poolhouse.oauth.callback import refusal

MAPPING = {"email": "email", "name": "name", "email_verified": "email_verified"}


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    with Upstream() as running:
        yield running


@pytest.fixture(scope="module")
def provider(server: Server, upstream: Upstream) -> str:
    server.boto3("cognito-idp").create_identity_provider(
        UserPoolId=server.user_pool_id,
        ProviderName="corp",
        ProviderType="OIDC",
        ProviderDetails=upstream.details(),
        AttributeMapping=MAPPING,
        IdpIdentifiers=["corp.example"],
    )
    return "corp"


@pytest.fixture
def app(server: Server, upstream: Upstream, provider: str) -> App:
    upstream.reset()
    return registered(server, SupportedIdentityProviders=["COGNITO", provider])


def claims(token: str) -> dict[str, object]:
    payload = token.split(".")[1]
    return dict(json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))))


def federated(app: App, upstream: Upstream, sub: str = "109", **said: object) -> httpx2.Response:
    """Where the browser is sent once somebody has signed in at the provider."""
    browser = Walk()
    away = browser.get(app.authorize(identity_provider="corp"))
    return browser.get(upstream.sign_in(target(away), sub, **said))


def test_the_browser_goes_to_the_provider_with_what_cognito_sends_in_its_order(
    app: App, upstream: Upstream, server: Server
):
    away = Walk().get(app.authorize(identity_provider="corp", login_hint="ada@example.com", prompt="login"))

    address = urlsplit(target(away))
    asked = parse_qsl(address.query)
    assert away.status_code == 302
    assert f"{address.scheme}://{address.netloc}{address.path}" == upstream.url("/auth")
    assert [name for name, _ in asked] == [
        "client_id", "redirect_uri", "scope", "response_type", "state", "nonce", "code_challenge",
        "code_challenge_method", "prompt", "login_hint",
    ]  # fmt: skip
    values = dict(asked)
    assert values["client_id"] == "ours"
    assert values["redirect_uri"] == f"{app.base}/oauth2/idpresponse"
    assert values["scope"] == "openid email"
    assert values["state"].startswith(f"{server.user_pool_id}.")
    assert (values["prompt"], values["login_hint"]) == ("login", "ada@example.com")
    cookie = away.headers["set-cookie"]
    assert cookie.startswith(f"csrf-state-{server.user_pool_id}=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_a_user_of_the_provider_comes_back_with_a_code_for_tokens(
    app: App, upstream: Upstream, server: Server
):
    back = federated(app, upstream, "walk-1", email="walk@example.com", name="Ada", email_verified=True)

    assert target(back).startswith(f"{CALLBACK}?code=")
    assert parameters(back)["state"] == "of the app"
    tokens = httpx2.post(f"{app.base}/oauth2/token", data=app.redeem(parameters(back)["code"])).json()
    identity = claims(tokens["id_token"])
    assert identity["cognito:username"] == "corp_walk-1"
    assert identity["cognito:groups"] == [f"{server.user_pool_id}_corp"]
    assert identity["email"] == "walk@example.com"
    assert identity["nonce"] == "n-0S6"
    [entry] = identity["identities"]
    assert (entry["userId"], entry["providerName"], entry["primary"]) == ("walk-1", "corp", "true")
    assert claims(tokens["access_token"])["username"] == "corp_walk-1"
    found = server.boto3("cognito-idp").admin_get_user(UserPoolId=server.user_pool_id, Username="corp_walk-1")
    assert found["UserStatus"] == "EXTERNAL_PROVIDER"


def test_a_federated_token_has_a_nonce_also_where_the_app_gave_none(app: App, upstream: Upstream):
    browser = Walk()
    away = browser.get(app.authorize(identity_provider="corp", nonce=""))
    back = browser.get(upstream.sign_in(target(away)))

    tokens = httpx2.post(f"{app.base}/oauth2/token", data=app.redeem(parameters(back)["code"])).json()

    assert claims(tokens["id_token"])["nonce"]


def test_what_userinfo_says_is_merged(app: App, upstream: Upstream, server: Server):
    upstream.info = {"sub": "merged", "name": "Ada of userinfo"}

    assert "code" in parameters(federated(app, upstream, "merged"))

    found = server.boto3("cognito-idp").admin_get_user(UserPoolId=server.user_pool_id, Username="corp_merged")
    assert {"Name": "name", "Value": "Ada of userinfo"} in found["UserAttributes"]


def test_a_browser_that_came_from_a_provider_is_signed_in_for_the_next_app(app: App, upstream: Upstream):
    browser = Walk()
    away = browser.get(app.authorize(identity_provider="corp"))
    browser.get(upstream.sign_in(target(away)))

    assert target(browser.get(app.authorize())).startswith(f"{CALLBACK}?code=")


def test_the_provider_is_found_by_its_identifier_too(app: App, upstream: Upstream):
    assert target(Walk().get(app.authorize(idp_identifier="corp.example"))).startswith(upstream.url("/auth"))


def test_a_client_with_one_provider_and_without_the_pool_goes_there_at_once(
    server: Server, app: App, upstream: Upstream
):
    only = registered(server, SupportedIdentityProviders=["corp"])

    assert target(Walk().get(only.authorize())).startswith(upstream.url("/auth"))
    assert target(Walk().get(app.authorize())).startswith(f"{app.base}/login?")


def test_the_pool_itself_can_be_named(app: App):
    assert target(Walk().get(app.authorize(identity_provider="COGNITO"))).startswith(f"{app.base}/login?")


def test_two_tabs_of_one_browser_both_come_back(app: App, upstream: Upstream):
    browser = Walk()
    first = target(browser.get(app.authorize(identity_provider="corp")))
    second = target(browser.get(app.authorize(identity_provider="corp")))

    assert "code" in parameters(browser.get(upstream.sign_in(first)))
    assert "code" in parameters(browser.get(upstream.sign_in(second)))


def test_in_development_the_callback_answers_at_the_root_too(app: App, upstream: Upstream, server: Server):
    browser = Walk()
    away = browser.get(app.authorize(identity_provider="corp"))
    back = upstream.sign_in(target(away)).replace(app.base, server.endpoint)

    answer = browser.client.get(back, headers={"cookie": away.headers["set-cookie"].partition(";")[0]})

    assert target(answer).startswith(f"{CALLBACK}?code=")


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (UserLambdaValidation(trigger="PreSignUp", error="not you"), "PreSignUp failed with error not you. "),
        (UserDisabled(), "User is disabled."),
        (AttributesRequired(names="email"), "attributes required: [email]"),
        (
            InvalidParameter("user.email: Attribute cannot be updated.\n"),
            "user.email: Attribute cannot be updated.",
        ),
    ],
)
def test_the_app_is_told_in_the_words_that_apps_look_for(error: ApiError, told: str):
    found = refusal(error)

    assert (found.error, found.description) == ("invalid_request", told)
