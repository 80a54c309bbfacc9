"""Signing in in a real browser: Chromium, with its policy for forms, its keyboard and its authenticator."""

import json
import time
from pathlib import Path
from typing import Any

import pyotp
import pytest
from playwright.async_api import Page, expect
from tests.oauth.apps import App
from tests.oauth.chromium import KEY
from tests.oauth.sign_in.places import ADA, APPS, PASSWORD, PHONE, TEXTS, Place, new_place
from tests.server import Server

pytestmark = pytest.mark.browser

SHOTS = Path("build/screenshots")
FLOWS = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
MAKE = """async options => {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options)
  return (await navigator.credentials.create({ publicKey })).toJSON()
}"""


def place_for(server: Server, callback: str, **settings: Any) -> Place:
    """The app's address is the one that really answers."""
    place = new_place(server, client={"CallbackURLs": [callback]}, **settings)
    place.user(phone_number=PHONE, phone_number_verified="true")
    return place


async def opened(tab: Page, app: App, callback: str, **changes: str) -> None:
    await tab.goto(app.authorize(redirect_uri=callback, **changes))


async def is_back(tab: Page, callback: str) -> None:
    await tab.wait_for_url(f"{callback}?code=*")
    await expect(tab.locator("h1")).to_have_text("Back in the app")


async def shot(tab: Page, name: str) -> None:
    await tab.screenshot(path=SHOTS / f"sign-in-{name}.png", full_page=True)


async def test_a_password_by_keyboard_alone(server: Server, callback: str, tab: Page) -> None:
    place = place_for(server, callback)
    await opened(tab, place.app, callback)
    await expect(tab.locator("#signInFormUsername")).to_be_focused()

    await tab.keyboard.type(ADA)
    await tab.keyboard.press("Tab")
    await tab.keyboard.type("not it")
    await tab.keyboard.press("Enter")
    await expect(tab.locator("#signInFormPassword")).to_be_focused()
    await expect(tab.locator("#signInFormPassword")).to_have_attribute("aria-invalid", "true")
    await expect(tab.locator("#signInFormUsername")).to_have_value(ADA)
    await shot(tab, "mismatch")
    await tab.keyboard.type(PASSWORD)
    await tab.keyboard.press("Enter")

    await is_back(tab, callback)


async def test_an_app_is_set_up_with_the_key_under_the_picture(
    server: Server, callback: str, tab: Page
) -> None:
    place = place_for(server, callback, mfa="ON", factors=APPS)
    await opened(tab, place.app, callback, login_hint=ADA)
    await expect(tab.locator("#signInFormPassword")).to_be_focused()
    await tab.keyboard.type(PASSWORD)
    await tab.keyboard.press("Enter")

    await expect(tab.locator("h1")).to_have_text("Set up your authenticator app")
    picture = tab.get_by_role("img", name="QR code for your authenticator app")
    await expect(picture).to_be_visible()
    await shot(tab, "totp")
    await tab.get_by_text("Can’t scan it?").click()
    key = (await tab.locator("code.key").inner_text()).replace(" ", "")
    await tab.locator("#code").fill(pyotp.TOTP(key).now())
    await tab.get_by_role("button", name="Turn on").click()
    await is_back(tab, callback)

    await tab.context.clear_cookies()
    await opened(tab, place.app, callback, login_hint=ADA)
    await tab.keyboard.type(PASSWORD)
    await tab.keyboard.press("Enter")
    await expect(tab.locator("h1")).to_have_text("Enter the code from your app")
    await expect(tab.locator("#code")).to_be_focused()
    await tab.keyboard.type(pyotp.TOTP(key).at(time.time() + 30))
    await tab.keyboard.press("Enter")
    await is_back(tab, callback)


async def test_a_code_by_text_message_that_is_sent_anew(server: Server, callback: str, tab: Page) -> None:
    place = place_for(server, callback, mfa="ON", factors=TEXTS)
    await opened(tab, place.app, callback, login_hint=ADA)
    await tab.keyboard.type(PASSWORD)
    await tab.keyboard.press("Enter")
    await expect(tab.locator("h1")).to_have_text("Check your phone")

    await tab.get_by_role("button", name="Send a new code").click()

    await expect(tab.get_by_role("alert")).to_contain_text("A new code is on its way.")
    await shot(tab, "code")
    code = place.code(PHONE)
    await tab.locator("#code").fill(f"{code[:3]} {code[3:]}")
    await tab.keyboard.press("Enter")
    await is_back(tab, callback)


async def with_passkey(server: Server, callback: str, tab: Page) -> Place:
    """A pool with passkeys, and Ada's in the browser's authenticator."""
    place = place_for(server, callback, first=("WEB_AUTHN",))
    session = await tab.context.new_cdp_session(tab)
    await session.send("WebAuthn.enable")
    await session.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    made = place.idp.create_user_pool_client(
        UserPoolId=place.pool_id, ClientName="api", ExplicitAuthFlows=FLOWS
    )["UserPoolClient"]
    signed = place.idp.initiate_auth(
        ClientId=made["ClientId"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": ADA, "PASSWORD": PASSWORD},
    )
    access = signed["AuthenticationResult"]["AccessToken"]
    options = place.idp.start_web_authn_registration(AccessToken=access)["CredentialCreationOptions"]
    await tab.goto(callback)
    credential = await tab.evaluate(MAKE, json.loads(json.dumps(options)))
    place.idp.complete_web_authn_registration(AccessToken=access, Credential=credential)
    return place


async def test_a_passkey_by_its_button_before_anybody_said_a_name(
    server: Server, callback: str, tab: Page
) -> None:
    place = await with_passkey(server, callback, tab)
    await opened(tab, place.app, callback)

    button = tab.get_by_role("button", name="Sign in with a passkey")
    if await button.is_visible():
        await shot(tab, "passkey")
        await button.click()

    await is_back(tab, callback)


async def test_a_passkey_after_the_name_is_one_of_the_ways(server: Server, callback: str, tab: Page) -> None:
    place = await with_passkey(server, callback, tab)
    await tab.add_init_script("delete PublicKeyCredential.isConditionalMediationAvailable")
    await opened(tab, place.app, callback)
    await tab.keyboard.type(ADA)
    await tab.keyboard.press("Enter")
    await expect(tab.locator("h1")).to_have_text("How would you like to sign in?")
    await shot(tab, "choice")

    await tab.get_by_role("button", name="Passkey").click()
    await expect(tab.locator("h1")).to_have_text("Use your passkey")
    await tab.get_by_role("button", name="Continue").click()

    await is_back(tab, callback)
