"""Sign-ins with an authenticator app. A code is good once, so there are many users, each with three codes
in half a minute: the one of now, and those beside it (crypto/totp.py).
"""

import base64
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.client import Connection
from benchmarks.people import PASSWORD
from poolhouse.crypto import totp
from poolhouse.ports import SECOND

WITH_APPS = 800
_ON_ITS_WAY = 3 * SECOND
_FACTORS = {"MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": {"Enabled": True}}


@dataclass
class _Person:
    name: str
    secret: bytes
    used: int  # the last time step whose code was shown


async def totp_sign_in(connection: Connection) -> Callable[[Connection], Awaitable[Any]]:
    """Password, then the code of the app, in a pool of its own that requires it."""
    made = await connection.call("CreateUserPool", {"PoolName": "bench-apps"}, signed=True)
    pool_id = made["UserPool"]["Id"]
    await connection.call("SetUserPoolMfaConfig", {"UserPoolId": pool_id} | _FACTORS, signed=True)
    request = {
        "UserPoolId": pool_id,
        "ClientName": "bench",
        "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    }
    client = await connection.call("CreateUserPoolClient", request, signed=True)
    client_id = client["UserPoolClient"]["ClientId"]
    names = [f"app{number:04}" for number in range(WITH_APPS)]
    people = deque([await _person(connection, pool_id, client_id, name) for name in names])

    async def once(through: Connection) -> Any:
        person = people.popleft()
        asked = await _begin(through, client_id, person.name)
        shown = _next_code(person)
        done = await through.call(
            "RespondToAuthChallenge",
            {
                "ClientId": client_id,
                "ChallengeName": "SOFTWARE_TOKEN_MFA",
                "Session": asked["Session"],
                "ChallengeResponses": {"USERNAME": person.name, "SOFTWARE_TOKEN_MFA_CODE": shown},
            },
        )
        people.append(person)
        return done

    return once


async def _person(connection: Connection, pool_id: str, client_id: str, name: str) -> _Person:
    """Somebody who has set up an app."""
    user = {"UserPoolId": pool_id, "Username": name}
    await connection.call("AdminCreateUser", user | {"MessageAction": "SUPPRESS"}, signed=True)
    await connection.call(
        "AdminSetUserPassword", user | {"Password": PASSWORD, "Permanent": True}, signed=True
    )
    asked = await _begin(connection, client_id, name)
    made = await connection.call("AssociateSoftwareToken", {"Session": asked["Session"]})
    secret, step = base64.b32decode(made["SecretCode"]), _now() - 1
    await connection.call(
        "VerifySoftwareToken", {"Session": made["Session"], "UserCode": totp.code_at(secret, step)}
    )
    return _Person(name, secret, step)


async def _begin(connection: Connection, client_id: str, name: str) -> dict[str, Any]:
    asked: dict[str, Any] = await connection.call(
        "InitiateAuth",
        {
            "ClientId": client_id,
            "AuthFlow": "USER_PASSWORD_AUTH",
            "AuthParameters": {"USERNAME": name, "PASSWORD": PASSWORD},
        },
    )
    return asked


def _next_code(person: _Person) -> str:
    """The oldest code that was not shown and will still be good when it arrives."""
    dies_soon = totp.STEP - _microseconds() % totp.STEP < _ON_ITS_WAY
    step = max(person.used + 1, _now() - (0 if dies_soon else 1))
    if step > _now() + 1:
        raise AssertionError("the codes of this half minute are used up: more users must have an app")
    person.used = step
    return totp.code_at(person.secret, step)


def _now() -> int:
    return _microseconds() // totp.STEP


def _microseconds() -> int:
    return time.time_ns() // 1_000
