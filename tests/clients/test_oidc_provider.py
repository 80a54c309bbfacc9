"""A certified OpenID provider (npm oidc-provider, unmodified) as the identity provider of a pool."""

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from tests.oauth.apps import CALLBACK, App, registered
from tests.oauth.walk import Walk, parameters, target
from tests.server import Server, dev_server

HERE = Path(__file__).parent
SECRET = "a secret of the provider, which is long enough"

pytestmark = pytest.mark.node


@contextmanager
def running(redirect_uri: str, **client: Any) -> Iterator[str]:
    """The provider; gives its issuer."""
    given = json.dumps({"redirect_uri": redirect_uri, "client": client})
    process = subprocess.Popen(
        ["node", "oidc_provider.mjs", given],
        cwd=HERE,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout
        yield str(json.loads(process.stdout.readline())["issuer"])
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with dev_server(tmp_path_factory.mktemp("server")) as started:
        yield started


Federated = Callable[..., App]


@pytest.fixture
def federated(server: Server) -> Iterator[Federated]:
    """Gives the pool the provider `peer`, and an app that its users sign in to."""
    api, pool = server.boto3("cognito-idp"), server.user_pool_id

    def make(issuer: str, **details: str) -> App:
        usual = {
            "client_id": "ours",
            "client_secret": SECRET,
            "oidc_issuer": issuer,
            "authorize_scopes": "openid email profile",
        }
        api.create_identity_provider(
            UserPoolId=pool,
            ProviderName="peer",
            ProviderType="OIDC",
            ProviderDetails=usual | details,
            AttributeMapping={"email": "email", "email_verified": "email_verified", "name": "name"},
        )
        return registered(server, SupportedIdentityProviders=["peer"])

    yield make
    api.delete_identity_provider(UserPoolId=pool, ProviderName="peer")


def signed_in(app: App, name: str) -> httpx2.Response:
    """Through the provider's own pages: its form for name and password, then its consent."""
    browser = Walk()
    page = followed(browser, browser.get(target(browser.get(app.authorize()))))
    page = followed(browser, browser.submit(page, login=name, password="any"))
    while "<form" in page.text:
        page = followed(browser, browser.submit(page))
    return browser.get(target(page))


def followed(browser: Walk, answer: httpx2.Response) -> httpx2.Response:
    """As far as the provider itself redirects: the last answer may lead to us."""
    while answer.is_redirect and "/oauth2/idpresponse" not in target(answer):
        answer = browser.get(target(answer))
    return answer


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "PS256"])
def test_a_user_of_a_certified_provider_signs_in(
    server: Server, federated: Federated, method: str, algorithm: str
) -> None:
    callback = f"{server.endpoint}/{server.user_pool_id}/oauth2/idpresponse"
    client = {"token_endpoint_auth_method": method, "id_token_signed_response_alg": algorithm}
    name = f"ada-{method}-{algorithm}".lower()
    with running(callback, **client) as issuer:
        app = federated(issuer)
        back = signed_in(app, name)

        assert target(back).startswith(f"{CALLBACK}?code=")
        answer = httpx2.post(f"{app.base}/oauth2/token", data=app.redeem(parameters(back)["code"]))
    keys = KeySet.import_key_set(httpx2.get(f"{app.base}/.well-known/jwks.json").json())
    claims = jwt.decode(answer.json()["id_token"], keys).claims
    assert claims["cognito:username"] == f"peer_{name}"
    assert claims["email"] == f"{name}@example.com"
    found = server.boto3("cognito-idp").admin_get_user(
        UserPoolId=server.user_pool_id, Username=f"peer_{name}"
    )
    attributes = {entry["Name"]: entry["Value"] for entry in found["UserAttributes"]}
    assert attributes["name"] == "Ada of oidc-provider"
    assert attributes["email_verified"] == "true"


def test_a_wrong_secret_is_told_in_the_words_of_the_provider(server: Server, federated: Federated) -> None:
    callback = f"{server.endpoint}/{server.user_pool_id}/oauth2/idpresponse"
    with running(callback, token_endpoint_auth_method="client_secret_post") as issuer:
        app = federated(issuer, client_secret="another secret, which is not the one")

        refused = parameters(signed_in(app, "eve"))

    assert refused["error"] == "invalid_request"
    assert refused["error_description"] == "peer Error - 401 invalid_client"
