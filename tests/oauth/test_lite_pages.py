"""The pages of a pool of the tier LITE, where tiers are enforced: the classic ones and no more (7.3)."""

from typing import Any

import pytest
from tests import passkeys
from tests.oauth.sign_in.inside import OAUTH, Visitor
from tests.oauth.sign_in.places import heading, is_back, says
from tests.oauth.walk import parameters
from tests.refusals.scene import EMAIL, PASSWORD, Scene
from tests.refusals.sign_up_pages import resetting, waiting

from poolhouse.errors import FeatureUnavailableInTier

LITE = {"UserPoolTier": "LITE"}
ESSENTIALS = {"UserPoolTier": "ESSENTIALS"}
CODES = {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}}


async def test_who_has_a_password_signs_up_in_and_gets_a_new_one(scene: Scene):
    await scene.with_settings(tiers="enforced")
    await scene.set_up(LITE, OAUTH, {})
    visitor = Visitor(scene)
    assert 'type="password"' in (await visitor.page()).text
    assert is_back(await visitor.enter())

    page = await waiting(visitor.another())
    reset = await resetting(visitor.another())

    assert (heading(page), heading(reset)) == ("Check your email", "Choose a new password")


async def test_an_authenticator_app_is_a_second_factor_here_too(scene: Scene):
    await scene.with_settings(tiers="enforced")
    await scene.set_up(LITE, OAUTH, {})
    app = {"SoftwareTokenMfaConfiguration": {"Enabled": True}}
    await scene.admin("SetUserPoolMfaConfig", MfaConfiguration="ON", **app)

    page = await Visitor(scene).enter()

    assert heading(page) == "Set up your authenticator app"


@pytest.mark.parametrize(
    ("operation", "members"),
    [
        ("UpdateUserPool", CODES),
        ("CreateUserPoolClient", {"ClientName": "Choice", "ExplicitAuthFlows": passkeys.FLOWS}),
        (
            "SetUserPoolSessionConfiguration",
            {"UserSessionTracking": "ENABLED", "TokenSession": {"MaxPerUser": 2}},
        ),
        ("CreateUserPoolDomain", {"Domain": "orchard", "ManagedLoginVersion": 2}),
    ],
)
async def test_what_the_pages_of_higher_tiers_have_is_refused(
    scene: Scene, operation: str, members: dict[str, Any]
):
    await scene.with_settings(auth_domain_suffix="auth.localhost:9229", tiers="enforced")
    await scene.set_up(LITE, OAUTH, {})

    with pytest.raises(FeatureUnavailableInTier):
        await scene.admin(operation, **members, **_tier(operation, LITE))

    await scene.admin("UpdateUserPool", **ESSENTIALS)
    await scene.admin(operation, **members, **_tier(operation, ESSENTIALS))


def _tier(operation: str, tier: dict[str, str]) -> dict[str, str]:
    """UpdateUserPool says anew what the pool is."""
    return tier if operation == "UpdateUserPool" else {}


async def test_levels_are_asked_of_nobody(scene: Scene):
    """`acr_values` is passed over below Essentials (6.2)."""
    await scene.with_settings(tiers="enforced")
    await scene.set_up(LITE, OAUTH, {})
    visitor = Visitor(scene)

    back = await visitor.enter(acr_values="level4 level3")

    assert parameters(back)["code"]
    assert says(await visitor.another().enter(EMAIL, "not it"), "don’t match")
    assert is_back(await visitor.another().enter("ada", PASSWORD))
