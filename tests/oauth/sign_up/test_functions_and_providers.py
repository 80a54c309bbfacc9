"""Sign-ups on the pages of pools with a PreSignUp function, and beside other identity providers."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.functions import answering
from tests.oauth.sign_in.inside import OAUTH, Visitor
from tests.oauth.sign_in.places import heading, is_back, says
from tests.oauth.walk import target
from tests.refusals.scene import Scene
from tests.refusals.sign_up_pages import at, signs_up
from tests.world import close_world, open_world

from poolhouse.errors import FunctionFailed


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    world = await open_world(tmp_path)
    yield Scene(world, tmp_path / "poolhouse.sqlite3")
    await close_world(world)


async def test_whom_the_pools_function_confirms_is_signed_in_at_once(scene: Scene):
    scene.world.functions["PreSignUp"] = answering(autoConfirmUser=True)
    await scene.set_up({}, OAUTH, {})
    await scene.admin("UpdateUserPool", AutoVerifiedAttributes=["email"], LambdaConfig=scene.world.triggers())

    assert is_back(await signs_up()(Visitor(scene)))
    assert await scene.world.inbox(scene.pool) == []


async def test_what_the_pools_function_refuses_is_told_in_its_words_and_nobody_is_made(scene: Scene):
    def refusing(event: object) -> None:
        raise FunctionFailed("Error", "Members <b>only</b>")

    scene.world.functions["PreSignUp"] = refusing
    await scene.set_up({}, OAUTH, {})
    await scene.admin("UpdateUserPool", AutoVerifiedAttributes=["email"], LambdaConfig=scene.world.triggers())

    page = await signs_up()(Visitor(scene))

    assert page.status_code == 400
    assert says(page, "Members <b>only</b>") or "Members &lt;b&gt;only&lt;/b&gt;" in page.text
    assert [user["Username"] for user in (await scene.admin("ListUsers"))["Users"]] == ["ada"]


async def test_another_provider_is_a_way_in_from_the_sign_up_page_too(scene: Scene):
    await scene.set_up({}, OAUTH, {})
    details = {"client_id": "us", "client_secret": "x", "authorize_scopes": "openid"}
    await scene.admin(
        "CreateIdentityProvider",
        ProviderName="Google",
        ProviderType="Google",
        ProviderDetails=details,
        AttributeMapping={"email": "email"},
    )
    app = await scene.another_client(**{**OAUTH, "SupportedIdentityProviders": ["COGNITO", "Google"]})
    visitor = Visitor(scene, str(app["ClientId"]))
    page = await at(visitor, "/signup")
    assert heading(page) == "Create your account"
    assert says(page, "Continue with Google")

    away = await visitor.submit(page, 1, idp="Google")

    assert "identity_provider=Google" in target(away)
    refused = await visitor.submit(page, 1, idp="Facebook")
    assert says(refused, "Login option is not available.")
