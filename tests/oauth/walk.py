"""A browser without pictures: it keeps cookies, and posts the form it was shown.

browser = Walk()
page = browser.get(f"{base}/oauth2/authorize?{query}")
back = browser.submit(browser.follow(page), username="ada", password="P2$Sword")
code = parameters(back)["code"]
"""

from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx2


class Walk:
    def __init__(self) -> None:
        self.client = httpx2.Client(timeout=20, follow_redirects=False)

    def get(self, address: str, **parameters: str) -> httpx2.Response:
        return self.client.get(address, params=parameters or None)

    def follow(self, answer: httpx2.Response) -> httpx2.Response:
        """Go where it redirects to, as long as that is on the same host."""
        while answer.is_redirect and _host(target(answer)) == _host(str(answer.url)):
            answer = self.client.get(target(answer))
        return answer

    def submit(self, page: httpx2.Response, form: int = 0, **typed: str) -> httpx2.Response:
        """Post a form of the page, its hidden fields included."""
        found = forms(page.text)[form]
        return self.client.post(urljoin(str(page.url), found.action), data={**found.hidden, **typed})


def target(answer: httpx2.Response) -> str:
    return urljoin(str(answer.url), answer.headers["location"])


def parameters(answer: httpx2.Response) -> dict[str, str]:
    """What a redirect carries, in its query or in its fragment."""
    parts = urlsplit(target(answer))
    return dict(parse_qsl(parts.query or parts.fragment, keep_blank_values=True))


def _host(address: str) -> str:
    return urlsplit(address).netloc


class _Form:
    def __init__(self, action: str) -> None:
        self.action = action
        self.hidden: dict[str, str] = {}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[_Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(_Form(given.get("action", "")))
        if tag == "input" and given.get("type") == "hidden" and self.forms:
            self.forms[-1].hidden[given.get("name", "")] = given.get("value", "")


def forms(text: str) -> list[_Form]:
    reader = _Reader()
    reader.feed(text)
    return reader.forms
