"""A pool that is the identity provider of another server's pool, in Chromium (ADR 28).

Three origins: the provider's pages, the broker, which sends the browser on at once, and the app.
"""

from collections.abc import Iterator

import httpx2
import pytest
from playwright.async_api import Page, expect
from tests.oauth.apps import App, registered
from tests.oauth.saml_walk import Corp
from tests.oauth.sign_in.places import ADA, PASSWORD, Place, new_place
from tests.saml_provider import POST
from tests.server import Server, dev_server
from tests.web_server import WebServer

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with dev_server(tmp_path_factory.mktemp("broker")) as running:
        yield running


@pytest.fixture(scope="module")
def provider(server: Server, broker: Server) -> Place:
    """The pool on the first server, which the broker's pool has as its provider `Harbour`."""
    callback = f"{broker.endpoint}/{broker.user_pool_id}/oauth2/idpresponse"
    place = new_place(server, client={"CallbackURLs": [callback], "GenerateSecret": True})
    place.user()
    broker.boto3("cognito-idp").create_identity_provider(
        UserPoolId=broker.user_pool_id,
        ProviderName="Harbour",
        ProviderType="OIDC",
        ProviderDetails={
            "client_id": place.app.client_id,
            "client_secret": place.app.secret,
            "attributes_request_method": "GET",
            "oidc_issuer": place.app.base,
            "authorize_scopes": "openid email",
        },
        AttributeMapping={"email": "email"},
    )
    return place


def app_of(broker: Server, callback: str, *ways: str) -> App:
    return registered(broker, CallbackURLs=[callback], SupportedIdentityProviders=list(ways))


async def sign_in(tab: Page) -> None:
    await tab.locator("#signInFormUsername").fill(ADA)
    await tab.locator("#signInFormPassword").fill(PASSWORD)
    await tab.locator("#signInFormPassword").press("Enter")


async def redeemed(tab: Page, app: App, callback: str) -> int:
    """The status of the tokens that the app gets for the code in the address."""
    code = dict(httpx2.QueryParams(tab.url.partition("?")[2]))["code"]
    body = app.redeem(code, redirect_uri=callback)
    return httpx2.post(f"{app.base}/oauth2/token", data=body).status_code


async def test_who_signs_in_at_the_provider_ends_in_the_app_behind_the_broker(
    provider: Place, broker: Server, callback: str, tab: Page
) -> None:
    app = app_of(broker, callback, "Harbour")
    posts: list[str] = []
    tab.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    await tab.goto(app.authorize(redirect_uri=callback))

    await sign_in(tab)

    await tab.wait_for_url(f"{callback}?code=*")
    assert await redeemed(tab, app, callback) == 200
    await tab.go_back()
    await expect(tab.locator("#signInFormUsername")).to_be_visible()  # the page between has left no trace
    assert [address.partition("?")[0] for address in posts] == [f"{provider.app.base}/login"]


async def test_without_script_the_button_of_the_provider_leads_all_the_way_too(
    provider: Place, broker: Server, callback: str, tab: Page
) -> None:
    app = app_of(broker, callback, "COGNITO", "Harbour")
    assert tab.context.browser
    plain = await tab.context.browser.new_context(java_script_enabled=False)
    page = await plain.new_page()
    await page.goto(app.authorize(redirect_uri=callback))

    await page.get_by_role("button", name="Continue with Harbour").click()
    await page.wait_for_url(f"{provider.app.base}/login?*")
    await sign_in(page)

    await page.wait_for_url(f"{callback}?code=*")
    assert await redeemed(page, app, callback) == 200


async def test_an_app_that_does_not_answer_is_gone_to_by_the_button(server: Server, tab: Page) -> None:
    with WebServer({"/back": (204, {}, b"")}) as slow:
        callback = slow.url("/back", host="localhost")
        place = new_place(server, client={"CallbackURLs": [callback]})
        place.user()
        await tab.goto(place.app.authorize(redirect_uri=callback))
        await sign_in(tab)
        await expect(tab).to_have_title("Just a moment – Harbour")
        slow.answers["/back"] = (200, {"content-type": "text/html"}, b"<!doctype html><h1>Back</h1>")

        await tab.get_by_role("link", name="Continue").click()

        await tab.wait_for_url(f"{callback}?code=*")
        assert all("referer" not in asked.headers for asked in slow.asked if asked.path == "/back")


async def test_a_directory_that_takes_posts_may_send_the_browser_on(
    server: Server, callback: str, tab: Page
) -> None:
    with WebServer() as directory:
        directory.answers["/post"] = (302, {"location": callback}, b"")
        corp = Corp(server, "Directory")
        address = directory.url("/post", host="localhost")
        corp.configure(MetadataFile=corp.idp.metadata(sso=((POST, address),)))
        app = app_of(server, callback, corp.name)
        await tab.goto(app.authorize(redirect_uri=callback))

        await tab.get_by_role("button", name="Continue").click()

        await tab.wait_for_url(callback)
        assert [asked.method for asked in directory.asked] == ["POST"]
