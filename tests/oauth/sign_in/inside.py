"""A browser before the pages of a world in this process: clock and functions are in the test's hands.

visitor = Visitor(scene)
page = await visitor.page()
back = await visitor.submit(page, username="ada", password=PASSWORD)
"""

import json
import re
from collections.abc import Mapping
from html import unescape
from typing import Any
from urllib.parse import urljoin

import httpx2
from tests.oauth.apps import CALLBACK, App
from tests.oauth.walk import forms, target
from tests.refusals.scene import PASSWORD, Scene
from tests.world import World

from poolhouse.web.gateway import Gateway
from poolhouse.web.hosted import Hosted
from poolhouse.web.metrics import Metrics

OAUTH: Mapping[str, Any] = {
    "ClientName": "Harbour",
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": ["openid", "email", "aws.cognito.signin.user.admin"],
    "CallbackURLs": [CALLBACK],
    "SupportedIdentityProviders": ["COGNITO"],
}


class Visitor:
    """One browser before the pages of a scene. `app`: of another client than the scene's."""

    def __init__(self, scene: Scene, client_id: str = "") -> None:
        self.scene = scene
        env = scene.world.env
        metrics = Metrics()
        gateway: Any = Gateway(env, metrics, (Hosted(env, metrics).page,))
        transport = httpx2.ASGITransport(app=gateway)
        self.http = httpx2.AsyncClient(transport=transport, base_url=env.settings.public_url)
        self.app = App(f"{env.settings.public_url}/{scene.pool}", client_id or scene.client)

    @property
    def world(self) -> World:
        return self.scene.world

    def another(self, client_id: str = "") -> "Visitor":
        """Another browser."""
        return Visitor(self.scene, client_id)

    async def page(self, **changes: str) -> httpx2.Response:
        answer = await self.http.get(self.app.authorize(**changes))
        while answer.is_redirect and "localhost" in target(answer).partition("?")[0]:
            answer = await self.http.get(target(answer))
        return answer

    async def submit(
        self,
        page: httpx2.Response,
        form: int = 0,
        *,
        headers: Mapping[str, str] | None = None,
        changes: Mapping[str, str] | None = None,
        **typed: str,
    ) -> httpx2.Response:
        """Post a form. `changes`: hidden fields that are not as the page has them."""
        found = forms(page.text)[form]
        data = {**found.hidden, **(changes or {}), **typed}
        return await self.http.post(urljoin(str(page.url), found.action), data=data, headers=headers)

    async def enter(self, username: str = "ada", password: str = PASSWORD, **changes: str) -> httpx2.Response:
        """The sign-in page, and what it answers to this name and password ("": the name alone)."""
        typed = {"username": username} | ({"password": password} if password else {})
        return await self.submit(await self.page(**changes), **typed)

    async def code(self) -> str:
        return await self.scene.code()


def state_of(page: httpx2.Response, form: int = 0) -> str:
    return forms(page.text)[form].hidden["state"]


def options_of(page: httpx2.Response) -> dict[str, Any]:
    """What the page asks the browser's authenticator for."""
    found = re.search(r'data-options="([^"]+)"', page.text)
    assert found, page.text
    return dict(json.loads(unescape(found[1])))
