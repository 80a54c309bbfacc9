"""The code flow from end to end, as a browser and an app see it."""

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from tests.oauth.apps import CALLBACK, App
from tests.oauth.walk import Walk, parameters, target
from tests.server import Server


def test_a_user_signs_in_on_the_page_and_the_app_gets_tokens_that_verify(server: Server, app: App):
    browser = Walk()
    page = browser.follow(browser.get(app.authorize()))
    assert 'name="cognitoSignInForm"' in page.text

    back = browser.submit(page, username=server.username, password=server.password)

    assert target(back).startswith(f"{CALLBACK}?code=")
    assert list(parameters(back)) == ["code", "state", "iss"]
    answer = httpx2.post(f"{app.base}/oauth2/token", data=app.redeem(parameters(back)["code"]))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-cache, no-store, max-age=0, must-revalidate"
    tokens = answer.json()
    assert list(tokens) == ["id_token", "access_token", "refresh_token", "expires_in", "token_type"]
    keys = KeySet.import_key_set(httpx2.get(f"{app.base}/.well-known/jwks.json").json())
    identity = jwt.decode(tokens["id_token"], keys).claims
    assert identity["nonce"] == "n-0S6"
    assert identity["aud"] == app.client_id
    assert identity["email"] == server.username
    access = jwt.decode(tokens["access_token"], keys).claims
    assert access["scope"] == "openid email"
    assert access["version"] == 2


def test_a_browser_that_is_signed_in_comes_back_at_once(server: Server, app: App):
    browser = Walk()
    browser.submit(
        browser.follow(browser.get(app.authorize())), username=server.username, password=server.password
    )

    again = browser.get(app.authorize())

    assert target(again).startswith(f"{CALLBACK}?code=")


def test_a_wrong_password_stays_on_the_page_and_a_right_one_goes_on(server: Server, app: App):
    browser = Walk()
    page = browser.follow(browser.get(app.authorize()))

    refused = browser.submit(page, username=server.username, password="not the password")

    assert refused.status_code == 400
    assert "location" not in refused.headers
    assert target(browser.submit(refused, username=server.username, password=server.password)).startswith(
        CALLBACK
    )


def test_a_code_is_good_once_and_showing_it_again_ends_what_came_of_it(server: Server, app: App):
    browser = Walk()
    back = browser.submit(
        browser.follow(browser.get(app.authorize(scope="openid aws.cognito.signin.user.admin"))),
        username=server.username,
        password=server.password,
    )
    redeemed = app.redeem(parameters(back)["code"])
    tokens = httpx2.post(f"{app.base}/oauth2/token", data=redeemed).json()
    cognito = server.boto3("cognito-idp")
    assert cognito.get_user(AccessToken=tokens["access_token"])["Username"]

    replay = httpx2.post(f"{app.base}/oauth2/token", data=redeemed)

    assert (replay.status_code, replay.json()) == (400, {"error": "invalid_grant"})
    with pytest.raises(cognito.exceptions.NotAuthorizedException, match="revoked"):
        cognito.get_user(AccessToken=tokens["access_token"])


@pytest.mark.parametrize("path", ["/oauth2/token", "/oauth2/userInfo", "/oauth2/revoke"])
def test_a_page_of_another_origin_may_call_the_endpoints(app: App, path: str):
    asked = {
        "origin": "https://app.example.com",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type",
    }

    preflight = httpx2.options(app.base + path, headers=asked)
    answer = httpx2.post(app.base + path, headers={"origin": "https://app.example.com"}, data={"token": "x"})

    assert preflight.headers["access-control-allow-origin"] == "*"
    assert "POST" in preflight.headers["access-control-allow-methods"]
    assert {"authorization", "content-type"} <= set(
        preflight.headers["access-control-allow-headers"].split(",")
    )
    assert answer.headers["access-control-allow-origin"] == "*"
