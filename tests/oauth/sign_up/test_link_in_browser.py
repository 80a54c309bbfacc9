"""The link of a real mail in a real browser. Needs Debian's `chromium`; the CI script installs it."""

import asyncio
import re
import shutil
from html import unescape

import pytest
from playwright.async_api import async_playwright
from tests.mail_server import mail_server
from tests.server import dev_server

pytestmark = pytest.mark.browser

PASSWORD = "P2$Sword"
TO = "ada@example.com"


@pytest.fixture(scope="module")
def link(tmp_path_factory):
    """The link that a server sent over SMTP to somebody who signed up."""
    folder = tmp_path_factory.mktemp("confirm")
    with mail_server() as mailbox, dev_server(folder, "--no-demo", **mailbox.settings) as server:
        idp = server.boto3("cognito-idp")
        pool = idp.create_user_pool(
            PoolName="by link",
            AutoVerifiedAttributes=["email"],
            VerificationMessageTemplate={
                "DefaultEmailOption": "CONFIRM_WITH_LINK",
                "EmailMessageByLink": "<p>Hello {username}, {##confirm me##}.</p>",
                "EmailSubjectByLink": "Confirm",
            },
        )["UserPool"]["Id"]
        client = idp.create_user_pool_client(UserPoolId=pool, ClientName="app")["UserPoolClient"]["ClientId"]
        idp.sign_up(
            ClientId=client,
            Username="ada",
            Password=PASSWORD,
            UserAttributes=[{"Name": "email", "Value": TO}],
        )
        body = mailbox.body(TO)
        assert "<p>Hello ada, <a href=" in body
        yield unescape(re.search(r'href="([^"]+)"', body)[1])


async def visited(link, scheme, width, path):
    """What the page says, and what the browser complained of."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = await browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 640})
        complaints = []
        page.on("console", lambda message: complaints.append(f"{message.text} {message.location['url']}"))
        await page.goto(link)
        await page.get_by_role("button", name="Confirm").click()
        await page.screenshot(path=path)
        said = await page.inner_text("h1"), await page.evaluate("document.documentElement.scrollWidth")
        font = await page.evaluate("getComputedStyle(document.querySelector('h1')).fontSize")
        await browser.close()
        return said, font, complaints


def test_the_button_of_the_link_confirms_and_says_so_again_in_both_schemes_and_on_a_phone(link, tmp_path):
    wrong = link[:-1] + str((int(link[-1]) + 1) % 10)
    steps = [
        (wrong, "light", 1280, "This link doesn’t work"),
        (link, "light", 1280, "You’re confirmed"),
        (link, "dark", 320, "Already confirmed"),
    ]
    for number, (address, scheme, width, heading) in enumerate(steps):
        (said, scrolls), font, complaints = asyncio.run(
            visited(address, scheme, width, tmp_path / f"{number}.png")
        )
        assert said == heading
        assert scrolls <= width
        assert font == "26px"  # the style sheet is in force
        assert [text for text in complaints if "400" not in text and "favicon" not in text] == []
