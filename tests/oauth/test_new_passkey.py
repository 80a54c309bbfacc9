"""/passkeys/add: the offer to sign in faster next time (UI guide, 7.5)."""

import json
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path

import httpx2
import pytest
from tests.authenticator import Authenticator
from tests.oauth.sign_in.inside import OAUTH, Visitor, options_of
from tests.oauth.sign_in.places import heading, is_back, says
from tests.oauth.walk import target
from tests.refusals.scene import Scene
from tests.refusals.sign_up_pages import at, followed
from tests.world import close_world, open_world

from poolhouse.ports import DAY

CHOICE = {"ExplicitAuthFlows": ["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]}
PASSKEYS = {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}}


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    world = await open_world(tmp_path)
    yield Scene(world, tmp_path / "poolhouse.sqlite3")
    await close_world(world)


async def offered(scene: Scene) -> tuple[Visitor, httpx2.Response]:
    await scene.set_up(PASSKEYS, {**OAUTH, **CHOICE}, {})
    visitor = Visitor(scene)
    return visitor, await followed(visitor, await visitor.enter())


def made(scene: Scene, page: httpx2.Response) -> str:
    return json.dumps(Authenticator().create(options_of(page), scene.world.env.settings.public_url))


async def test_a_passkey_is_made_after_the_sign_in_and_the_app_goes_on(scene: Scene):
    visitor, page = await offered(scene)
    assert heading(page) == "Sign in faster next time"

    ready = await visitor.submit(page, credential=made(scene, page))

    assert heading(ready) == "Your passkey is ready"
    onward = unescape(ready.text.partition('submitButton-customizable" href="')[2].partition('"')[0])
    assert is_back(await visitor.http.get(onward))
    kept = (await scene.admin("AdminGetUser", Username="ada"))["UserStatus"]
    assert kept == "CONFIRMED"
    assert is_back(await visitor.another().enter())  # who has one is not offered another


async def test_not_now_is_good_for_thirty_days(scene: Scene):
    visitor, page = await offered(scene)

    onward = await visitor.submit(page, 1, skip="1")

    assert is_back(await visitor.http.get(target(onward)))
    assert "2592000" in next(text for text in onward.headers.get_list("set-cookie") if "no-passkey" in text)
    await scene.later(DAY)
    assert is_back(await visitor.enter())
    assert "/passkeys/add" in target(await visitor.another().enter())


async def test_a_sign_in_that_was_asked_for_anew_does_not_begin_again_after_the_offer(scene: Scene):
    await scene.set_up(PASSKEYS, {**OAUTH, **CHOICE}, {})
    visitor = Visitor(scene)
    page = await followed(visitor, await visitor.enter(prompt="login", max_age="1"))
    await scene.later(2_000_000)

    onward = await visitor.submit(page, 1, skip="1")

    assert is_back(await visitor.http.get(target(onward)))


async def test_who_is_not_signed_in_is_sent_to_sign_in(scene: Scene):
    await scene.set_up(PASSKEYS, {**OAUTH, **CHOICE}, {})

    page = await at(Visitor(scene), "/passkeys/add")

    assert heading(page) == "Sign in to Harbour"


async def test_a_credential_for_another_challenge_is_refused_and_the_right_one_kept(scene: Scene):
    visitor, page = await offered(scene)
    newer = await at(visitor, "/passkeys/add")

    refused = await visitor.submit(page, credential=made(scene, page))

    assert refused.status_code == 400
    assert says(refused, "No passkey was used.")
    assert newer.status_code == 200
    assert heading(await visitor.submit(refused, credential=made(scene, refused))) == "Your passkey is ready"


@pytest.mark.parametrize("credential", ["", "{", "[]", '{"id":1}', "null"])
async def test_what_is_no_credential_is_refused(scene: Scene, credential: str):
    visitor, page = await offered(scene)

    refused = await visitor.submit(page, credential=credential)

    assert (refused.status_code, says(refused, "No passkey was used.")) == (400, True)


async def test_a_form_without_its_token_makes_no_passkey(scene: Scene):
    visitor, page = await offered(scene)
    credential = made(scene, page)

    forged = await visitor.submit(page, credential=credential, changes={"_csrf": "guess"})

    assert forged.status_code == 403
    assert heading(await visitor.submit(page, credential=credential)) == "Your passkey is ready"


async def test_a_pool_without_passkeys_has_no_such_page(scene: Scene):
    await scene.set_up({}, {**OAUTH, **CHOICE}, {})
    visitor = Visitor(scene)
    assert is_back(await visitor.enter())

    page = await at(visitor, "/passkeys/add")

    assert (page.status_code, says(page, "Login option is not available.")) == (400, True)
