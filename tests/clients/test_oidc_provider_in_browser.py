"""Through a certified OpenID provider and back in a real browser, with its policy for forms and cookies."""

import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright
from tests.clients.test_oidc_provider import SECRET, running
from tests.oauth.apps import registered
from tests.server import dev_server

pytestmark = [pytest.mark.browser, pytest.mark.node]

SHOTS = Path("build/screenshots")


class _App(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>app</title><h1>Back in the app</h1>")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def app_address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _App)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}/back"
    server.shutdown()


def test_the_button_of_the_page_leads_to_the_provider_and_back_into_the_app(
    tmp_path: Path, app_address: str
) -> None:
    with dev_server(tmp_path) as server:
        callback = f"{server.endpoint}/{server.user_pool_id}/oauth2/idpresponse"
        with running(callback) as issuer, sync_playwright() as playwright:
            server.boto3("cognito-idp").create_identity_provider(
                UserPoolId=server.user_pool_id,
                ProviderName="Example",
                ProviderType="OIDC",
                ProviderDetails={
                    "client_id": "ours",
                    "client_secret": SECRET,
                    "oidc_issuer": issuer,
                    "authorize_scopes": "openid email",
                },
                AttributeMapping={"email": "email"},
            )
            app = registered(
                server, SupportedIdentityProviders=["COGNITO", "Example"], CallbackURLs=[app_address]
            )
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
            )
            tab = browser.new_page(viewport={"width": 390, "height": 844})
            refused: list[str] = []
            tab.on("console", lambda message: refused.append(message.text))

            tab.goto(app.authorize(redirect_uri=app_address))
            SHOTS.mkdir(parents=True, exist_ok=True)
            tab.screenshot(path=SHOTS / "federation-button.png", full_page=True)
            tab.get_by_role("button", name="Continue with Example").click()
            tab.wait_for_url(f"{issuer}/interaction/*")
            tab.fill("input[name=login]", "browser-ada")
            tab.fill("input[name=password]", "any")
            tab.click("button[type=submit]")
            tab.wait_for_load_state()
            tab.click("button[type=submit]")  # the consent
            tab.wait_for_url(f"{app_address}?code=*")
            expect(tab.locator("h1")).to_have_text("Back in the app")
            assert [text for text in refused if "Content Security Policy" in text] == []

            tab.goto(app.authorize(redirect_uri=app_address))
            tab.wait_for_url(f"{app_address}?code=*")  # signed in in this browser
            browser.close()
        found = server.boto3("cognito-idp").admin_get_user(
            UserPoolId=server.user_pool_id, Username="Example_browser-ada"
        )
        assert found["UserStatus"] == "EXTERNAL_PROVIDER"
