"""Behind the pages of a sign-in: functions, limits, sessions, and pages that are asked for again."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from tests.idp import authenticator
from tests.oauth.sign_in.inside import OAUTH, Visitor
from tests.oauth.sign_in.places import heading, is_back, says
from tests.oauth.walk import parameters, target
from tests.refusals.functions import having
from tests.refusals.mfa import PHONE, mfa
from tests.refusals.scene import PASSWORD, Scene
from tests.still_clock import StillClock
from tests.world import close_world, open_world

from poolhouse.crypto.passkeys import from_base64url

KINDS = ("PreAuthentication", "PostAuthentication", "PreTokenGeneration", "CustomMessage")


async def set_up(scene: Scene, **user: str) -> Visitor:
    await scene.set_up({}, OAUTH, user)
    return Visitor(scene)


async def test_functions_are_told_of_a_sign_in_once_each_and_tokens_are_of_hosted_auth(scene: Scene) -> None:
    visitor = await set_up(scene, **PHONE)
    await mfa(scene, "ON", authenticator.SMS_ON)
    await having(*KINDS)(scene)
    await mfa(scene, "ON", authenticator.SMS_ON)
    before = len(scene.world.fired)

    page = await visitor.enter()
    back = await visitor.submit(page, code=await visitor.code())
    await visitor.http.post(
        f"{visitor.app.base}/oauth2/token", data=visitor.app.redeem(parameters(back)["code"])
    )

    fired = [event["triggerSource"] for event in scene.world.fired[before:]]
    assert fired == [
        "PreAuthentication_Authentication",
        "CustomMessage_Authentication",
        "PostAuthentication_Authentication",
        "TokenGeneration_HostedAuth",
    ]
    assert scene.world.fired[before]["callerContext"]["clientId"] == scene.client


async def test_a_function_is_told_of_nobody_whatever_the_app_s_api_says_of_nobody(scene: Scene) -> None:
    await scene.set_up({}, {**OAUTH, "PreventUserExistenceErrors": "LEGACY"}, {})
    await having("PreAuthentication")(scene)

    await Visitor(scene).enter("nobody")

    assert scene.world.fired[-1]["request"]["userNotFound"] is True


async def test_too_many_codes_are_a_page_that_says_so(scene: Scene) -> None:
    visitor = await set_up(scene, **PHONE)
    await mfa(scene, "ON", authenticator.SMS_ON)
    page = await visitor.enter()
    for _ in range(19):
        page = await visitor.submit(page, 1, resend="1")
        assert page.status_code == 200

    refused = await visitor.submit(page, 1, resend="1")

    assert (refused.status_code, heading(refused)) == (429, "Check your phone")
    assert says(refused, "We’ve sent several codes already. Use the newest, or try again later.")
    assert is_back(await visitor.submit(refused, code=await visitor.code()))


async def test_a_flood_of_posts_is_slowed_for_the_pool(tmp_path: Path) -> None:
    world = await open_world(tmp_path, quotas=True, quota_rates={"UserAuthentication": 3})
    try:
        scene = Scene(world, tmp_path / "poolhouse.sqlite3")
        visitor = await set_up(scene)
        page = await visitor.page()

        answers = [await visitor.submit(page, username="ada", password="") for _ in range(4)]

        assert [answer.status_code for answer in answers] == [400, 400, 400, 429]
        await asyncio.sleep(0.5)  # limits follow a clock that cannot be moved
        assert is_back(await visitor.submit(page, username="ada", password=PASSWORD))
    finally:
        await close_world(world)


async def test_a_sign_in_that_fails_does_not_count_against_the_pool_s_limit(tmp_path: Path) -> None:
    world = await open_world(tmp_path, quotas=True, quota_rates={"UserAuthentication": 1})
    try:
        world.env = replace(world.env, clock=StillClock())
        scene = Scene(world, tmp_path / "poolhouse.sqlite3")
        visitor = await set_up(scene, **PHONE)
        await mfa(scene, "ON", authenticator.SMS_ON)
        page = await visitor.page()

        for _ in range(2):
            refused = await visitor.submit(page, username="ada", password="wrong")
            assert refused.status_code == 400
        page = await visitor.submit(page, username="ada", password=PASSWORD)
        assert heading(page) == "Check your phone"

        assert (await visitor.submit(page, code="000000")).status_code == 429
        world.env.buckets._entries.clear()
        for _ in range(2):
            refused = await visitor.submit(page, code="000000")
            assert refused.status_code == 400
        assert is_back(await visitor.submit(refused, code=await visitor.code()))
    finally:
        await close_world(world)


@pytest.mark.parametrize(
    ("asked", "reached"),
    [
        ("urn:cognito:loa:3", "urn:cognito:loa:3"),
        ("urn:cognito:loa:9 urn:cognito:loa:1", "urn:cognito:loa:1"),
        ("urn:cognito:loa:9", None),
        ("", None),
    ],
)
async def test_the_level_that_an_app_asks_for_is_reached_and_said(
    scene: Scene, asked: str, reached: str | None
) -> None:
    visitor = await set_up(scene, **PHONE)
    await mfa(scene, "OPTIONAL", authenticator.SMS_ON)

    answer = await visitor.enter(acr_values=asked)
    if asked == "urn:cognito:loa:3":
        assert heading(answer) == "Check your phone"
        answer = await visitor.submit(answer, code=await visitor.code())

    redeemed = visitor.app.redeem(parameters(answer)["code"])
    tokens = (await visitor.http.post(f"{visitor.app.base}/oauth2/token", data=redeemed)).json()
    claims = json.loads(from_base64url(tokens["id_token"].split(".")[1]))
    assert claims.get("acr") == reached


async def test_a_browser_that_is_signed_in_is_asked_for_more_where_an_app_wants_more(scene: Scene) -> None:
    visitor = await set_up(scene, **PHONE)
    await mfa(scene, "OPTIONAL", authenticator.SMS_ON)
    level = "urn:cognito:loa:"
    page = await visitor.enter(acr_values=f"{level}3")
    await visitor.submit(page, code=await visitor.code())

    enough = await visitor.http.get(visitor.app.authorize(acr_values=f"{level}3"))
    more = await visitor.http.get(visitor.app.authorize(acr_values=f"{level}4"))

    assert is_back(enough)
    assert "/login?" in target(more)


async def test_whoever_posts_again_after_the_end_goes_on_to_the_app(scene: Scene) -> None:
    visitor = await set_up(scene, **PHONE)
    await mfa(scene, "ON", authenticator.SMS_ON)
    page = await visitor.enter()
    code = await visitor.code()
    assert is_back(await visitor.submit(page, code=code))

    again = await visitor.submit(page, code=code)

    assert "/oauth2/authorize?" in target(again)
    assert is_back(await visitor.http.get(target(again)))


async def test_the_same_password_posted_twice_signs_in_twice(scene: Scene) -> None:
    visitor = await set_up(scene)
    page = await visitor.page()

    back = [await visitor.submit(page, username="ada", password=PASSWORD) for _ in range(2)]

    assert all(is_back(answer) for answer in back)
    assert parameters(back[0])["code"] != parameters(back[1])["code"]


async def test_the_page_of_a_challenge_asked_for_by_its_address_is_the_sign_in_page(scene: Scene) -> None:
    visitor = await set_up(scene, **PHONE)
    await mfa(scene, "ON", authenticator.SMS_ON)
    page = await visitor.enter()

    answer = await visitor.http.get(visitor.app.authorize().replace("/oauth2/authorize", "/mfa"))

    assert target(answer) == str((await visitor.page()).url)
    assert is_back(await visitor.submit(page, code=await visitor.code()))


async def test_a_session_cookie_is_new_with_each_sign_in(scene: Scene) -> None:
    visitor = await set_up(scene)
    name = f"cognito-{scene.pool}"
    planted = "A" * 43
    visitor.http.cookies.set(name, planted, domain="localhost.local")

    first = await visitor.enter()
    values = [_cookie(first, name)]
    values.append(_cookie(await visitor.enter(prompt="login"), name))

    assert planted not in values
    assert len(set(values)) == 2


async def test_no_state_of_a_sign_in_is_in_an_address_or_a_cookie(scene: Scene) -> None:
    visitor = await set_up(scene, **PHONE)
    await mfa(scene, "ON", authenticator.SMS_ON)

    page = await visitor.enter()

    assert set(parameters_of(page)) == set(parameters_of(await visitor.page()))
    assert set(visitor.http.cookies) == {f"XSRF-TOKEN-{scene.pool}"}


def _cookie(answer: Any, name: str) -> str:
    found = [text for text in answer.headers.get_list("set-cookie") if text.startswith(f"{name}=")]
    assert len(found) == 1
    return str(found[0].partition("=")[2].partition(";")[0])


def parameters_of(page: Any) -> dict[str, str]:
    return dict(page.url.params)
