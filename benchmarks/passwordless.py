"""Sign-ins with codes of mails, for the benchmark: users without passwords, and a mail server of its own."""

import asyncio
import re
from itertools import cycle
from typing import Any

from tests.mail_server import Mailbox

from benchmarks.client import Connection

_FLOWS = ["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
_SETTINGS = {
    "PoolName": "codes",
    "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}},
    "EmailConfiguration": {
        "EmailSendingAccount": "DEVELOPER",
        "SourceArn": "arn:aws:ses:us-east-1:000000000000:identity/example.com",
    },
}
_USERS = 400  # each may have 20 codes an hour
_CODE = re.compile(r"\b\d{8}\b")


async def user_auth_email_otp(connection: Connection, mailbox: Mailbox) -> Any:
    """USER_AUTH with PREFERRED_CHALLENGE=EMAIL_OTP: both requests, and the mail between them."""
    made = await connection.call("CreateUserPool", _SETTINGS, signed=True)
    pool_id = made["UserPool"]["Id"]
    request = {"UserPoolId": pool_id, "ClientName": "bench", "ExplicitAuthFlows": _FLOWS}
    client = await connection.call("CreateUserPoolClient", request, signed=True)
    client_id = client["UserPoolClient"]["ClientId"]
    names = [f"reader{number:04}" for number in range(_USERS)]
    for name in names:
        await _without_password(connection, pool_id, name)
    turns = cycle(names)

    async def once(connection: Connection) -> Any:
        name = next(turns)
        seen = mailbox.count(_address(name))
        begin = {"USERNAME": name, "PREFERRED_CHALLENGE": "EMAIL_OTP"}
        request = {"ClientId": client_id, "AuthFlow": "USER_AUTH", "AuthParameters": begin}
        asked = await connection.call("InitiateAuth", request)
        answer = {
            "ClientId": client_id,
            "ChallengeName": "EMAIL_OTP",
            "Session": asked["Session"],
            "ChallengeResponses": {
                "USERNAME": name,
                "EMAIL_OTP_CODE": await _code(mailbox, _address(name), seen),
            },
        }
        return await connection.call("RespondToAuthChallenge", answer)

    return once


def _address(name: str) -> str:
    return f"{name}@example.com"


async def _without_password(connection: Connection, pool_id: str, name: str) -> None:
    address = [{"Name": "email", "Value": _address(name)}, {"Name": "email_verified", "Value": "true"}]
    user = {"UserPoolId": pool_id, "Username": name, "UserAttributes": address, "MessageAction": "SUPPRESS"}
    await connection.call("AdminCreateUser", user, signed=True)


async def _code(mailbox: Mailbox, address: str, seen: int) -> str:
    """The code of the mail that comes after `seen` others."""
    found = _CODE.search(await asyncio.to_thread(mailbox.body, address, after=seen))
    if found is None:
        raise AssertionError("the mail must have a code")
    return found[0]
