"""Making an account, a lost password and a new passkey in a real browser: Chromium and its authenticator."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect
from tests.oauth.chromium import KEY
from tests.oauth.sign_up.newcomers import ADA, PASSWORD, Place, pool_of
from tests.server import Server

pytestmark = pytest.mark.browser

SHOTS = Path("build/screenshots")
NEW = "An0ther-P2$Sword"


async def opened(tab: Page, place: Place, callback: str, path: str, **changes: str) -> None:
    address = place.app.authorize(redirect_uri=callback, **changes)
    await tab.goto(address.replace("/oauth2/authorize", path))


async def is_back(tab: Page, callback: str) -> None:
    await tab.wait_for_url(f"{callback}?code=*")
    await expect(tab.locator("h1")).to_have_text("Back in the app")


async def shot(tab: Page, name: str) -> None:
    await tab.screenshot(path=SHOTS / f"sign-up-{name}.png", full_page=True)


async def sent(place: Place, purpose: str) -> str:
    return await asyncio.to_thread(place.server.code, place.pool_id, ADA, purpose)


def place_for(server: Server, callback: str, **settings: Any) -> Place:
    client = {"CallbackURLs": [callback], **settings.pop("client", {})}
    return pool_of(server, client, **settings)


async def test_from_sign_up_to_signed_in_by_keyboard_alone(server: Server, callback: str, tab: Page) -> None:
    schema = [{"Name": "given_name", "Required": True}, {"Name": "birthdate", "Required": True}]
    place = place_for(server, callback, Schema=schema)
    await opened(tab, place, callback, "/signup")
    await expect(tab.get_by_label("Email")).to_be_focused()

    await tab.keyboard.type(ADA)
    await tab.keyboard.press("Enter")
    await expect(tab.get_by_role("alert")).to_be_focused()
    await expect(tab.get_by_label("Email")).to_have_value(ADA)
    await shot(tab, "errors")
    await tab.get_by_label("First name").focus()
    await tab.keyboard.type("Ada")
    await tab.get_by_label("Date of birth").fill("1815-12-10")
    await tab.get_by_label("Password", exact=True).focus()
    await tab.keyboard.type(PASSWORD)
    await tab.keyboard.press("Enter")
    await expect(tab.locator("h1")).to_have_text("Check your email")
    await expect(tab.locator("#verification_code")).to_be_focused()
    await shot(tab, "confirm")
    await tab.keyboard.type(await sent(place, "SignUp"))
    await tab.keyboard.press("Enter")

    await is_back(tab, callback)


async def test_a_lost_password_is_replaced_by_the_code_from_the_mail(
    server: Server, callback: str, tab: Page
) -> None:
    place = place_for(server, callback)
    place.made()
    await opened(tab, place, callback, "/login")
    await tab.get_by_role("link", name="Forgot your password?").click()
    await tab.get_by_label("Email").fill(ADA)
    await tab.get_by_role("button", name="Send a code").click()
    await shot(tab, "reset")
    await tab.get_by_label("Code").fill(await sent(place, "ForgotPassword"))
    await tab.get_by_label("New password", exact=True).fill(NEW)
    await tab.get_by_role("button", name="Save and sign in").click()

    await is_back(tab, callback)


async def test_the_language_stays_from_page_to_page(server: Server, callback: str, tab: Page) -> None:
    place = place_for(server, callback)
    await opened(tab, place, callback, "/signup")

    await tab.locator("footer summary").click()
    await tab.get_by_role("button", name="Deutsch").click()
    await expect(tab.locator("html")).to_have_attribute("lang", "de")
    await tab.locator("[name=username]").fill(ADA)
    await tab.locator("[name=password]").fill(PASSWORD)
    await tab.locator("[name=signUpButton]").click()

    await tab.wait_for_url("**/confirm?*")
    await expect(tab.locator("html")).to_have_attribute("lang", "de")
    await shot(tab, "confirm-de")


async def test_a_passkey_is_made_after_the_sign_in(server: Server, callback: str, tab: Page) -> None:
    policies = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}
    flows = {"ExplicitAuthFlows": ["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]}
    place = place_for(server, callback, Policies=policies, client=flows)
    devtools = await tab.context.new_cdp_session(tab)
    await devtools.send("WebAuthn.enable")
    await devtools.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    await opened(tab, place, callback, "/signup")
    await tab.get_by_label("Email").fill(ADA)
    await tab.get_by_label("Password", exact=True).fill(PASSWORD)
    await tab.get_by_role("button", name="Create account").click()
    await tab.get_by_label("Code").fill(await sent(place, "SignUp"))
    await tab.get_by_role("button", name="Confirm").click()

    await expect(tab.locator("h1")).to_have_text("Sign in faster next time")
    await shot(tab, "passkey")
    await tab.get_by_role("button", name="Create a passkey").click()
    await expect(tab.locator("h1")).to_have_text("Your passkey is ready")
    await tab.get_by_role("link", name="Continue").click()

    await is_back(tab, callback)
