"""What the benchmark measures: one coroutine per operation, each doing the operation once."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count, cycle
from typing import Any

from tests.mail_server import Mailbox

from benchmarks.client import Connection
from benchmarks.credentials import credential_operations
from benchmarks.oauth import oauth_operations
from benchmarks.passkeys import passkey_sign_in
from benchmarks.passwordless import user_auth_email_otp
from benchmarks.people import PASSWORD, SrpClient, srp_client
from benchmarks.saml import saml_response
from benchmarks.second_factors import totp_sign_in

SIGNERS_IN = 96  # users who sign in by turns
_FLOWS = [
    "ALLOW_USER_SRP_AUTH",
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
]
_PLAIN_FLOWS = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]

Once = Callable[[Connection], Awaitable[Any]]


@dataclass
class Pool:
    """A pool with an app client and users that can sign in."""

    pool_id: str
    client_id: str
    names: list[str]
    srp: dict[str, SrpClient] = field(default_factory=dict)


async def make_pool(connection: Connection, **settings: Any) -> Pool:
    """A pool and a client; with `UserPoolTags` for argon2id, a client that does not allow SRP."""
    flows, signers = (_PLAIN_FLOWS, 16) if settings else (_FLOWS, SIGNERS_IN)
    return await make_pool_of(connection, signers, settings, flows)


async def make_pool_of(
    connection: Connection, signers: int, settings: Mapping[str, Any], flows: Sequence[str] = _FLOWS
) -> Pool:
    """The same with so many users."""
    made = await connection.call("CreateUserPool", {"PoolName": "bench", **settings}, signed=True)
    pool_id = made["UserPool"]["Id"]
    request = {"UserPoolId": pool_id, "ClientName": "bench", "ExplicitAuthFlows": flows}
    client = await connection.call("CreateUserPoolClient", request, signed=True)
    pool = Pool(pool_id, client["UserPoolClient"]["ClientId"], [])
    for number in range(signers):
        await _make_user(connection, pool, f"signer{number:04}")
    return pool


async def _make_user(connection: Connection, pool: Pool, name: str) -> None:
    user = {"UserPoolId": pool.pool_id, "Username": name}
    address = [{"Name": "email", "Value": f"{name}@example.com"}, {"Name": "email_verified", "Value": "true"}]
    await connection.call(
        "AdminCreateUser", user | {"MessageAction": "SUPPRESS", "UserAttributes": address}, signed=True
    )
    await connection.call(
        "AdminSetUserPassword", user | {"Password": PASSWORD, "Permanent": True}, signed=True
    )
    pool.names.append(name)


async def operations(
    connection: Connection, pool: Pool, slow: Pool, users: int, mailbox: Mailbox
) -> dict[str, Once]:
    """Every operation, ready to be run again and again, on any connection."""
    tokens = [await _tokens(connection, pool, name) for name in pool.names[:16]]
    return {
        "srp_sign_in": srp_sign_in(pool),
        "password_srp": password(pool),
        "password_argon2id": password(slow),
        "refresh": _refresh(pool, cycle([found["RefreshToken"] for found in tokens])),
        "get_user": _with_token("GetUser", cycle([found["AccessToken"] for found in tokens])),
        "sign_up": _sign_up(pool),
        "admin_get_user": _admin_get_user(pool),
        "list_users_filter": _list_users(pool, users),
        "passkey_sign_in": await passkey_sign_in(connection),
        "user_auth_email_otp": await user_auth_email_otp(connection, mailbox),
        **await oauth_operations(connection, pool.pool_id, pool.names),
        "saml_response": await saml_response(connection, pool.pool_id),
        **await credential_operations(connection, pool.pool_id, pool.client_id, tokens[0]["IdToken"]),
        "totp_sign_in": await totp_sign_in(connection),  # late: by then each user has three codes
    }


async def _tokens(connection: Connection, pool: Pool, name: str) -> dict[str, Any]:
    answer = await connection.call("InitiateAuth", _password_request(pool, name))
    found: dict[str, Any] = answer["AuthenticationResult"]
    return found


def _password_request(pool: Pool, name: str) -> dict[str, Any]:
    return {
        "ClientId": pool.client_id,
        "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": name, "PASSWORD": PASSWORD},
    }


def srp_sign_in(pool: Pool) -> Once:
    """Signs in with SRP, two requests, the users by turns."""
    names = cycle(pool.names)

    async def once(connection: Connection) -> Any:
        name = next(names)
        known = pool.srp.get(name) or srp_client(pool.pool_id, name, bytes(16))
        asked = await connection.call(
            "InitiateAuth",
            {
                "ClientId": pool.client_id,
                "AuthFlow": "USER_SRP_AUTH",
                "AuthParameters": {"USERNAME": name, "SRP_A": f"{known.a_public:x}"},
            },
        )
        parameters = asked["ChallengeParameters"]
        if name not in pool.srp:
            pool.srp[name] = srp_client(pool.pool_id, name, bytes.fromhex(parameters["SALT"]))
            return await once(connection)
        return await connection.call(
            "RespondToAuthChallenge",
            {
                "ClientId": pool.client_id,
                "ChallengeName": "PASSWORD_VERIFIER",
                "ChallengeResponses": known.answer(parameters),
            },
        )

    return once


def password(pool: Pool) -> Once:
    """Signs in with name and password, the users by turns."""
    names = cycle(pool.names)

    async def once(connection: Connection) -> Any:
        return await connection.call("InitiateAuth", _password_request(pool, next(names)))

    return once


def _refresh(pool: Pool, tokens: Iterator[str]) -> Once:
    async def once(connection: Connection) -> Any:
        return await connection.call(
            "InitiateAuth",
            {
                "ClientId": pool.client_id,
                "AuthFlow": "REFRESH_TOKEN_AUTH",
                "AuthParameters": {"REFRESH_TOKEN": next(tokens)},
            },
        )

    return once


def _with_token(operation: str, tokens: Iterator[str]) -> Once:
    async def once(connection: Connection) -> Any:
        return await connection.call(operation, {"AccessToken": next(tokens)})

    return once


def _sign_up(pool: Pool) -> Once:
    numbers = count()

    async def once(connection: Connection) -> Any:
        name = f"new{next(numbers):08}"
        attributes = [{"Name": "email", "Value": f"{name}@example.com"}]
        return await connection.call(
            "SignUp",
            {
                "ClientId": pool.client_id,
                "Username": name,
                "Password": PASSWORD,
                "UserAttributes": attributes,
            },
        )

    return once


def _admin_get_user(pool: Pool) -> Once:
    names = cycle(pool.names)

    async def once(connection: Connection) -> Any:
        request = {"UserPoolId": pool.pool_id, "Username": next(names)}
        return await connection.call("AdminGetUser", request, signed=True)

    return once


def _list_users(pool: Pool, users: int) -> Once:
    numbers = cycle(range(0, users, max(users // 997, 1)))

    async def once(connection: Connection) -> Any:
        request = {
            "UserPoolId": pool.pool_id,
            "Filter": f'email = "person{next(numbers):08}@example.com"',
        }
        answer = await connection.call("ListUsers", request, signed=True)
        if len(answer["Users"]) != 1:
            raise AssertionError("the filter must find exactly one of the stored users")
        return answer

    return once
