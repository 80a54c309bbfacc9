"""Debian's Chromium before the pools' pages, and the app that people are sent back to."""

import shutil
from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Page, async_playwright
from tests.web_server import WebServer

APP = b"<!doctype html><html lang=en><title>app</title><h1>Back in the app</h1>"

# A virtual authenticator of the DevTools protocol that has and verifies its user.
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def callback() -> Iterator[str]:
    """The address of an app that takes people back."""
    with WebServer({"/back": (200, {"content-type": "text/html"}, APP)}) as app:
        yield app.url("/back", host="localhost")


@pytest.fixture
async def tab() -> AsyncIterator[Page]:
    """A page whose console must stay silent: no policy is broken, no script fails."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = await browser.new_page(viewport={"width": 390, "height": 844})
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(f"{message.location['url']}: {message.text}"))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
        await browser.close()
        bad = [text for text in complaints if "status of 400" not in text and "/favicon.ico" not in text]
        assert bad == []
