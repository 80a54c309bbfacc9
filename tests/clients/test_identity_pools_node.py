"""NEEDS NODE (20 or newer): the JavaScript clients get credentials from an identity pool."""

from typing import Any

import pytest
from tests.clients.apps import PASSWORD, App, new_app, new_user
from tests.clients.test_boto3_identity_pools import logins, new_pool, new_role
from tests.clients.test_node_clients import facts_of, run_script
from tests.server import Server

pytestmark = pytest.mark.node


@pytest.fixture(scope="module")
def server(sqlite_server: Server) -> Server:
    return sqlite_server


@pytest.fixture
def admin(server: Server) -> Any:
    return server.boto3("cognito-identity")


@pytest.fixture
def app(server: Server) -> App:
    made = new_app(server)
    new_user(server, made, "ada")
    return made


def test_the_sdk_has_credentials_of_a_pool_and_of_an_identity(server: Server, admin: Any, app: App) -> None:
    pool_id = new_pool(admin, app)
    role = new_role(server, pool_id, "SdkUsers")
    admin.set_identity_pool_roles(IdentityPoolId=pool_id, Roles={"authenticated": role})
    facts = facts_of(server, app, "ada") | {"identityPoolId": pool_id, "logins": logins(server, app)}

    happened = run_script("identity_pools.mjs", "credentials", facts)

    assert happened["identityId"].startswith("us-east-1:")
    assert happened["again"] == happened["identityId"]
    assert happened["accessKeyId"].startswith("ASIA")
    assert happened["hasSecret"]
    assert happened["hasToken"]
    assert 3_500 < happened["seconds"] <= 3_600
    assert happened["guest"] == {
        "name": "NotAuthorizedException",
        "message": "Unauthenticated access is not supported for this identity pool.",
    }


def test_amplify_is_a_guest_and_then_the_same_identity_signed_in(
    server: Server, admin: Any, app: App
) -> None:
    pool_id = new_pool(admin, app, AllowUnauthenticatedIdentities=True)
    roles = {
        "authenticated": new_role(server, pool_id, "AmplifyUsers"),
        "unauthenticated": new_role(server, pool_id, "AmplifyGuests", "unauthenticated"),
    }
    admin.set_identity_pool_roles(IdentityPoolId=pool_id, Roles=roles)
    facts = facts_of(server, app, "ada") | {"identityPoolId": pool_id, "password": PASSWORD}

    happened = run_script("amplify_identity_pool.mjs", "sessions", facts)

    assert happened["user"]["identityId"] == happened["guest"]["identityId"]
    assert happened["again"]["identityId"] == happened["user"]["identityId"]
    assert happened["next"]["identityId"] != happened["user"]["identityId"]
    keys = {name: session["accessKeyId"] for name, session in happened.items()}
    assert all(key.startswith("ASIA") for key in keys.values())
    assert len(set(keys.values())) == 4
