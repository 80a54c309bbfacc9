"""aws-amplify's signInWithRedirect in a real browser, against the pool's own domain over TLS.

These tests NEED NODE (20 or newer), what `npm ci --prefix tests/clients` installs, and Debian's chromium.
"""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright
from tests.certificate import self_signed
from tests.clients.node import run_node
from tests.server import Server, dev_server, free_ports
from tests.web_server import WebServer

pytestmark = [pytest.mark.node, pytest.mark.browser]

PAGE = b"""<!doctype html><meta charset="utf-8"><title>app</title>
<button id="in">Sign in</button><button id="out">Sign out</button><output></output>
<script type="module" src="/app.js"></script>"""


@dataclass(frozen=True)
class Shop:
    """An app of one page, and the server that signs its users in."""

    server: Server
    address: str
    domain: str


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("shop")
    certificate, key = self_signed(folder, "localhost", "*.auth.localhost")
    port = free_ports(1)[0]
    settings = {
        "POOLHOUSE_TLS_CERTIFICATE": str(certificate),
        "POOLHOUSE_TLS_KEY": str(key),
        "POOLHOUSE_PUBLIC_URL": f"https://localhost:{port}",
    }
    with WebServer() as app, dev_server(folder, "--port", str(port), **settings) as server:
        address, domain = f"http://localhost:{app.port}/", f"shop.auth.localhost:{port}"
        client_id = _registered(server, certificate, address)
        facts = {
            "userPoolId": server.user_pool_id,
            "clientId": client_id,
            "endpoint": server.endpoint,
            "domain": domain,
        }
        app.answers = {
            "/": (200, {"content-type": "text/html"}, PAGE),
            "/app.js": (200, {"content-type": "text/javascript"}, _bundle(folder)),
            "/facts.json": (200, {"content-type": "application/json"}, json.dumps(facts).encode()),
        }
        yield Shop(server, address, domain)


def _registered(server: Server, certificate: Path, address: str) -> str:
    cognito = server.boto3("cognito-idp", verify=str(certificate))
    cognito.create_user_pool_domain(Domain="shop", UserPoolId=server.user_pool_id)
    made = cognito.create_user_pool_client(
        UserPoolId=server.user_pool_id,
        ClientName="Shop",
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid", "email", "aws.cognito.signin.user.admin"],
        CallbackURLs=[address],
        LogoutURLs=[address],
        SupportedIdentityProviders=["COGNITO"],
    )
    return str(made["UserPoolClient"]["ClientId"])


def _bundle(folder: Path) -> bytes:
    """The app with aws-amplify in it, as any bundler makes it."""
    target = folder / "app.js"
    run_node(["bundle.mjs", "amplify_redirect.mjs", str(target)], "")
    return target.read_bytes()


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser.new_context(ignore_https_errors=True).new_page()
        browser.close()


def sign_in(page: Page, shop: Shop) -> dict[str, Any]:
    page.goto(shop.address)
    page.click("#in")
    page.wait_for_url(f"https://{shop.domain}/login?**")
    page.fill("[name=username]", shop.server.username)
    page.fill("[name=password]", shop.server.password)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{shop.address}**")
    page.wait_for_function("document.title !== 'app'")
    assert page.title() == "signed in"
    return dict(json.loads(page.inner_text("output")))


def test_amplify_is_sent_to_the_page_and_exchanges_the_code(page: Page, shop: Shop) -> None:
    claims = sign_in(page, shop)

    assert claims["id"]["email"] == shop.server.username
    assert claims["id"]["iss"] == f"{shop.server.endpoint}/{shop.server.user_pool_id}"
    assert claims["access"]["scope"] == "openid email aws.cognito.signin.user.admin"
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies(f"https://{shop.domain}")}
    session = cookies["__Host-cognito"]
    assert (session["httpOnly"], session["secure"], session["sameSite"]) == (True, True, "Lax")


def test_amplify_signs_out_and_the_browser_has_to_sign_in_again(page: Page, shop: Shop) -> None:
    sign_in(page, shop)

    with page.expect_navigation(url=shop.address):  # wait_for_url would be content with where the page is
        page.click("#out")

    page.click("#in")
    page.wait_for_url(f"https://{shop.domain}/login?**")
    assert page.locator("[name=password]").is_visible()
