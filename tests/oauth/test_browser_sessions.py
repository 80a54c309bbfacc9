"""How long a browser stays signed in, and what ends with it (behaviour file, 1.3)."""

from typing import Any

import httpx2
import pytest
from tests.oauth.apps import App, registered
from tests.oauth.pages_table import Browser, is_code, told
from tests.oauth.walk import Walk, parameters
from tests.server import Server


@pytest.fixture
def cognito(server: Server) -> Any:
    made = server.boto3("cognito-idp")
    made.set_user_pool_session_configuration(
        UserPoolId=server.user_pool_id, UserSessionTracking="ENABLED", TokenSession={"MaxPerUser": 20}
    )
    return made


def tokens(browser: Browser) -> dict[str, Any]:
    back = browser.sign_in(scope="openid aws.cognito.signin.user.admin")
    answer = httpx2.post(
        f"{browser.app.base}/oauth2/token", data=browser.app.redeem(parameters(back)["code"])
    )
    return dict(answer.json())


def test_a_client_whose_sessions_last_no_time_asks_each_time(server: Server, cognito: Any) -> None:
    app, other = registered(server), registered(server)
    cognito.set_user_pool_client_session_configuration(
        UserPoolId=server.user_pool_id, ClientId=other.client_id, SSOSession={"MaxValidityMinutes": 0}
    )
    walk = Walk()
    Browser(server, app, walk).sign_in()

    assert told(Browser(server, other, walk).authorize(prompt="none")) == "login_required: "
    assert is_code(Browser(server, app, walk).authorize(prompt="none"))


def test_ending_tokens_with_what_is_linked_signs_the_browser_out(
    server: Server, app: App, cognito: Any
) -> None:
    browser, other = Browser(server, app, Walk()), Browser(server, app, Walk())
    made, own = tokens(browser), tokens(other)
    listed = cognito.list_user_sessions(AccessToken=own["access_token"])["Sessions"]
    browsers = {one["SessionId"] for one in listed if one["SessionType"] == "SSO"}
    origins = {one.get("OriginSessionId") for one in listed if one["SessionType"] == "TOKEN"}
    assert browsers & origins

    cognito.revoke_token(
        Token=made["refresh_token"], ClientId=app.client_id, RevokeAssociatedSessions="LINKED"
    )

    assert told(browser.authorize(prompt="none")) == "login_required: "
    assert is_code(other.authorize(prompt="none"))


def test_ending_tokens_alone_leaves_the_browser_signed_in(server: Server, app: App, cognito: Any) -> None:
    browser = Browser(server, app, Walk())
    made = tokens(browser)

    cognito.revoke_token(Token=made["refresh_token"], ClientId=app.client_id)

    assert is_code(browser.authorize(prompt="none"))
