"""A stage for sign-ins with an OIDC provider that lies, or a browser that does: a real server, a stand-in."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest
from tests.oauth.apps import CALLBACK, App, registered
from tests.oauth.walk import Walk, target
from tests.server import Server, dev_server
from tests.upstream import Upstream

Step = Callable[["Federation"], Any]

_NUMBERS = itertools.count()


@dataclass
class Federation:
    """`name` is the user name that the person of this row would get; each row has a person of its own."""

    server: Server
    upstream: Upstream
    app: App
    subject: str
    browser: Walk = field(default_factory=Walk)

    @property
    def name(self) -> str:
        return f"corp_{self.subject}"

    @property
    def api(self) -> Any:
        return self.server.boto3("cognito-idp")

    def leave(self, **changes: str) -> str:
        """Where the browser is sent; then the person signs in there, and this is the way back."""
        away = self.browser.get(self.app.authorize(identity_provider="corp", **changes))
        return self.upstream.sign_in(target(away), self.subject)

    def come_back(self, address: str) -> httpx2.Response:
        return self.browser.get(address)

    def walk(self) -> httpx2.Response:
        return self.come_back(self.leave())

    def another_app(self, **changes: Any) -> App:
        return registered(self.server, **({"SupportedIdentityProviders": ["COGNITO", "corp"]} | changes))

    def exists(self) -> bool:
        found = self.api.list_users(UserPoolId=self.server.user_pool_id, Filter=f'username = "{self.name}"')
        return bool(found["Users"])

    def update_client(self, providers: list[str]) -> None:
        described = self.api.describe_user_pool_client(
            UserPoolId=self.server.user_pool_id, ClientId=self.app.client_id
        )["UserPoolClient"]
        for member in ("CreationDate", "LastModifiedDate", "ClientType", "ClientSecret"):
            described.pop(member, None)
        self.api.update_user_pool_client(**(described | {"SupportedIdentityProviders": providers}))


@contextmanager
def federation(server: Server) -> Iterator[tuple[Server, Upstream]]:
    """The demo pool with the provider corp."""
    with Upstream() as upstream:
        server.boto3("cognito-idp").create_identity_provider(
            UserPoolId=server.user_pool_id,
            ProviderName="corp",
            ProviderType="OIDC",
            ProviderDetails=upstream.details(),
            AttributeMapping={"email": "email", "name": "name"},
        )
        yield server, upstream


def told(answer: httpx2.Response) -> str:
    """What the app is told: `error: description`, in Cognito's order; or the sentence of our own page."""
    if not answer.is_redirect:
        return f"page {answer.status_code}"
    address = target(answer)
    if not address.startswith(CALLBACK):
        return f"elsewhere: {address}"
    pairs = parse_qsl(urlsplit(address).query, keep_blank_values=True)
    found = dict(pairs)
    if "code" in found:
        return "signed in"
    order = [name for name, _ in pairs if name in ("error_description", "state", "error")]
    assert order == ["error_description", "state", "error"][-len(order) :]
    return f"{found['error']}: {found.get('error_description', '')}"


@pytest.fixture(scope="module")
def federation_stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Upstream]]:
    with dev_server(tmp_path_factory.mktemp("server")) as server, federation(server) as made:
        yield made


@pytest.fixture
def f(federation_stage: tuple[Server, Upstream]) -> Federation:
    server, upstream = federation_stage
    upstream.reset()
    found = Federation(server, upstream, None, f"person{next(_NUMBERS)}")  # type: ignore[arg-type]
    found.app = found.another_app()
    return found
