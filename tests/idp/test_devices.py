"""The operations on devices (behaviour file, 1.8)."""

from pathlib import Path

import pytest
from tests.browser import OPT_IN, TRACKING
from tests.refusals import device_steps as steps
from tests.refusals.device_steps import forget, key
from tests.refusals.scene import PASSWORD, Scene
from tests.world import World

from poolhouse.errors import DeviceNotFound, InvalidRefreshToken
from poolhouse.ports import MINUTE


@pytest.fixture
async def s(world: World, tmp_path: Path) -> Scene:
    made = Scene(world, tmp_path / "poolhouse.sqlite3")
    await made.set_up(TRACKING, {}, {})
    return made


async def status(s: Scene) -> str:
    device = (await s.admin("AdminGetDevice", Username="ada", DeviceKey=key(s)))["Device"]
    shown = {entry["Name"]: entry["Value"] for entry in device["DeviceAttributes"]}
    return shown["dev:device_remembered_status"]


async def listed(s: Scene, **members: object) -> list[str]:
    return [device["DeviceKey"] for device in (await s.token("ListDevices", **members))["Devices"]]


async def test_a_pool_shows_its_device_settings_and_an_update_without_them_ends_tracking(s: Scene) -> None:
    before = (await s.admin("DescribeUserPool"))["UserPool"]
    await s.admin("UpdateUserPool")
    after = (await s.admin("DescribeUserPool"))["UserPool"]

    assert before["DeviceConfiguration"] == TRACKING["DeviceConfiguration"]
    assert "DeviceConfiguration" not in after


async def test_a_confirmed_device_is_remembered_at_once(s: Scene) -> None:
    await steps.signed_in(s)

    answer = await steps.confirm(s)

    assert answer == {"UserConfirmationNecessary": False}
    assert await status(s) == "remembered"


async def test_where_users_choose_confirmation_is_necessary(s: Scene) -> None:
    await steps.track(s, OPT_IN["DeviceConfiguration"])
    await steps.signed_in(s)

    answer = await steps.confirm(s)

    assert answer == {"UserConfirmationNecessary": True}
    assert await status(s) == "not_remembered"


async def test_a_device_may_be_confirmed_with_a_renewed_access_token_of_its_sign_in(s: Scene) -> None:
    await steps.confirmed(s)
    await steps.signed_in(s)
    other = await steps.offered(s)

    await s.token("ConfirmDevice", other["AccessToken"], **s.got["browser"].confirmation())

    assert key(s) in await listed(s)


async def test_the_owner_and_the_administrator_see_the_same_device(s: Scene) -> None:
    await steps.confirmed(s)

    mine = await s.token("GetDevice", DeviceKey=key(s))
    theirs = await s.admin("AdminGetDevice", Username=s.sub, DeviceKey=key(s))
    among = await s.admin("AdminListDevices", Username="ada")

    assert mine == theirs
    assert among["Devices"] == [mine["Device"]]


async def test_the_status_is_changed_by_either_and_the_change_is_dated(s: Scene) -> None:
    await steps.confirmed(s)
    made = (await s.token("GetDevice", DeviceKey=key(s)))["Device"]
    await s.later(MINUTE)

    seen = []
    for step in (steps.not_remembered, steps.remembered):
        await step(s)
        seen.append(await status(s))
    for state in ("not_remembered", "remembered"):
        await s.admin(
            "AdminUpdateDeviceStatus", Username="ada", DeviceKey=key(s), DeviceRememberedStatus=state
        )
        seen.append(await status(s))

    changed = (await s.token("GetDevice", DeviceKey=key(s)))["Device"]
    assert seen == ["not_remembered", "remembered"] * 2
    assert changed["DeviceLastModifiedDate"] - made["DeviceLastModifiedDate"] >= MINUTE
    assert changed["DeviceCreateDate"] == made["DeviceCreateDate"]


async def test_devices_are_listed_page_by_page(s: Scene) -> None:
    keys = []
    for _ in range(5):
        await steps.confirmed(s)
        keys.append(key(s))

    seen, token = [], None
    while True:
        page = await s.token("ListDevices", Limit=2, **({"PaginationToken": token} if token else {}))
        assert len(page["Devices"]) <= 2
        seen += [device["DeviceKey"] for device in page["Devices"]]
        token = page.get("PaginationToken")
        if token is None:
            break

    assert seen == sorted(keys)
    assert await listed(s, Limit=0) == sorted(keys)  # gotcha 28


async def test_a_user_sees_nobody_else_s_devices(s: Scene) -> None:
    await steps.confirmed_by_bob(s)

    assert await listed(s) == [key(s)]


@pytest.mark.parametrize("by_whom", ["the user", "an administrator"])
async def test_a_forgotten_device_takes_its_refresh_tokens_with_it(s: Scene, by_whom: str) -> None:
    await steps.two_confirmed(s)

    if by_whom == "the user":
        await forget(s)
    else:
        await s.admin("AdminForgetDevice", Username="ada", DeviceKey=key(s))

    assert await listed(s) == [key(s, "other")]
    with pytest.raises(InvalidRefreshToken):
        await steps.refreshed(s, DEVICE_KEY=key(s))
    await steps.refreshed(s, s.got["other_tokens"], DEVICE_KEY=key(s, "other"))


async def test_the_access_token_of_a_forgotten_device_runs_out_by_itself(s: Scene) -> None:
    """[K]: AWS's announcement says that refresh tokens fail; clients go on with the access token."""
    await steps.confirmed(s)

    await forget(s)

    assert (await s.token("GetUser"))["Username"] == "ada"


async def test_signing_out_everywhere_forgets_no_device(s: Scene) -> None:
    await steps.confirmed(s)

    await s.token("GlobalSignOut")

    devices = (await s.admin("AdminListDevices", Username="ada"))["Devices"]
    assert [device["DeviceKey"] for device in devices] == [key(s)]
    assert "NewDeviceMetadata" not in await steps.offered(s, DEVICE_KEY=key(s))


async def test_a_deleted_user_leaves_no_device_to_who_takes_the_name(s: Scene) -> None:
    await steps.confirmed(s)

    await s.token("DeleteUser")
    await s.world.user(s.pool, "ada", PASSWORD)

    assert (await s.admin("AdminListDevices", Username="ada"))["Devices"] == []
    with pytest.raises(DeviceNotFound):
        await steps.offered(s, DEVICE_KEY=key(s))
