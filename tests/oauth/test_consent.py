"""/consent: the user decides what an app may do (UI guide, 7.14)."""

from tests.oauth.apps import CALLBACK, App, registered
from tests.oauth.pages_table import Browser, is_code, told
from tests.oauth.walk import Walk, target
from tests.server import Server


def test_an_app_that_asks_for_consent_gets_its_code_only_after_allow(server: Server, app: App):
    browser = Browser(server, app, Walk())

    asked = browser.sign_in(prompt="consent")

    assert "/consent?" in target(asked)
    page = browser.walk.follow(asked)
    assert "app.example.com" in page.text
    assert is_code(browser.walk.submit(page, answer="allow"))


def test_who_does_not_allow_it_goes_back_without_a_code(server: Server, app: App):
    browser = Browser(server, app, Walk())
    page = browser.walk.follow(browser.sign_in(prompt="consent"))

    back = browser.walk.submit(page, answer="deny")

    assert told(back) == "access_denied: "
    assert target(back).startswith(CALLBACK)


def test_the_page_asks_nobody_who_is_not_signed_in(server: Server, app: App):
    browser = Walk()

    answer = browser.get(app.authorize().replace("/oauth2/authorize", "/consent"))

    assert "/login?" in target(answer)


def test_a_scope_of_a_resource_server_is_told_in_its_words_and_a_deleted_one_is_left_out(server: Server):
    cognito = server.boto3("cognito-idp")
    cognito.create_resource_server(
        UserPoolId=server.user_pool_id,
        Identifier="photos",
        Name="Photos",
        Scopes=[
            {"ScopeName": "read", "ScopeDescription": "See your photos"},
            {"ScopeName": "print", "ScopeDescription": "Print them"},
        ],
    )
    app = registered(server, AllowedOAuthScopes=["openid", "photos/read", "photos/print"])
    cognito.update_resource_server(
        UserPoolId=server.user_pool_id,
        Identifier="photos",
        Name="Photos",
        Scopes=[{"ScopeName": "read", "ScopeDescription": "See your photos"}],
    )
    browser = Browser(server, app, Walk())

    page = browser.walk.follow(browser.sign_in(prompt="consent", scope=""))

    assert "See your photos" in page.text
    assert "photos/print" not in page.text
