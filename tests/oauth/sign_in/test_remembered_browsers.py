"""Browsers that are remembered as devices: asked for no second factor, listed, and forgotten."""

from typing import Any

import pytest
from tests.browser import OPT_IN, TRACKING
from tests.idp import authenticator
from tests.oauth.sign_in.inside import OAUTH, Visitor
from tests.oauth.sign_in.places import heading, is_back, says
from tests.refusals.mfa import PHONE, mfa
from tests.refusals.scene import PASSWORD, WRONG_PASSWORD, Scene

OFFER = "Don’t ask for a code on this device again"


async def come(scene: Scene, **pool: Any) -> Visitor:
    """Ada gets a code by text message when she signs in."""
    await scene.set_up(pool, OAUTH, PHONE)
    await mfa(scene, "ON", authenticator.SMS_ON)
    return Visitor(scene)


async def devices(scene: Scene) -> list[dict[str, Any]]:
    found = await scene.admin("AdminListDevices", Username="ada")
    return list(found["Devices"])


async def signed_in(visitor: Visitor, **typed: str) -> None:
    page = await visitor.enter()
    assert heading(page) == "Check your phone"
    assert is_back(await visitor.submit(page, code=await visitor.code(), **typed))


async def again(visitor: Visitor, password: str = PASSWORD) -> Any:
    return await visitor.enter(password=password, prompt="login")


async def test_where_people_are_asked_a_ticked_box_is_remembered_and_listed(scene: Scene) -> None:
    visitor = await come(scene, **OPT_IN)
    assert says(await visitor.enter(), OFFER)

    await signed_in(visitor, remember="1")

    assert is_back(await again(visitor))
    [device] = await devices(scene)
    assert {"Name": "device_name", "Value": "Web browser"} in device["DeviceAttributes"]
    assert device["DeviceKey"].startswith("us-east-1_")


async def test_where_people_are_asked_a_box_left_empty_is_not_remembered(scene: Scene) -> None:
    visitor = await come(scene, **OPT_IN)

    await signed_in(visitor)

    assert heading(await again(visitor)) == "Check your phone"
    assert await devices(scene) == []


async def test_where_devices_are_always_remembered_nobody_is_asked(scene: Scene) -> None:
    visitor = await come(scene, **TRACKING)
    assert not says(await visitor.enter(), OFFER)

    await signed_in(visitor)

    assert is_back(await again(visitor))
    assert len(await devices(scene)) == 1


async def test_a_pool_that_tracks_no_devices_offers_and_remembers_nothing(scene: Scene) -> None:
    visitor = await come(scene)
    assert not says(await visitor.enter(), OFFER)

    await signed_in(visitor, remember="1")

    assert heading(await again(visitor)) == "Check your phone"


async def test_a_remembered_browser_still_needs_the_password(scene: Scene) -> None:
    visitor = await come(scene, **TRACKING)
    await signed_in(visitor)

    refused = await again(visitor, WRONG_PASSWORD)

    assert (refused.status_code, heading(refused)) == (400, "Sign in to Harbour")
    assert is_back(await again(visitor))


async def test_another_browser_is_asked_as_before(scene: Scene) -> None:
    visitor = await come(scene, **TRACKING)
    await signed_in(visitor)

    assert heading(await again(visitor.another())) == "Check your phone"
    assert is_back(await again(visitor))


async def test_a_forgotten_browser_is_asked_again_and_remembered_anew(scene: Scene) -> None:
    visitor = await come(scene, **TRACKING)
    await signed_in(visitor)
    [device] = await devices(scene)

    await scene.admin("AdminForgetDevice", Username="ada", DeviceKey=device["DeviceKey"])

    assert heading(await again(visitor)) == "Check your phone"
    page = await again(visitor)
    assert is_back(await visitor.submit(page, code=await visitor.code()))
    assert is_back(await again(visitor))


async def test_a_browser_is_remembered_for_each_of_its_people(scene: Scene) -> None:
    visitor = await come(scene, **TRACKING)
    await scene.another_user("bob", **PHONE)
    await signed_in(visitor)

    page = await visitor.enter("bob", prompt="login")
    assert heading(page) == "Check your phone"
    assert is_back(await visitor.submit(page, code=await visitor.code()))

    assert is_back(await visitor.enter("bob", prompt="login"))
    assert is_back(await visitor.enter("ADA".lower(), prompt="login"))


@pytest.mark.parametrize("value", ["", "AAAA", "é", "A" * 3_000])
async def test_a_cookie_that_somebody_made_remembers_nobody(scene: Scene, value: str) -> None:
    visitor = await come(scene, **TRACKING)
    await signed_in(visitor)
    name = f"device-{scene.pool}"
    right = visitor.http.cookies.get(name)

    visitor.http.cookies.clear()
    visitor.http.headers["cookie"] = f"{name}={value}".encode().decode("latin-1")
    page = await visitor.page(prompt="login")
    token = next(text for text in page.headers.get_list("set-cookie") if "XSRF" in text).partition(";")[0]
    visitor.http.headers["cookie"] = f"{token}; {name}={value}".encode().decode("latin-1")
    assert heading(await visitor.submit(page, username="ada", password=PASSWORD)) == "Check your phone"

    visitor.http.headers["cookie"] = f"{token}; {name}={right}"
    assert is_back(await visitor.submit(page, username="ada", password=PASSWORD))
