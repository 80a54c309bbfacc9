"""Temporary credentials: GetCredentialsForIdentity with a user's ID token, and AssumeRoleWithWebIdentity."""

import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benchmarks.client import Connection, Refused

_ARN = "arn:aws:iam::000000000000:role/bench"
_SERVICE = "cognito-identity"
_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Federated": "cognito-identity.amazonaws.com"},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {"ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "authenticated"}},
        }
    ],
}

ROLES = json.dumps({"bench": {"trust": _TRUST}})  # POOLHOUSE_ROLES of the server

Once = Callable[[Connection], Awaitable[Any]]


async def credential_operations(
    connection: Connection, pool_id: str, client_id: str, id_token: str
) -> dict[str, Once]:
    """Both begin with a token that is verified anew each time, and end with a session."""
    provider = f"cognito-idp.us-east-1.amazonaws.com/{pool_id}"
    logins = {provider: id_token}
    made = await connection.call(
        "CreateIdentityPool",
        {
            "IdentityPoolName": "bench",
            "AllowUnauthenticatedIdentities": False,
            "CognitoIdentityProviders": [{"ProviderName": provider, "ClientId": client_id}],
        },
        signed=True,
        service=_SERVICE,
    )
    identity_pool = {"IdentityPoolId": made["IdentityPoolId"]}
    await connection.call(
        "SetIdentityPoolRoles",
        identity_pool | {"Roles": {"authenticated": _ARN}},
        signed=True,
        service=_SERVICE,
    )
    found = await connection.call("GetId", identity_pool | {"Logins": logins}, service=_SERVICE)
    asked = {"IdentityId": found["IdentityId"], "Logins": logins}
    given = await connection.call("GetOpenIdToken", asked, service=_SERVICE)
    return {"identity_credentials": _for_identity(asked), "web_identity": _for_token(given["Token"])}


def _for_identity(asked: dict[str, Any]) -> Once:
    async def once(connection: Connection) -> Any:
        return await connection.call("GetCredentialsForIdentity", asked, service=_SERVICE)

    return once


def _for_token(token: str) -> Once:
    form = {
        "Action": "AssumeRoleWithWebIdentity",
        "Version": "2011-06-15",
        "RoleArn": _ARN,
        "RoleSessionName": "bench",
        "WebIdentityToken": token,
    }
    body, headers = urlencode(form).encode(), {"content-type": "application/x-www-form-urlencoded"}

    async def once(connection: Connection) -> Any:
        status, _, answer = await connection.http("POST", "/", headers, body)
        if status != 200:
            raise Refused(answer.decode())

    return once


def signature() -> Callable[[], bytes]:
    """What a session token costs at least: a signature over 700 bytes."""
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    return lambda: key.sign(bytes(700))
