"""From the start page of `poolhouse dev` to a signed-in demo user."""

import html
import re

from tests.oauth.walk import Walk, parameters, target
from tests.server import Server


def test_the_start_page_leads_to_the_sign_in_page_and_back(server: Server) -> None:
    browser = Walk()
    start = browser.get(f"{server.endpoint}/")
    link = re.search(r'href="([^"]+)">Open the sign-in page', start.text)
    assert link
    page = browser.get(f"{server.endpoint}{html.unescape(link[1])}")

    back = browser.submit(page, username=server.username, password=server.password)

    assert target(back).startswith(f"{server.endpoint}/?code=")
    assert parameters(back)["iss"] == f"{server.endpoint}/{server.user_pool_id}"
    assert browser.get(target(back)).status_code == 200
