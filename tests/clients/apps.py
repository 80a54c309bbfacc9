"""Pools, app clients and users for the tests of the clients, made with boto3 as by an administrator."""

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Any

from tests.server import Server

PASSWORD = "Calm-Otter-27!"
OTHER_PASSWORD = "Bold-Heron-83?"
WRONG_PASSWORD = "Calm-Otter-28!"
INCORRECT = r"Incorrect username or password\."

EVERY_FLOW = [
    "ALLOW_USER_SRP_AUTH",
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
]


@dataclass(frozen=True)
class App:
    """An app client of a pool of its own."""

    pool_id: str
    client_id: str
    client_secret: str | None = field(repr=False)

    def secret_hash(self, username: str) -> str:
        """Raises `TypeError` for a client without a secret."""
        if self.client_secret is None:
            raise TypeError("This client has no secret.")
        digest = hmac.digest(
            self.client_secret.encode(), f"{username}{self.client_id}".encode(), hashlib.sha256
        )
        return base64.b64encode(digest).decode()


def new_app(
    server: Server, *, with_secret: bool = False, client: dict[str, Any] | None = None, **pool: Any
) -> App:
    """A pool that verifies e-mail addresses, and a client that allows every flow.

    `pool` and `client` are settings that differ.
    """
    idp = server.boto3("cognito-idp")
    pool_settings = {"PoolName": "clients", "AutoVerifiedAttributes": ["email"]} | pool
    pool_id = idp.create_user_pool(**pool_settings)["UserPool"]["Id"]
    client_settings = {
        "ClientName": "app",
        "GenerateSecret": with_secret,
        "ExplicitAuthFlows": EVERY_FLOW,
        "PreventUserExistenceErrors": "ENABLED",
    } | (client or {})
    made = idp.create_user_pool_client(UserPoolId=pool_id, **client_settings)["UserPoolClient"]
    return App(pool_id, made["ClientId"], made.get("ClientSecret"))


def new_user(
    server: Server,
    app: App,
    name: str,
    password: str = PASSWORD,
    *,
    permanent: bool = True,
    **attributes: str,
) -> dict[str, Any]:
    """A user as AdminCreateUser describes it; with a temporary password where it is not `permanent`."""
    idp = server.boto3("cognito-idp")
    user: dict[str, Any] = idp.admin_create_user(
        UserPoolId=app.pool_id,
        Username=name,
        TemporaryPassword=password,
        MessageAction="SUPPRESS",
        UserAttributes=listed(attributes),
    )["User"]
    if permanent:
        idp.admin_set_user_password(UserPoolId=app.pool_id, Username=name, Password=password, Permanent=True)
    return user


def listed(attributes: dict[str, str]) -> list[dict[str, str]]:
    """As AWS lists them."""
    return [{"Name": name, "Value": value} for name, value in attributes.items()]


def plain(attributes: list[dict[str, str]]) -> dict[str, str]:
    """The other way round."""
    return {attribute["Name"]: attribute["Value"] for attribute in attributes}
