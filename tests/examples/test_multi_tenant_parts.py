"""The modules of examples/multi-tenant, in process: rows of each tenant, invitations, who is let in."""

import inspect
import json
import string
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.authorizer import issuer
from tests.authorizer.issuer import Issuer, access, token
from tests.examples.multi_tenant import FOLDER, claims_function, imported
from tests.gateway.gateways import Door, opened
from tests.refusals.gate import Gate
from tests.refusals.http_table import Request, signed
from tests.refusals.scene import PASSWORD, Scene
from tests.world import close_world, open_world

PAGE = {"connect": ["https://id.example.com"], "page": "https://app.example/"}
FIRST = {"acme": ["Harbour crane"], "globex": ["Wind park", "Dam"]}


@pytest.fixture
def modules() -> Iterator[Any]:
    with imported("projects", "invitations", "one_pool_server", "pool_per_tenant_server") as found:
        yield found


def bearing(**claims: Any) -> dict[str, str]:
    usual = {"scope": "openid projects/use", "tenant_id": "acme", "roles": ["member"]}
    return {"authorization": f"Bearer {token(access(**(usual | claims)))}"}


@pytest.fixture
def joined() -> list[Any]:
    return []


@pytest.fixture
def client(modules: Any, joined: list[Any]) -> TestClient:
    """The server of the example with one pool. Accounts that it makes are in `joined`."""
    projects, _, server, _ = modules
    known = server.verifier(
        issuer.ISSUER, issuer.CLIENT, fetch=Issuer(), clock=lambda: float(issuer.NOW), leeway=0
    )
    database = projects.opened(":memory:", FIRST)
    return TestClient(server.application(known, database, PAGE, joined.append))


# Rows


def test_every_statement_about_projects_names_the_tenant(modules: Any) -> None:
    projects = modules[0]
    statements = [
        value for name, value in vars(projects).items() if name.isupper() and isinstance(value, str)
    ]

    assert len(statements) == 5
    assert all("tenant_id = :tenant_id" in text or "CREATE TABLE" in text for text in statements)
    assert "execute(" in inspect.getsource(projects)


def test_a_tenant_reads_adds_and_deletes_its_own_rows(modules: Any) -> None:
    projects = modules[0]
    database = projects.opened(":memory:", FIRST)
    acme, globex = projects.Projects(database, "acme"), projects.Projects(database, "globex")

    assert acme.one(2) is None
    assert not acme.delete(2)
    assert acme.add("Night ferry") == {"id": 2, "name": "Night ferry"}
    assert acme.delete(2)
    assert globex.one(2) == {"id": 2, "name": "Dam"}
    assert projects.Projects(database, "x' OR '1'='1").all() == []


# Invitations


def test_an_invitation_is_good_once_and_until_its_time_is_over(modules: Any) -> None:
    projects, invitations, _, _ = modules
    known = invitations.Invitations(projects.opened(":memory:"))
    wanted = invitations.Invitation("acme", "member", "kim@acme.example")
    first, second, third = (known.add(wanted, 0.0) for _ in range(3))

    assert known.take(first, 3 * 86_400 - 1) == wanted
    assert known.take(first, 1) is None
    assert known.take(second, 3 * 86_400) is None
    assert known.take(third + "x", 1) is None
    known.give_back(first)
    assert known.take(first, 1) == wanted


def test_of_an_invitation_the_database_has_a_digest_and_no_token(modules: Any) -> None:
    projects, invitations, _, _ = modules
    database = projects.opened(":memory:")
    token = invitations.Invitations(database).add(
        invitations.Invitation("acme", "member", "k@acme.example"), 0.0
    )

    assert token not in "\n".join(database.iterdump())


def test_who_invites_invites_to_the_own_tenant(client: TestClient, joined: list[Any]) -> None:
    admin = bearing(roles=["admin"])
    asked = {"email": "Kim@acme.example", "role": "admin", "tenant_id": "globex"}

    link = client.post("/invitations", headers=admin, json=asked).json()["link"]
    client.post("/join", json={"token": link.partition("#")[2], "tenant_id": "globex", "role": "admin"})

    (made,) = joined
    assert (made.tenant_id, made.role, made.email) == ("acme", "admin", "kim@acme.example")


@pytest.mark.parametrize("roles", [[], ["member"], ["Admin"], ["administrator"]])
def test_who_is_no_administrator_invites_nobody(client: TestClient, roles: list[str]) -> None:
    asked = {"email": "kim@acme.example"}

    assert client.post("/invitations", headers=bearing(roles=roles), json=asked).status_code == 403
    assert client.post("/invitations", headers=bearing(roles=["admin"]), json=asked).status_code == 201


def test_an_account_that_could_not_be_made_leaves_the_invitation_good(modules: Any) -> None:
    projects, _, server, _ = modules
    known = server.verifier(
        issuer.ISSUER, issuer.CLIENT, fetch=Issuer(), clock=lambda: float(issuer.NOW), leeway=0
    )
    answers: list[Any] = [ConnectionError("Poolhouse is away"), None, server.Taken()]

    def join(invitation: Any) -> None:
        answer = answers.pop(0)
        if answer:
            raise answer

    api = server.application(known, projects.opened(":memory:"), PAGE, join)
    client = TestClient(api, raise_server_exceptions=False)
    links = [
        client.post(
            "/invitations", headers=bearing(roles=["admin"]), json={"email": "k@acme.example"}
        ).json()["link"]
        for _ in range(2)
    ]
    tokens = [link.partition("#")[2] for link in links]

    assert client.post("/join", json={"token": tokens[0]}).status_code == 500
    assert client.post("/join", json={"token": tokens[0]}).status_code == 200
    assert client.post("/join", json={"token": tokens[1]}).status_code == 409
    assert client.post("/join", json={"token": tokens[1]}).status_code == 410


# Who is let in


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        (bearing(exp=issuer.NOW), 401),
        (bearing(client_id="another-client-of-the-pool"), 401),
        (bearing(scope="openid"), 403),
        (bearing(tenant_id=None), 403),
        (bearing(tenant_id=""), 403),
        (bearing(tenant_id=["acme", "globex"]), 403),
        (bearing(roles="admin"), 403),
    ],
)
def test_the_server_refuses_by_itself(client: TestClient, headers: dict[str, str], status: int) -> None:
    asked = [("GET", "/projects"), ("POST", "/projects"), ("DELETE", "/projects/1"), ("POST", "/invitations")]
    for method, path in asked:
        body = {"name": "x", "email": "k@acme.example"}
        assert client.request(method, path, headers=headers, json=body).status_code == status
    assert client.get("/projects", headers=bearing()).json() == [{"id": 1, "name": "Harbour crane"}]


def test_nothing_but_the_token_says_whose_projects_they_are(client: TestClient) -> None:
    headers = bearing() | {"x-tenant-id": "globex", "cookie": "tenant_id=globex"}

    assert [p["name"] for p in client.get("/projects?tenant_id=globex", headers=headers).json()] == [
        "Harbour crane"
    ]


@pytest.fixture
def door() -> Door:
    routes = string.Template((FOLDER / "one-pool.toml").read_text("utf-8"))
    places = {
        "port": 8500,
        "issuer": issuer.ISSUER,
        "client_id": issuer.CLIENT,
        "server": "http://127.0.0.1:9000",
    }
    return opened(routes.substitute(places), authorizers="")


async def test_the_gateway_lets_administrators_alone_through_to_invitations(door: Door) -> None:
    usual = {"scope": "projects/use", "tenant_id": "acme"}
    member = token(access(**usual, **{"cognito:groups": ["member"]}))
    admin = token(access(**usual, **{"cognito:groups": ["admin"]}))

    assert (await door.ask("POST", "/api/invitations", token=member)).status == 403
    assert (await door.ask("POST", "/api/invitations")).status == 401
    assert not door.touched
    assert (await door.ask("POST", "/api/invitations", token=admin)).status == 200
    assert (await door.ask("POST", "/api/join")).status == 200  # who has an invitation has no token yet


# A pool for each tenant


def test_the_tenant_is_the_pool_of_the_token_and_a_new_pool_needs_no_new_start(
    modules: Any, tmp_path: Path
) -> None:
    server, file = modules[3], tmp_path / "gateway.toml"
    file.write_text('[[authorizers.users.pools]]\nissuer = "https://id.example.com/other"\nclient_ids = []\n')
    tenants = server.Tenants(file, fetch=Issuer(), clock=lambda: float(issuer.NOW), leeway=0)
    api = server.serving.application([])
    server.serving.serve_projects(
        api,
        server.projects.opened(":memory:", {issuer.ISSUER.rpartition("/")[2]: ["Own"]}),
        tenants.of_request,
    )
    client, headers = TestClient(api), bearing(tenant_id="globex")

    assert client.get("/projects", headers=headers).status_code == 401
    time.sleep(0.01)  # so that the file is another one
    with file.open("a") as added:
        added.write(
            f'[[authorizers.users.pools]]\nissuer = "{issuer.ISSUER}"\nclient_ids = ["{issuer.CLIENT}"]\n'
        )
    assert client.get("/projects", headers=headers).json() == [{"id": 1, "name": "Own"}]
    time.sleep(0.01)
    file.write_text("broken = ")
    assert client.get("/projects", headers=headers).status_code == 200


# The rest


def test_both_tokens_say_tenant_and_roles_and_nothing_that_a_client_told() -> None:
    event = {
        "request": {
            "userAttributes": {"custom:tenant_id": "acme", "tenant_id": "globex"},
            "groupConfiguration": {"groupsToOverride": ["member"]},
            "clientMetadata": {"tenant_id": "globex", "roles": "admin"},
        },
        "response": {},
    }

    details = claims_function()(event, None)["response"]["claimsAndScopeOverrideDetails"]

    for kind in ("accessTokenGeneration", "idTokenGeneration"):
        assert details[kind] == {"claimsToAddOrOverride": {"tenant_id": "acme", "roles": ["member"]}}


async def test_the_policy_of_the_servers_key_lets_it_make_accounts_and_nothing_else(tmp_path: Path) -> None:
    world = await open_world(tmp_path)
    gate = Gate(Scene(world, tmp_path / "poolhouse.sqlite3"))
    await gate.open()
    text = (FOLDER / "server-policy.json").read_text().replace("us-east-1_Ab3dEf6hI", gate.pool)
    key = await gate.new_key(json.loads(text))
    kim = {"UserPoolId": gate.pool, "Username": "kim"}
    other = await world.pool()

    assert (await signed(gate, Request("AdminCreateUser", kim), key=key)).status == 200
    for operation, members in {
        "AdminCreateUser": {"UserPoolId": other, "Username": "kim"},
        "AdminSetUserPassword": {**kim, "Password": PASSWORD},
        "AdminUpdateUserAttributes": {**kim, "UserAttributes": []},
        "AdminDeleteUser": kim,
        "ListUsers": {"UserPoolId": gate.pool},
    }.items():
        refused = await signed(gate, Request(operation, members), key=key)
        assert "AccessDeniedException" in refused.error, operation
    await close_world(world)
