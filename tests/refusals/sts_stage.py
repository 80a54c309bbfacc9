"""What rows about STS play on: a role for identities of a pool, one for users of the account, and callers."""

import base64
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from tests import account
from tests.account import ACCOUNT, POOL_OF_IDENTITIES, allowing, trusting
from tests.sts import tokens
from tests.sts.front import Answer, Front
from tests.world import World

from poolhouse.wire.sigv4 import Credentials

ROOT = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
TAGGING = ("sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity")


@dataclass
class Stage:
    """
    web    the ARN of a role for identities of the pool; staff, of one for the account's users
    key    an administrator's access key
    pool   a user pool that the roles may describe
    """

    front: Front
    web: str = ""
    staff: str = ""
    key: Credentials = field(default_factory=lambda: Credentials("", ""))
    pool: str = ""
    got: dict[str, Any] = field(default_factory=dict)

    @property
    def world(self) -> World:
        return self.front.world

    async def set_up(self) -> None:
        self.pool = await self.world.pool()
        policies = {"look": allowing("cognito-idp:DescribeUserPool", "sts:*")}
        trust = account.trusting_pool(POOL_OF_IDENTITIES, "sts:TagSession")
        self.web = await account.role(self.world, "web", trust=trust, policies=policies, max_seconds=7_200)
        self.staff = await account.role(
            self.world, "staff", trust=trusting(ROOT, *TAGGING), policies=policies, max_seconds=7_200
        )
        self.key = await self.front.key()

    async def with_token(self, token: str | None = None, arn: str = "", **more: Any) -> Answer:
        """AssumeRoleWithWebIdentity with a good token unless another is given."""
        shown = token or await tokens.of_identity_pool(self.world)
        asked = {"RoleArn": arn or self.web, "RoleSessionName": "browser", "WebIdentityToken": shown}
        return await self.front.sts("AssumeRoleWithWebIdentity", **(asked | more))

    async def claiming(self, **claims: Any) -> Answer:
        return await self.with_token(await tokens.of_identity_pool(self.world, **claims))

    async def assume(self, arn: str = "", signer: Credentials | None = None, **more: Any) -> Answer:
        asked = {"RoleArn": arn or self.staff, "RoleSessionName": "night"}
        return await self.front.sts("AssumeRole", signer or self.key, **(asked | more))

    async def session(self, **more: Any) -> Credentials:
        """Credentials of the role for users."""
        return (await self.assume(**more)).credentials

    async def of_user(self) -> Credentials:
        """Credentials of GetSessionToken."""
        return (await self.front.sts("GetSessionToken", self.key)).credentials

    async def who(self, signer: Credentials | None) -> Answer:
        return await self.front.sts("GetCallerIdentity", signer)

    async def describe(self, signer: Credentials) -> Answer:
        return await self.front.idp("DescribeUserPool", signer, UserPoolId=self.pool)


Step = Callable[[Stage], Awaitable[Answer]]


@dataclass(frozen=True)
class StsRow:
    """
    error    `status code: text`; {web}, {staff} and {pool} stand for the stage's own
    refused  what must be refused
    twin     almost the same, afterwards: it must succeed
    """

    name: str
    error: str
    refused: Step
    twin: Step


async def play(row: StsRow, stage: Stage) -> None:
    answer = await row.refused(stage)
    expected = row.error
    for place in ("web", "staff", "pool"):
        expected = expected.replace(f"{{{place}}}", getattr(stage, place))
    assert f"{answer.status} {answer.code}: {answer.message}" == expected
    assert not answer.result

    twin = await row.twin(stage)
    assert (twin.status, twin.code) == (200, "")


def forged(token: str, **claims: Any) -> str:
    """The token with other claims under its old signature."""
    header, payload, signature = token.split(".")
    said = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    changed = json.dumps(said | claims).encode()
    return f"{header}.{base64.urlsafe_b64encode(changed).rstrip(b'=').decode()}.{signature}"


def changed(credentials: Credentials, **parts: Any) -> Credentials:
    whole = {
        "access_key_id": credentials.access_key_id,
        "secret_access_key": credentials.secret_access_key,
        "session_token": credentials.session_token,
    }
    return Credentials(**(whole | parts))
