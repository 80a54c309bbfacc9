"""The dev pages in a real browser. Needs Debian's `chromium`; the CI script installs it."""

import asyncio
import shutil
import socket

import pytest
import uvicorn
from playwright.async_api import async_playwright

from poolhouse.oauth.pages import render
from poolhouse.web.request import read

pytestmark = pytest.mark.browser

HTML_MAIL = "<p>It is <b>482915</b>.</p><script>parent.document.title = 'taken over'</script>"


@pytest.fixture
async def address(visitor):
    """The dev pages and the style sheet that they share with the pages of pools, served on a free port."""

    async def application(scope, receive, send):
        request = await read(scope, receive)
        shared = request.path.startswith(render.STATIC)
        response = (
            render.file(request.path.removeprefix(render.STATIC))
            if shared
            else await visitor.pages.page(request)
        )
        headers = [*response.headers, (b"content-length", str(len(response.body)).encode())]
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        await send({"type": "http.response.body", "body": response.body})

    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(application, lifespan="off", log_config=None))
    task = asyncio.create_task(server.serve([listener]))
    yield f"http://localhost:{listener.getsockname()[1]}"
    server.should_exit = True
    await task


@pytest.fixture
async def browser():
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        yield launched
        await launched.close()


@pytest.fixture
async def tab(browser):
    opened = await browser.new_page()
    opened.complaints = []
    opened.on("console", lambda line: opened.complaints.append(line.text))
    opened.on("pageerror", lambda error: opened.complaints.append(str(error)))
    return opened


async def test_a_message_shows_up_by_itself(visitor, address, tab):
    await tab.goto(f"{address}/_dev/inbox")
    assert "No messages yet." in await tab.inner_text("main")

    await visitor.send(code="111111")
    await tab.wait_for_selector("text=111111", timeout=6_000)
    await visitor.send(code="222222", to="eve@example.com")
    await tab.wait_for_selector(".mails >> text=222222", timeout=6_000)

    assert await tab.inner_text(".big b") == "111111"  # what was open stays open
    assert await tab.title() == "Inbox (2) – Poolhouse dev"
    assert await tab.inner_text("[role=status]") == "New message for eve@example.com"
    assert tab.complaints == []


async def test_an_html_mail_cannot_run_its_script(visitor, address, tab):
    await visitor.send(body=HTML_MAIL, html=True)

    await tab.goto(f"{address}/_dev/inbox")
    frame = tab.frame_locator("iframe")

    assert await frame.locator("b").inner_text() == "482915"
    assert await tab.title() == "Inbox (1) – Poolhouse dev"


async def test_the_forms_work_although_the_pages_send_no_referrer(visitor, address, tab):
    await visitor.send()
    await tab.goto(f"{address}/_dev/inbox")

    await tab.click("text=Delete all")
    assert "No messages yet." in await tab.inner_text("main")

    await tab.goto(address)
    await tab.click("text=+30 days")
    await tab.wait_for_selector("text=Reset")
    assert visitor.env.clock.offset > 0
    await tab.click("text=Reset")
    await tab.wait_for_selector("text=Reset", state="detached")
    assert visitor.env.clock.offset == 0


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_no_page_scrolls_sideways_or_breaks_its_own_policy(visitor, address, tab, width, scheme):
    await visitor.send(to="a-very-long-name-that-does-not-fit@a-long-subdomain.of.example.com")
    await visitor.send(purpose="AdminCreateUser", code="A-very-long-temporary-password-27!")
    await tab.set_viewport_size({"width": width, "height": 800})
    await tab.emulate_media(color_scheme=scheme)

    for path in ("/", "/_dev/inbox"):
        await tab.goto(address + path)
        assert await tab.evaluate("document.documentElement.scrollWidth") <= width

    assert tab.complaints == []
