"""Passkeys in a real browser: Chromium with its virtual authenticator, against a real server."""

import json
import shutil
import threading
from collections.abc import AsyncIterator, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import CDPSession, Page, async_playwright
from tests.server import Server, dev_server

pytestmark = pytest.mark.browser

PASSWORD = "P2$Sword"
FLOWS = ["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
PAGE = b"""<!doctype html><title>shop</title><script>
async function register(options) {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options)
  return (await navigator.credentials.create({ publicKey })).toJSON()
}
async function signIn(options) {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options)
  return (await navigator.credentials.get({ publicKey })).toJSON()
}
</script>"""


class _Shop(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class App:
    """A pool with passkeys, its client, and Ada, over boto3."""

    def __init__(self, server: Server, **passkeys: str) -> None:
        self.idp = server.boto3("cognito-idp")
        policy = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}
        self.pool = self.idp.create_user_pool(PoolName="shop", Policies=policy)["UserPool"]["Id"]
        if passkeys:
            self.idp.set_user_pool_mfa_config(UserPoolId=self.pool, WebAuthnConfiguration=passkeys)
        made = self.idp.create_user_pool_client(
            UserPoolId=self.pool, ClientName="web", ExplicitAuthFlows=FLOWS
        )
        self.client = made["UserPoolClient"]["ClientId"]
        user = {"UserPoolId": self.pool, "Username": "ada"}
        self.idp.admin_create_user(**user, MessageAction="SUPPRESS")
        self.idp.admin_set_user_password(**user, Password=PASSWORD, Permanent=True)
        signed_in = self._initiate("USER_PASSWORD_AUTH", PASSWORD=PASSWORD)
        self.token = signed_in["AuthenticationResult"]["AccessToken"]

    def _initiate(self, flow: str, **parameters: str) -> Any:
        given = {"USERNAME": "ada", **parameters}
        return self.idp.initiate_auth(ClientId=self.client, AuthFlow=flow, AuthParameters=given)

    def begin_registration(self) -> Any:
        started = self.idp.start_web_authn_registration(AccessToken=self.token)
        return started["CredentialCreationOptions"]

    def complete_registration(self, credential: Any) -> None:
        self.idp.complete_web_authn_registration(AccessToken=self.token, Credential=credential)

    def ask(self) -> tuple[Any, str]:
        """The options for the browser, and the session."""
        asked = self._initiate("USER_AUTH", PREFERRED_CHALLENGE="WEB_AUTHN")
        return json.loads(asked["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"]), asked["Session"]

    def answer(self, session: str, credential: Any) -> Any:
        return self.idp.respond_to_auth_challenge(
            ClientId=self.client,
            ChallengeName="WEB_AUTHN",
            Session=session,
            ChallengeResponses={"USERNAME": "ada", "CREDENTIAL": json.dumps(credential)},
        )

    def credentials(self) -> Any:
        return self.idp.list_web_authn_credentials(AccessToken=self.token)["Credentials"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("passkeys")
    with dev_server(folder) as running:
        yield running


@pytest.fixture
async def tab() -> AsyncIterator[Page]:
    """A page of the shop, at http://localhost:PORT."""
    shop = ThreadingHTTPServer(("127.0.0.1", 0), _Shop)
    threading.Thread(target=shop.serve_forever, daemon=True).start()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        opened = await browser.new_page()
        await opened.goto(f"http://localhost:{shop.server_port}/")
        yield opened
        await browser.close()
    shop.shutdown()


async def plugged_in(tab: Page, **changes: Any) -> tuple[CDPSession, str]:
    """A virtual authenticator in the browser: its session, and its id."""
    session = await tab.context.new_cdp_session(tab)
    await session.send("WebAuthn.enable")
    added = await session.send("WebAuthn.addVirtualAuthenticator", {"options": KEY | changes})
    return session, added["authenticatorId"]


async def made(tab: Page, options: Any) -> Any:
    return await tab.evaluate("options => register(options)", options)


async def signed(tab: Page, options: Any) -> Any:
    return await tab.evaluate("options => signIn(options)", options)


async def test_a_passkey_made_in_the_browser_signs_in(server: Server, tab: Page) -> None:
    app = App(server, UserVerification="required")
    await plugged_in(tab)

    app.complete_registration(await made(tab, app.begin_registration()))
    [kept] = app.credentials()
    for _ in range(2):
        options, session = app.ask()
        answer = app.answer(session, await signed(tab, options))
        user = app.idp.get_user(AccessToken=answer["AuthenticationResult"]["AccessToken"])
        assert user["Username"] == "ada"

    assert kept["RelyingPartyId"] == "localhost"
    assert kept["AuthenticatorAttachment"] == "platform"
    assert kept["AuthenticatorTransports"] == ["internal"]


async def test_a_security_key_signs_in_and_its_old_answer_does_not(server: Server, tab: Page) -> None:
    app = App(server)
    await plugged_in(tab, transport="usb")
    app.complete_registration(await made(tab, app.begin_registration()))
    options, _ = app.ask()
    old = await signed(tab, options)

    options, session = app.ask()
    with pytest.raises(app.idp.exceptions.NotAuthorizedException):
        app.answer(session, old)
    answer = app.answer(session, await signed(tab, options))

    assert answer["AuthenticationResult"]["AccessToken"]
    assert [kept["FriendlyCredentialName"] for kept in app.credentials()] == ["Roaming passkey"]


async def test_the_browser_makes_no_second_passkey_in_the_same_authenticator(
    server: Server, tab: Page
) -> None:
    """`excludeCredentials` works: another authenticator may make one."""
    app = App(server)
    session, first = await plugged_in(tab)
    app.complete_registration(await made(tab, app.begin_registration()))

    with pytest.raises(Exception, match="InvalidStateError"):
        await made(tab, app.begin_registration())
    await session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": first})
    await plugged_in(tab)
    app.complete_registration(await made(tab, app.begin_registration()))

    assert len(app.credentials()) == 2


async def test_the_browser_refuses_a_relying_party_that_is_not_the_pages(server: Server, tab: Page) -> None:
    app, local = App(server, RelyingPartyId="id.example.com"), App(server)
    await plugged_in(tab)

    with pytest.raises(Exception, match="SecurityError"):
        await made(tab, app.begin_registration())

    assert await made(tab, local.begin_registration())
