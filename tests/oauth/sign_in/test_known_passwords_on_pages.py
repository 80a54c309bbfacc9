"""Passwords that are known to be stolen, on the pages: what is said of them, and where it leads."""

from typing import Any

import pytest
from msgspec.structs import replace
from tests.oauth.sign_in.inside import OAUTH, Visitor
from tests.oauth.sign_in.places import heading, is_back, says
from tests.refusals.scene import PASSWORD, Scene
from tests.refusals.sign_up_pages import followed, resetting, signs_up
from tests.risk.breaches.made import file_of

from poolhouse.risk.breaches import digests
from poolhouse.risk.breaches.lists import Lists

NEW, STOLEN = "An0ther-P2$Sword", "St0len-P2$Sword"
LEAKED = "This password appeared in a leak elsewhere. Choose another one."
ENFORCED = {"UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"}}


async def staged(scene: Scene, *known: str, **pool: Any) -> Visitor:
    await scene.set_up({**ENFORCED, **pool}, OAUTH, {})
    found = digests.read(file_of(*known))
    scene.world.env = replace(scene.world.env, breaches=Lists([lambda: found]))
    return Visitor(scene)


async def test_a_sign_in_with_a_stolen_password_leads_to_the_choice_of_another_and_says_why(scene: Scene):
    visitor = await staged(scene, PASSWORD)

    page = await followed(visitor, await visitor.enter())

    assert heading(page) == "Choose a new password"
    assert says(page, LEAKED)
    assert is_back(await visitor.submit(page, code=await visitor.code(), password=NEW))


async def test_who_has_to_reset_for_another_reason_is_not_told_of_a_leak(scene: Scene):
    visitor = await staged(scene, STOLEN)
    await scene.admin("AdminResetUserPassword", Username="ada")

    page = await followed(visitor, await visitor.enter())

    assert heading(page) == "Choose a new password"
    assert not says(page, LEAKED)


async def test_the_password_after_a_name_is_looked_up_too(scene: Scene):
    visitor = await staged(
        scene,
        PASSWORD,
        Policies={"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}},
    )
    flows = ["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    by_choice = visitor.another(
        str((await scene.another_client(**OAUTH, ExplicitAuthFlows=flows))["ClientId"])
    )
    asked = await by_choice.submit(await by_choice.enter(password=""), challenge="PASSWORD")

    page = await followed(by_choice, await by_choice.submit(asked, password=PASSWORD))

    assert heading(page) == "Choose a new password"
    assert says(page, LEAKED)


async def test_a_reset_to_a_stolen_password_is_refused_at_its_field_and_the_code_stays_good(scene: Scene):
    visitor = await staged(scene, STOLEN)
    page = await resetting(visitor)
    code = await visitor.code()

    again = await visitor.submit(page, code=code, password=STOLEN)

    assert again.status_code == 400
    assert says(again, LEAKED)
    assert STOLEN not in again.text
    assert is_back(await visitor.submit(again, code=code, password=NEW))


async def test_a_sign_up_with_a_stolen_password_is_refused_at_its_field(scene: Scene):
    visitor = await staged(scene, STOLEN)

    refused = await signs_up(password=STOLEN)(visitor)
    made = await followed(visitor, await signs_up(password=NEW)(visitor))

    assert refused.status_code == 400
    assert says(refused, LEAKED)
    assert STOLEN not in refused.text
    assert heading(made) == "Check your email"


async def test_a_stolen_password_in_place_of_a_temporary_one_is_refused_at_its_field(scene: Scene):
    visitor = await staged(scene, STOLEN)
    await scene.invited(email="kim@example.com")
    page = await visitor.enter("kim")

    refused = await visitor.submit(page, password=STOLEN)

    assert says(refused, LEAKED)
    assert is_back(await visitor.submit(refused, password=NEW))


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("de", "Dieses Passwort ist anderswo in einem Datenleck aufgetaucht."),
        ("ja", "このパスワードは別の場所で漏えいしています。"),
    ],
)
async def test_it_is_said_in_the_language_of_the_page(scene: Scene, lang: str, words: str):
    visitor = await staged(scene, PASSWORD)

    page = await followed(visitor, await visitor.enter(lang=lang))

    assert says(page, words)
