"""Where a race is run: twenty tasks of one process, or twenty connections to two workers of a server."""

import asyncio
from collections.abc import Awaitable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

from botocore.config import Config
from botocore.exceptions import ClientError
from tests.mail_server import Mailbox
from tests.server import Server
from tests.srp_client import AWSSRP
from tests.world import World

from poolhouse.errors import ApiError

RUNNERS = 20
PASSWORD = "P2$Sword"
EVERY_FLOW = [
    "ALLOW_USER_SRP_AUTH",
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
]


@dataclass(frozen=True)
class Outcome:
    """What one of the runners was answered."""

    error: str = ""  # the exception's code, empty for a success
    text: str = ""
    answer: Any = None

    @property
    def won(self) -> bool:
        return not self.error


class Site(Protocol):
    async def call(self, name: str, /, **members: Any) -> Any: ...

    async def attempt(self, name: str, /, **members: Any) -> Outcome: ...

    async def code(self, pool: str, to: str) -> str: ...


class Tasks:
    """One process. The tasks share its store and its caches."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def call(self, name: str, /, **members: Any) -> Any:
        return await self._world.call(name, **members)

    async def attempt(self, name: str, /, **members: Any) -> Outcome:
        try:
            return Outcome(answer=await self.call(name, **members))
        except ApiError as error:
            return Outcome(error.code, error.message)

    async def code(self, pool: str, to: str) -> str:
        return next(sent.code for sent in reversed(await self._world.inbox(pool)) if sent.to == to)


class Workers:
    """A server of two worker processes, reached over as many connections as there are runners."""

    def __init__(self, server: Server, mailbox: Mailbox) -> None:
        config = Config(retries={"total_max_attempts": 1}, max_pool_connections=RUNNERS, read_timeout=60)
        self._client = server.boto3("cognito-idp", config=config)
        self._threads = ThreadPoolExecutor(RUNNERS)
        self._mailbox = mailbox

    async def call(self, name: str, /, **members: Any) -> Any:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, lambda: self._client._make_api_call(name, members))

    async def attempt(self, name: str, /, **members: Any) -> Outcome:
        try:
            return Outcome(answer=await self.call(name, **members))
        except ClientError as error:
            said = error.response["Error"]
            return Outcome(said["Code"], said["Message"])

    async def code(self, pool: str, to: str) -> str:
        return await asyncio.to_thread(self._mailbox.code, to)

    def close(self) -> None:
        self._threads.shutdown()


# What every race begins with


async def new_pool(site: Site, **settings: Any) -> str:
    usual = {"PoolName": "races", "AutoVerifiedAttributes": ["email"]}
    made = await site.call("CreateUserPool", **(usual | settings))
    return str(made["UserPool"]["Id"])


async def new_client(site: Site, pool: str, **settings: Any) -> str:
    usual = {"ClientName": "races", "ExplicitAuthFlows": EVERY_FLOW}
    made = await site.call("CreateUserPoolClient", UserPoolId=pool, **(usual | settings))
    return str(made["UserPoolClient"]["ClientId"])


async def new_user(site: Site, pool: str, name: str = "ada", *, permanent: bool = True) -> None:
    await site.call("AdminCreateUser", UserPoolId=pool, Username=name, MessageAction="SUPPRESS")
    await site.call(
        "AdminSetUserPassword", UserPoolId=pool, Username=name, Password=PASSWORD, Permanent=permanent
    )


async def sign_up(site: Site, client: str, name: str, email: str) -> None:
    listed = [{"Name": "email", "Value": email}]
    await site.call("SignUp", ClientId=client, Username=name, Password=PASSWORD, UserAttributes=listed)


def password_sign_in(client: str, password: str = PASSWORD) -> dict[str, Any]:
    """The members of an InitiateAuth for ada."""
    return {
        "ClientId": client,
        "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "ada", "PASSWORD": password},
    }


async def srp_answer(site: Site, pool: str, client: str, password: str = PASSWORD) -> dict[str, Any]:
    """Begin SRP for ada; gives the members of the RespondToAuthChallenge that follows."""
    prover = AWSSRP("ada", password, pool, client, client=object())
    begun = await site.call(
        "InitiateAuth", ClientId=client, AuthFlow="USER_SRP_AUTH", AuthParameters=prover.get_auth_params()
    )
    answer = prover.process_challenge(begun["ChallengeParameters"], {"USERNAME": "ada"})
    return {"ClientId": client, "ChallengeName": "PASSWORD_VERIFIER", "ChallengeResponses": answer}


async def race(*runners: Awaitable[Outcome]) -> list[Outcome]:
    """All at once."""
    return list(await asyncio.gather(*runners))


def losers(outcomes: list[Outcome]) -> set[str]:
    """The distinct codes that those who did not win were answered."""
    return {outcome.error for outcome in outcomes if not outcome.won}
