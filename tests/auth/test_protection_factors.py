"""What a risk demands: second factors, and what does not stand for one (behaviour file, 2.5 and 7.2)."""

from pathlib import Path
from typing import Any

import pytest
from tests.auth import custom_auth
from tests.browser import TRACKING
from tests.idp.authenticator import TOTP_ON
from tests.refusals import device_steps, mfa
from tests.refusals.scene import OTHER_PASSWORD, PASSWORD, Scene
from tests.risk.life import LINUX_CHROME
from tests.risky import (
    ENFORCED,
    FAR,
    arn,
    at,
    at_home,
    far_away,
    last,
    living,
    mapped,
    protecting,
    set_risk,
)
from tests.world import World

from poolhouse.auth.decision import DEVICES_ANSWER_RISKS
from poolhouse.directory import risk_scale
from poolhouse.errors import RiskTooHigh
from poolhouse.ports import DAY

ASKED = "SOFTWARE_TOKEN_MFA"


@pytest.fixture
async def s(world: World, tmp_path: Path) -> Scene:
    """A pool with threat protection in force, and Ada, who has signed in at home for two days."""
    made = Scene(world, tmp_path / "poolhouse.sqlite3")
    await made.set_up(ENFORCED, {}, {})
    await living(High="BLOCK")(made)
    return made


async def test_the_factor_that_a_risk_demands_is_asked_and_lets_in(s: Scene) -> None:
    await mfa.with_app(at_home(s))
    await set_risk(s, High="MFA_REQUIRED")
    await mfa.half_minutes(s, 2)

    asked = await mfa.asked(far_away(s))

    assert asked["ChallengeName"] == ASKED
    assert "AuthenticationResult" in await mfa.answer_app(s, mfa.code(s))


async def test_it_is_assessed_once_and_the_requests_that_follow_know_of_it(s: Scene) -> None:
    await mfa.with_app(at_home(s))
    await set_risk(s, High="MFA_REQUIRED")
    await mfa.half_minutes(s, 2)
    await mfa.asked(far_away(s))
    first = await last(s)

    await mfa.answer_app(at_home(s), mfa.code(s))

    second = await last(s)
    assert first.risk is not None
    assert second.risk is not None
    assert (second.attempt_id, second.response) == (first.attempt_id, "Pass")
    assert (second.risk.level, second.risk.action) == (first.risk.level, first.risk.action)
    assert [note.kind for note in second.trail if note.kind in ("signal", "risk")] == []


async def test_a_factor_that_is_required_and_gone_meanwhile_lets_nobody_in(s: Scene) -> None:
    """It was turned off while a new password was asked for, which comes before the factor (2.5)."""
    await mfa.with_app(at_home(s))
    await set_risk(s, High="MFA_REQUIRED")
    await s.admin("AdminSetUserPassword", Username="ada", Password=OTHER_PASSWORD, Permanent=False)
    asked = await far_away(s).sign_in(password=OTHER_PASSWORD)
    off = {"Enabled": False, "PreferredMfa": False}
    await s.admin("AdminSetUserMFAPreference", Username="ada", SoftwareTokenMfaSettings=off)

    with pytest.raises(RiskTooHigh):
        await s.new_password(asked["Session"], "ada", PASSWORD)

    assert "AuthenticationResult" in await at_home(s).sign_in()


async def test_a_factor_is_asked_of_those_who_have_one_and_the_others_go_on(s: Scene) -> None:
    await set_risk(s, High="MFA_IF_CONFIGURED")

    assert "AuthenticationResult" in await far_away(s).sign_in()
    event = await last(s)
    assert event.risk is not None
    assert (event.risk.level, event.risk.action) == ("HIGH", "NO_ACTION")


async def test_a_factor_that_would_have_to_be_set_up_first_is_none(s: Scene) -> None:
    """Whoever has stolen the password could set up an app of their own."""
    await mfa.mfa(s, "ON", TOTP_ON)
    await set_risk(s, High="MFA_REQUIRED")

    with pytest.raises(RiskTooHigh):
        await far_away(s).sign_in()
    assert (await at_home(s).sign_in())["ChallengeName"] == "MFA_SETUP"


async def test_a_remembered_device_does_not_stand_for_the_factor_that_a_risk_demands(
    world: World, tmp_path: Path
) -> None:
    """[K], see `decision.DEVICES_ANSWER_RISKS`."""
    s = await tracking(world, tmp_path)
    await device_steps.suppressed(at_home(s))
    await s.later(DAY)

    usual = await device_steps.password_step(at_home(s), device_steps.key(s))
    tags = {risk_scale.POINTS_TAG: "known-device=0"}
    await s.call("TagResource", ResourceArn=arn(s), Tags=tags)
    await set_risk(s, Low="MFA_IF_CONFIGURED", Medium="MFA_IF_CONFIGURED", High="MFA_IF_CONFIGURED")
    risky = await device_steps.password_step(at(s, FAR), device_steps.key(s))

    assert usual["ChallengeName"] == "DEVICE_SRP_AUTH"
    assert risky["ChallengeName"] == ASKED
    assert not DEVICES_ANSWER_RISKS


async def tracking(world: World, tmp_path: Path) -> Scene:
    """A pool that remembers devices too."""
    made = Scene(world, tmp_path / "poolhouse.sqlite3")
    await made.set_up({**TRACKING, **ENFORCED}, {}, {})
    await made.later(400 * DAY)
    mapped(world)
    return made


# Custom challenges


async def test_custom_challenges_are_assessed_by_their_own_mode(world: World, tmp_path: Path) -> None:
    custom_auth.install(world)
    s = Scene(world, tmp_path / "poolhouse.sqlite3")
    flows = {"ExplicitAuthFlows": custom_auth.FLOWS}
    await s.set_up({**protecting(custom="ENFORCED"), "LambdaConfig": world.triggers()}, flows, {})
    await living(High="BLOCK")(s)

    with pytest.raises(RiskTooHigh):
        await _by_custom_challenge(far_away(s))
    assert "AuthenticationResult" in await _by_custom_challenge(at_home(s))

    await s.admin("UpdateUserPool", **protecting(custom="AUDIT"), LambdaConfig=world.triggers())
    assert "AuthenticationResult" in await _by_custom_challenge(far_away(s))

    await s.admin("UpdateUserPool", **protecting(), LambdaConfig=world.triggers())
    assert "AuthenticationResult" in await _by_custom_challenge(far_away(s))
    assert (await last(s)).risk is None


async def test_a_risk_demands_a_factor_after_custom_challenges_too(world: World, tmp_path: Path) -> None:
    custom_auth.install(world)
    s = Scene(world, tmp_path / "poolhouse.sqlite3")
    members = {**protecting(custom="ENFORCED"), "LambdaConfig": world.triggers()}
    await s.set_up(members, {"ExplicitAuthFlows": custom_auth.FLOWS}, {})
    await living(High="MFA_REQUIRED")(s)
    await mfa.with_app(at_home(s))
    await mfa.half_minutes(s, 2)

    asked = await _by_custom_challenge(far_away(s))
    answered = await s.call(
        "RespondToAuthChallenge",
        ClientId=s.client,
        ChallengeName=asked["ChallengeName"],
        Session=asked["Session"],
        ChallengeResponses={"USERNAME": "ada", "SOFTWARE_TOKEN_MFA_CODE": mfa.code(s)},
    )

    assert asked["ChallengeName"] == ASKED
    assert "AuthenticationResult" in answered


async def _by_custom_challenge(s: Scene) -> dict[str, Any]:
    asked = await s.call(
        "InitiateAuth", ClientId=s.client, AuthFlow="CUSTOM_AUTH", AuthParameters={"USERNAME": "ada"}
    )
    return await s.call(
        "RespondToAuthChallenge",
        ClientId=s.client,
        ChallengeName="CUSTOM_CHALLENGE",
        Session=asked["Session"],
        ChallengeResponses={"USERNAME": "ada", "ANSWER": custom_auth.ANSWER},
    )


async def test_a_device_that_was_offered_is_known_when_it_comes_back(world: World, tmp_path: Path) -> None:
    s = await tracking(world, tmp_path)
    await device_steps.confirmed(at_home(s))
    await s.later(DAY)

    await device_steps.password_step(at(s, FAR, LINUX_CHROME), device_steps.key(s))

    event = await last(s)
    assert event.risk is not None
    signals = {reason.signal for reason in event.risk.reasons}
    assert "known-device" in signals
    assert "new-device" not in signals
