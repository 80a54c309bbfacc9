"""Where a pool answers: below the issuer, on its domain, and in development at the root."""

import base64
from pathlib import Path

import httpx2
import pytest
from tests.oauth.apps import CALLBACK, App, registered
from tests.oauth.pages_table import Browser, is_code
from tests.oauth.walk import Walk, parameters, target
from tests.server import Server, serve_server

DOMAIN = "places"


@pytest.fixture
def host(server: Server) -> str:
    """The pool's own host, which exists from the first test on."""
    cognito = server.boto3("cognito-idp")
    if not cognito.describe_user_pool_domain(Domain=DOMAIN)["DomainDescription"]:
        cognito.create_user_pool_domain(Domain=DOMAIN, UserPoolId=server.user_pool_id)
    return f"{DOMAIN}.auth.localhost:{server.endpoint.rpartition(':')[2]}"


def at_root(server: Server, app: App) -> App:
    return App(server.endpoint, app.client_id, app.secret)


def test_in_development_the_root_finds_the_pool_by_the_client(server: Server, app: App) -> None:
    answer = Browser(server, at_root(server, app), Walk()).authorize()

    assert target(answer).startswith(f"{app.base}/login?")


def test_a_whole_sign_in_begins_at_the_root_and_redeems_there(server: Server, app: App) -> None:
    back = Browser(server, at_root(server, app), Walk()).sign_in()

    answer = httpx2.post(f"{server.endpoint}/oauth2/token", data=app.redeem(parameters(back)["code"]))

    assert answer.status_code == 200


def test_the_root_finds_the_pool_by_basic_authentication(server: Server) -> None:
    app = registered(server, GenerateSecret=True)
    back = Browser(server, app, Walk()).sign_in()
    redeemed = app.redeem(parameters(back)["code"], client_id="", client_secret="")
    proof = base64.b64encode(f"{app.client_id}:{app.secret}".encode()).decode()

    answer = httpx2.post(
        f"{server.endpoint}/oauth2/token", data=redeemed, headers={"authorization": f"Basic {proof}"}
    )

    assert answer.status_code == 200


def test_the_pool_answers_on_its_domain_with_cookies_of_its_own(server: Server, app: App, host: str) -> None:
    headers = {"host": host}
    answer = httpx2.get(app.authorize().replace(app.base, server.endpoint), headers=headers)

    assert target(answer).startswith(f"http://{host}/login?")
    page = httpx2.get(target(answer).replace(host, server.endpoint.removeprefix("http://")), headers=headers)
    assert page.status_code == 200
    assert "XSRF-TOKEN=" in page.headers["set-cookie"]
    assert server.user_pool_id not in page.headers["set-cookie"]


def test_a_host_that_no_pool_has_is_no_domain(server: Server, host: str) -> None:
    for name in ("nobody.auth.localhost", f"{DOMAIN}.auth.localhost.attacker.example", "attacker.example"):
        wrong = host.replace(f"{DOMAIN}.auth.localhost", name)
        assert httpx2.get(f"{server.endpoint}/login", headers={"host": wrong}).status_code == 404
    assert httpx2.get(f"{server.endpoint}/login", headers={"host": host}).status_code == 400  # no client_id


def test_a_client_of_another_pool_has_no_page_here(server: Server, app: App) -> None:
    cognito = server.boto3("cognito-idp")
    other = cognito.create_user_pool(PoolName="other")["UserPool"]["Id"]
    base = f"{server.endpoint}/{other}"

    answer = Browser(server, App(base, app.client_id), Walk()).authorize()

    assert target(answer).startswith(f"{base}/error?")
    assert is_code(Browser(server, app, Walk()).sign_in())


def test_in_production_there_is_nothing_at_the_root(tmp_path: Path) -> None:
    with serve_server(tmp_path) as server:
        cognito = server.boto3("cognito-idp")
        pool_id = cognito.create_user_pool(PoolName="p")["UserPool"]["Id"]
        made = cognito.create_user_pool_client(
            UserPoolId=pool_id,
            ClientName="c",
            AllowedOAuthFlowsUserPoolClient=True,
            AllowedOAuthFlows=["code"],
            AllowedOAuthScopes=["openid"],
            CallbackURLs=[CALLBACK],
        )["UserPoolClient"]
        app = App(f"{server.endpoint}/{pool_id}", made["ClientId"])

        assert Walk().get(at_root(server, app).authorize(scope="openid")).status_code == 404
        assert "/login?" in target(Walk().get(app.authorize(scope="openid")))
