"""Sign-ins with passkeys, for the benchmark: a pool of its own, and users with a software authenticator."""

from itertools import cycle
from typing import Any

import msgspec
from tests.authenticator import Authenticator

from benchmarks.client import Connection
from benchmarks.people import PASSWORD

_FLOWS = ["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
_POLICY = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}
_USERS = 48
_ORIGIN = "http://localhost:8400"  # the relying party is localhost, as the server's address is


async def passkey_sign_in(connection: Connection) -> Any:
    """USER_AUTH with PREFERRED_CHALLENGE=WEB_AUTHN, both requests; ES256, with a counter."""
    made = await connection.call("CreateUserPool", {"PoolName": "passkeys", "Policies": _POLICY}, signed=True)
    pool_id = made["UserPool"]["Id"]
    request = {"UserPoolId": pool_id, "ClientName": "bench", "ExplicitAuthFlows": _FLOWS}
    client = await connection.call("CreateUserPoolClient", request, signed=True)
    client_id = client["UserPoolClient"]["ClientId"]
    keys = {
        name: await _with_passkey(connection, pool_id, client_id, name)
        for name in (f"holder{number:04}" for number in range(_USERS))
    }
    names = cycle(keys)

    async def once(connection: Connection) -> Any:
        name = next(names)
        asked = await _initiate(connection, client_id, "USER_AUTH", name, PREFERRED_CHALLENGE="WEB_AUTHN")
        options = msgspec.json.decode(asked["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"])
        credential = msgspec.json.encode(keys[name].get(options, _ORIGIN)).decode()
        answer = {
            "ClientId": client_id,
            "ChallengeName": "WEB_AUTHN",
            "Session": asked["Session"],
            "ChallengeResponses": {"USERNAME": name, "CREDENTIAL": credential},
        }
        return await connection.call("RespondToAuthChallenge", answer)

    return once


async def _with_passkey(connection: Connection, pool_id: str, client_id: str, name: str) -> Authenticator:
    user = {"UserPoolId": pool_id, "Username": name}
    await connection.call("AdminCreateUser", user | {"MessageAction": "SUPPRESS"}, signed=True)
    password = {"Password": PASSWORD, "Permanent": True}
    await connection.call("AdminSetUserPassword", user | password, signed=True)
    signed_in = await _initiate(connection, client_id, "USER_PASSWORD_AUTH", name, PASSWORD=PASSWORD)
    token = {"AccessToken": signed_in["AuthenticationResult"]["AccessToken"]}
    started = await connection.call("StartWebAuthnRegistration", token)
    key = Authenticator()
    credential = key.create(started["CredentialCreationOptions"], _ORIGIN)
    await connection.call("CompleteWebAuthnRegistration", token | {"Credential": credential})
    return key


async def _initiate(
    connection: Connection, client_id: str, flow: str, name: str, **parameters: str
) -> dict[str, Any]:
    request = {
        "ClientId": client_id,
        "AuthFlow": flow,
        "AuthParameters": {"USERNAME": name, **parameters},
    }
    return await connection.call("InitiateAuth", request)
