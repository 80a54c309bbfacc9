"""The form of tables for what a browser asks of the pages: a refusal, and almost the same that succeeds."""

from collections.abc import Callable
from dataclasses import dataclass

import httpx2
from tests.oauth.apps import App
from tests.oauth.walk import Walk, parameters, target
from tests.server import Server


@dataclass(frozen=True)
class Browser:
    """A browser before the demo pool's pages."""

    server: Server
    app: App
    walk: Walk

    def get(self, path: str, **query: str) -> httpx2.Response:
        return self.walk.get(f"{self.app.base}{path}", **query)

    def authorize(self, **changes: str) -> httpx2.Response:
        """Ask, and go no further than the first answer."""
        return self.walk.get(self.app.authorize(**changes))

    def sign_in(self, **changes: str) -> httpx2.Response:
        """Ask, sign in as the demo user, and give what the form answered."""
        page = self.walk.follow(self.walk.get(self.app.authorize(**changes)))
        return self.walk.submit(page, username=self.server.username, password=self.server.password)


def is_code(answer: httpx2.Response) -> bool:
    """Is the browser sent back to the app with a code?"""
    return answer.is_redirect and "code" in parameters(answer)


def is_login(answer: httpx2.Response) -> bool:
    """Is it sent to the sign-in page?"""
    return answer.is_redirect and "/login?" in target(answer)


def told(answer: httpx2.Response) -> str:
    """`error: description`, as the app is told; empty: the app is told nothing."""
    if not answer.is_redirect or not target(answer).startswith("https://app.example.com/back"):
        return ""
    found = parameters(answer)
    return f"{found.get('error', '')}: {found.get('error_description', '')}"


@dataclass(frozen=True)
class PageRow:
    """
    name     completes the sentence "Refused: ..."
    refused  what the browser does; its last answer
    seen     what that answer must be
    twin     almost the same; it must end as `succeeds` says
    """

    name: str
    refused: Callable[[Browser], httpx2.Response]
    seen: Callable[[httpx2.Response], object]
    twin: Callable[[Browser], httpx2.Response]
    succeeds: Callable[[httpx2.Response], object] = is_login
