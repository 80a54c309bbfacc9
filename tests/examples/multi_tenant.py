"""The examples of examples/multi-tenant: their modules, in process; and a browser before a running one."""

import importlib
import importlib.util
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.oauth.apps import VERIFIER, challenge
from tests.oauth.walk import Walk, parameters

from poolhouse.crypto import jose

FOLDER = Path(__file__).parents[2] / "examples" / "multi-tenant"
GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "multi-tenancy.md"


@contextmanager
def imported(*names: str) -> Iterator[list[Any]]:
    """Modules of the example, imported as its commands do it, and forgotten after the block."""
    before = set(sys.modules)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(FOLDER))
        yield [importlib.import_module(name) for name in names]
    for name in set(sys.modules) - before:
        file = getattr(sys.modules[name], "__file__", None) or ""
        if file.startswith(str(FOLDER)):
            del sys.modules[name]


def claims_function() -> Any:
    """The handler of the PreTokenGeneration function."""
    file = FOLDER / "functions" / "tenant-claims" / "handler.py"
    spec = importlib.util.spec_from_file_location("tenant_claims", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.handler


class Browser(Walk):
    """A browser with the example's page, at one pool."""

    def __init__(self, page: str, pool: Mapping[str, Any]) -> None:
        """pool  `issuer`, `clientId`, `scopes`"""
        super().__init__()
        self.page, self.pool = page, pool

    def leave(self, **more: str) -> httpx2.Response:
        """What the pool, or its identity provider, shows."""
        asked = {
            "response_type": "code",
            "client_id": self.pool["clientId"],
            "redirect_uri": self.page,
            "scope": " ".join(self.pool["scopes"]),
            "code_challenge": challenge(VERIFIER),
            "code_challenge_method": "S256",
        }
        return self.follow(self.get(f"{self.pool['issuer']}/oauth2/authorize", **asked, **more))

    def tokens(self, back: httpx2.Response) -> dict[str, str]:
        """Of the redirect that brings the browser back to the page."""
        answer = self.client.post(
            f"{self.pool['issuer']}/oauth2/token",
            data={
                "grant_type": "authorization_code",
                "client_id": self.pool["clientId"],
                "redirect_uri": self.page,
                "code": parameters(back)["code"],
                "code_verifier": VERIFIER,
            },
        )
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def sign_in(self, email: str, password: str) -> dict[str, str]:
        return self.tokens(self.submit(self.leave(), username=email, password=password))


class Api:
    """The application's own API, behind the gateway, as one person calls it."""

    def __init__(self, page: str, tokens: Mapping[str, str] | None = None) -> None:
        headers = {"authorization": f"Bearer {tokens['access_token']}"} if tokens else {}
        self.http = httpx2.Client(base_url=page, headers=headers, timeout=20)

    def call(self, method: str, path: str, **message: Any) -> httpx2.Response:
        return self.http.request(method, path, json=message or None)

    def names(self) -> list[str]:
        """Of the projects that this person sees."""
        answer = self.call("GET", "/api/projects")
        assert answer.status_code == 200, answer.text
        return [project["name"] for project in answer.json()]


def said_by(token: str) -> dict[str, Any]:
    """What a token says, unverified."""
    return dict(jose.read(token).claims)
