"""GetCredentialsForIdentity with `sts_upstream`: another STS gives the credentials - here, our own."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests import account
from tests.account import ACCOUNT, allowing
from tests.identity.scene import Scene
from tests.sts.front import Front
from tests.world import close_world, open_world

from poolhouse.errors import FetchTimeout, UpstreamStsAway, UpstreamStsRefused
from poolhouse.ports import Fetched
from poolhouse.wire.sigv4 import Credentials

UPSTREAM = "https://sts.example.com/"


class Ours:
    """What asks other servers: at the address of the upstream STS is the gateway of a world."""

    def __init__(self) -> None:
        self.front: Front | None = None
        self.bodies: list[bytes] = []

    async def send(
        self, method: str, url: str, headers: Mapping[str, str] = {}, body: bytes = b"", **_: Any
    ) -> Fetched:
        if self.front is None:
            raise FetchTimeout("The server took too long.")
        assert (method, url) == ("POST", UPSTREAM)
        self.bodies.append(body)
        status, answer = await self.front.send({"host": "sts.example.com", **headers}, body)
        return Fetched(status, {}, answer)


@pytest.fixture
def ours() -> Ours:
    return Ours()


@pytest.fixture
async def scene(tmp_path: Path, ours: Ours) -> AsyncIterator[Scene]:
    world = await open_world(tmp_path, fetch=ours, sts_upstream=UPSTREAM)
    made = Scene(world)
    await made.set_up()
    yield made
    await close_world(world)


def signer(answer: Mapping[str, Any]) -> Credentials:
    made = answer["Credentials"]
    return Credentials(made["AccessKeyId"], made["SecretKey"], made["SessionToken"])


async def test_the_credentials_of_another_sts_are_handed_on(scene: Scene, ours: Ours) -> None:
    ours.front = front = Front(scene.world)
    await scene.usual_roles()
    logins = await scene.logins()

    answer = await scene.credentials(await scene.identity(logins), logins)

    who = await front.sts("GetCallerIdentity", signer(answer))
    assert who.result["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/Users/CognitoIdentityCredentials"
    assert len(ours.bodies) == 1
    assert b"Policy=" not in ours.bodies[0]


async def test_guests_are_kept_within_their_bounds_there_too(scene: Scene, ours: Ours) -> None:
    ours.front = front = Front(scene.world)
    trust = account.trusting_pool(scene.identity_pool)
    trust["Statement"][0]["Condition"].pop("ForAnyValue:StringLike")
    arn = await account.role(scene.world, "Guests", trust=trust, policies={"all": allowing("*")})
    await scene.of_pool("SetIdentityPoolRoles", Roles={"unauthenticated": arn})

    guest = signer(await scene.credentials(await scene.identity()))

    within = await front.idp("DescribeUserPool", guest, UserPoolId=scene.user_pool)
    beyond = await front.sts("GetAccessKeyInfo", guest, AccessKeyId=guest.access_key_id)
    assert within.status == 200
    assert beyond.message.endswith("because no session policy allows the sts:GetAccessKeyInfo action")


async def test_an_sts_that_is_away_or_says_no_is_told_apart(scene: Scene, ours: Ours) -> None:
    await scene.usual_roles()
    logins = await scene.logins()
    ada = await scene.identity(logins)

    with pytest.raises(UpstreamStsAway):
        await scene.credentials(ada, logins)
    ours.front = Front(scene.world)
    await account.role(scene.world, "Users", trust=account.trusting_pool("us-east-1:another"))
    with pytest.raises(UpstreamStsRefused):
        await scene.credentials(ada, logins)
    await account.role(scene.world, "Users", trust=account.trusting_pool(scene.identity_pool))
    scene.world.env.iam._entries.clear()  # a second goes by

    assert await scene.credentials(ada, logins)
