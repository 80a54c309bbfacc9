"""The setting `sts_upstream`: GetCredentialsForIdentity hands on what another STS gives."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from tests.identity.scene import Scene, claims_of
from tests.web_server import WebServer
from tests.world import close_world, open_world

from poolhouse.directory import guest_policy
from poolhouse.drivers import fetch
from poolhouse.errors import GuestsOff, InvalidRoleArn, UpstreamStsAway, UpstreamStsRefused
from poolhouse.settings import Settings

USERS = "arn:aws:iam::111122223333:role/users"
GUESTS = "arn:aws:iam::111122223333:role/guests"
GIVEN = b"""<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>
  <AccessKeyId>ASIAUPSTREAM</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>
  <SessionToken>token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>
</Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>"""
REFUSAL = b"<ErrorResponse><Error><Code>AccessDenied</Code><Message>m</Message></Error></ErrorResponse>"


@pytest.fixture(scope="module")
def sts() -> Iterator[WebServer]:
    with WebServer() as running:
        yield running


@pytest.fixture
async def scene(tmp_path: Path, sts: WebServer) -> AsyncIterator[Scene]:
    sts.asked.clear()
    sts.answers["/"] = (200, {}, GIVEN)
    guarded = fetch.opened(Settings(fetch_allowed_hosts=["127.0.0.1"]))
    world = await open_world(tmp_path, fetch=guarded, sts_upstream=sts.url("/"))
    made = Scene(world)
    await made.set_up()
    await made.set_roles({"authenticated": USERS, "unauthenticated": GUESTS})
    yield made
    await close_world(world)
    await guarded.close()


def asked(sts: WebServer) -> dict[str, str]:
    """The form of the only request."""
    (request,) = sts.asked
    return dict(parse_qsl(request.body.decode()))


async def test_a_user_gets_what_it_gives_for_the_role_of_the_pool(scene: Scene, sts: WebServer) -> None:
    logins = await scene.logins()
    ada = await scene.identity(logins)

    answer = await scene.credentials(ada, logins)

    given = answer["Credentials"]
    assert (given["AccessKeyId"], given["SecretKey"], given["SessionToken"]) == (
        "ASIAUPSTREAM",
        "secret",
        "token",
    )
    form = asked(sts)
    assert (form["RoleArn"], form["RoleSessionName"]) == (USERS, "CognitoIdentityCredentials")
    assert "Policy" not in form
    claims = claims_of(form["WebIdentityToken"])
    assert (claims["sub"], claims["aud"]) == (ada, scene.identity_pool)
    assert claims["amr"][:2] == ["authenticated", scene.provider]
    assert claims["exp"] - claims["iat"] == int(form["DurationSeconds"]) == 3_600


async def test_a_guest_is_kept_within_the_bounds_for_guests(scene: Scene, sts: WebServer) -> None:
    guest = await scene.identity()

    await scene.credentials(guest)

    form = asked(sts)
    assert (form["RoleArn"], form["Policy"]) == (GUESTS, guest_policy.DOCUMENT)
    assert claims_of(form["WebIdentityToken"])["amr"] == ["unauthenticated"]


async def test_it_is_not_asked_for_whom_the_pool_refuses(scene: Scene, sts: WebServer) -> None:
    guest = await scene.identity()
    await scene.update(AllowUnauthenticatedIdentities=False)

    with pytest.raises(GuestsOff):
        await scene.credentials(guest)

    assert sts.asked == []
    logins = await scene.logins()
    assert await scene.credentials(await scene.identity(logins), logins)


@pytest.mark.parametrize(
    ("answer", "error"),
    [((403, {}, REFUSAL), UpstreamStsRefused), ((200, {}, b"nothing that an STS says"), UpstreamStsAway)],
)
async def test_without_credentials_of_its_there_are_none(
    scene: Scene, sts: WebServer, answer: Any, error: type[Exception]
) -> None:
    guest = await scene.identity()
    sts.answers["/"] = answer

    with pytest.raises(error):
        await scene.credentials(guest)

    sts.answers["/"] = (200, {}, GIVEN)
    assert (await scene.credentials(guest))["Credentials"]["AccessKeyId"] == "ASIAUPSTREAM"


@pytest.mark.parametrize("role", ["arn:minio:iam:::role/dyN-photos", "arn:aws:iam:::role/users"])
async def test_roles_may_be_named_as_other_servers_name_them(
    scene: Scene, sts: WebServer, tmp_path: Path, role: str
) -> None:
    await scene.set_roles({"authenticated": role})
    logins = await scene.logins()
    await scene.credentials(await scene.identity(logins), logins)
    assert asked(sts)["RoleArn"] == role

    (tmp_path / "ours").mkdir()
    ours = Scene(await open_world(tmp_path / "ours"))
    try:
        await ours.set_up()
        with pytest.raises(InvalidRoleArn):
            await ours.set_roles({"authenticated": role})
        await ours.set_roles({"authenticated": USERS})
    finally:
        await close_world(ours.world)
