"""Threat protection in sign-ins: what is assessed, when, and what comes of it (behaviour file, 7.2)."""

from pathlib import Path
from typing import Any

import pytest
from tests.refusals.scene import Scene
from tests.risk.life import IPHONE
from tests.risky import (
    ENFORCED,
    HOME,
    OFFICE,
    arn,
    at,
    at_home,
    except_ranges,
    far_away,
    last,
    lived,
    living,
    protecting,
    recorded,
    set_risk,
)
from tests.world import World

from poolhouse.directory import risk_scale
from poolhouse.directory.events import Event
from poolhouse.errors import AddressBlocked, IncorrectLogin, RiskTooHigh
from poolhouse.ports import DAY, MINUTE
from poolhouse.store import event_feedback, history
from poolhouse.store.event_feedback import INVALID, VALID, Feedback

ASKED = "SOFTWARE_TOKEN_MFA"


@pytest.fixture
async def s(world: World, tmp_path: Path) -> Scene:
    """A pool with threat protection in force, and Ada, who has signed in at home for two days."""
    made = Scene(world, tmp_path / "poolhouse.sqlite3")
    await made.set_up(ENFORCED, {}, {})
    await living(High="BLOCK")(made)
    return made


async def blocked(s: Scene, **sign_in: Any) -> None:
    with pytest.raises(RiskTooHigh):
        await s.sign_in(**sign_in)


# The level and its reasons


async def test_the_same_laptop_at_home_has_no_level_and_its_event_says_so(s: Scene) -> None:
    await at_home(s).tokens()

    event = await last(s)
    assert event.risk is not None
    assert (event.response, event.risk.level, event.risk.decision, event.rule) == (
        "Pass",
        "",
        "NoRisk",
        "done",
    )
    assert (event.seen.country, event.seen.city, event.seen.network) == ("DE", "Berlin", "AS3320 Telekom")


async def test_a_stolen_password_from_far_away_is_high_and_its_event_says_why(s: Scene) -> None:
    await blocked(far_away(s))

    event = await last(s)
    assert event.risk is not None
    assert (event.response, event.risk.level, event.risk.decision) == ("Fail", "HIGH", "Block")
    assert (event.risk.action, event.rule, event.challenges) == (
        "BLOCK",
        "risk HIGH",
        (("Password", "Success"),),
    )
    assert {reason.signal for reason in event.risk.reasons} == {
        *("new-device", "user-agent-change", "new-address", "new-network", "new-country")
    }
    signals = [note.facts for note in event.trail if note.kind == "signal"]
    assert sum(facts["points"] for facts in signals) == event.risk.points == 75


async def test_the_first_sign_in_of_a_user_is_no_risk_wherever_it_comes_from(s: Scene) -> None:
    await s.another_user("bob")

    assert "AuthenticationResult" in await far_away(s).sign_in("bob")


async def test_what_is_done_about_a_level_is_what_the_pool_says_of_it(s: Scene) -> None:
    await set_risk(s, Low="BLOCK", High="NO_ACTION")
    assert "AuthenticationResult" in await far_away(s).sign_in()

    await blocked(at(s, HOME, IPHONE))


async def test_an_app_client_with_its_own_configuration_goes_by_that(s: Scene) -> None:
    other = await s.another_client()
    actions = {"HighAction": {"EventAction": "NO_ACTION", "Notify": False}}
    await s.admin(
        "SetRiskConfiguration",
        ClientId=other["ClientId"],
        AccountTakeoverRiskConfiguration={"Actions": actions},
    )

    await blocked(far_away(s))
    assert "AuthenticationResult" in await s.sign_in(app=other)


async def test_points_and_levels_of_the_pool_are_in_its_tags(s: Scene) -> None:
    tags = {risk_scale.POINTS_TAG: "new-country=0 new-network=0", risk_scale.THRESHOLDS_TAG: "high=99"}
    await s.call("TagResource", ResourceArn=arn(s), Tags=tags)

    assert "AuthenticationResult" in await far_away(s).sign_in()
    event = await last(s)
    assert event.risk is not None
    assert (event.risk.level, event.risk.points) == ("LOW", 40)


# Modes


async def test_in_audit_the_level_is_recorded_and_nothing_is_done(world: World, tmp_path: Path) -> None:
    s = Scene(world, tmp_path / "poolhouse.sqlite3")
    await s.set_up(protecting("AUDIT"), {}, {})
    await living(Low="BLOCK", Medium="BLOCK", High="BLOCK")(s)

    assert "AuthenticationResult" in await far_away(s).sign_in()
    event = await last(s)
    assert event.risk is not None
    assert (event.risk.level, event.risk.decision, event.risk.action) == ("HIGH", "AccountTakeover", "")


async def test_where_it_is_off_nothing_is_assessed_and_the_past_is_not_read(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unexpected(*_: Any) -> None:
        raise AssertionError("the past was read")

    s = Scene(world, tmp_path / "poolhouse.sqlite3")
    await s.set_up(protecting("OFF"), {}, {})
    await lived(s)
    monkeypatch.setattr(history, "of", unexpected)

    assert "AuthenticationResult" in await far_away(s).sign_in()
    assert (await last(s)).risk is None


async def test_a_past_of_before_protection_was_turned_on_counts(world: World, tmp_path: Path) -> None:
    s = Scene(world, tmp_path / "poolhouse.sqlite3")
    await s.set_up({}, {}, {})
    await s.later(400 * DAY)
    await lived(s)
    await s.admin("UpdateUserPool", **ENFORCED)
    await set_risk(s, High="BLOCK")

    await blocked(far_away(s))
    assert "AuthenticationResult" in await at_home(s).sign_in()


# When, and how often


async def test_a_wrong_password_is_not_assessed_whatever_the_place(s: Scene) -> None:
    with pytest.raises(IncorrectLogin):
        await far_away(s).sign_in(password="Wr0ng-P2$Sword")

    assert (await last(s)).risk is None


async def test_a_sign_in_that_is_blocked_was_no_wrong_password_so_it_locks_nobody_out(s: Scene) -> None:
    for _ in range(8):
        await blocked(far_away(s))

    assert "AuthenticationResult" in await at_home(s).sign_in()


async def test_srp_is_assessed_at_its_proof(s: Scene) -> None:
    asked = await far_away(s).srp_challenge()

    with pytest.raises(RiskTooHigh):
        await s.srp_answer(asked)
    assert "AuthenticationResult" in await at_home(s).srp()


# Exceptions


async def test_an_address_that_is_shut_out_is_refused_before_anything_is_compared(s: Scene) -> None:
    await except_ranges(s, Blocked=["198.51.100.0/24"])

    for password in ("P2$Sword", "Wr0ng-P2$Sword"):
        with pytest.raises(AddressBlocked):
            await far_away(s).sign_in(password=password)
    with pytest.raises(AddressBlocked):
        await s.srp_challenge()
    event = await last(s)
    assert event.risk is not None
    assert (event.risk.decision, event.response, event.challenges) == ("Block", "Fail", ())
    assert "AuthenticationResult" in await at_home(s).sign_in()


async def test_who_begins_elsewhere_cannot_go_on_from_an_address_that_is_shut_out(s: Scene) -> None:
    await except_ranges(s, Blocked=["198.51.100.0/24"])
    answer = await at_home(s).srp_challenge()

    with pytest.raises(AddressBlocked):
        await far_away(s).srp_answer(answer)
    assert "AuthenticationResult" in await at_home(s).srp_answer(answer)


async def test_an_address_to_be_skipped_is_not_assessed(s: Scene) -> None:
    await except_ranges(s, Skipped=["198.51.100.0/24"])

    assert "AuthenticationResult" in await far_away(s).sign_in()
    event = await last(s)
    assert event.risk is not None
    assert (event.risk.level, event.risk.points, event.risk.reasons) == ("", 0, ())


# What others do at an address, and what people say of events


async def test_failures_of_names_that_nobody_has_count_against_the_address(
    world: World, tmp_path: Path
) -> None:
    s = Scene(world, tmp_path / "poolhouse.sqlite3")
    await s.set_up(ENFORCED, {"PreventUserExistenceErrors": "ENABLED"}, {})
    await living(Medium="BLOCK", High="BLOCK")(s)
    await s.another_user("bob")
    at(s, OFFICE)  # with Ada's own browser
    refusals = []
    for name in ("bob", *(f"nobody{number}" for number in range(9))):
        with pytest.raises(IncorrectLogin) as refused:
            await s.sign_in(name, "Wr0ng-P2$Sword")
        refusals.append((refused.value.code, refused.value.message))

    assert len(set(refusals)) == 1
    await blocked(s)
    event = await last(s)
    assert event.risk is not None
    assert "address-fails-many" in {reason.signal for reason in event.risk.reasons}


async def test_what_failed_more_than_an_hour_ago_counts_no_more(world: World, tmp_path: Path) -> None:
    s = Scene(world, tmp_path / "poolhouse.sqlite3")
    await s.set_up(ENFORCED, {"PreventUserExistenceErrors": "ENABLED"}, {})
    await living(Medium="BLOCK", High="BLOCK")(s)
    at(s, OFFICE)
    for number in range(10):
        with pytest.raises(IncorrectLogin):
            await s.sign_in(f"nobody{number}", "Wr0ng-P2$Sword")
    await s.later(61 * MINUTE)

    assert "AuthenticationResult" in await s.sign_in()


async def said(s: Scene, event: Event, value: str) -> None:
    """Somebody speaks of an attempt."""
    feedback = Feedback(value, "Admin", s.world.now)
    put = lambda tx: event_feedback.put(tx, s.pool, s.sub, event.attempt_id, feedback)  # noqa: E731
    await s.world.env.db.run(put)


async def test_what_was_said_to_be_ones_own_is_known_from_then_on(s: Scene) -> None:
    await blocked(far_away(s))
    event = await last(s)
    await said(s, event, VALID)

    assert "AuthenticationResult" in await far_away(s).sign_in()


async def test_what_was_said_to_be_somebody_elses_is_a_risk_from_then_on(s: Scene) -> None:
    await set_risk(s, Medium="BLOCK", High="BLOCK")
    await at(s, OFFICE).sign_in()
    event = await last(s)
    await said(s, event, INVALID)

    await blocked(at(s, OFFICE))
    event = await last(s)
    assert event.risk is not None
    assert "reported" in {reason.signal for reason in event.risk.reasons}
    assert "AuthenticationResult" in await at_home(s).sign_in()


async def test_a_hundred_failures_do_not_hide_what_the_user_did_before(s: Scene) -> None:
    await set_risk(s, High="BLOCK")
    for _ in range(40):
        with pytest.raises(Exception, match=r"Incorrect|exceeded"):
            await far_away(s).sign_in(password="Wr0ng-P2$Sword")
    await s.later(20 * MINUTE)

    await blocked(s)


# Beside all this


async def test_a_refresh_is_not_assessed(s: Scene) -> None:
    tokens = await at_home(s).tokens()
    before = len(await recorded(s))

    refreshed = await far_away(s).call(
        "InitiateAuth",
        ClientId=s.client,
        AuthFlow="REFRESH_TOKEN_AUTH",
        AuthParameters={"REFRESH_TOKEN": tokens["RefreshToken"]},
    )

    assert "AccessToken" in refreshed["AuthenticationResult"]
    assert len(await recorded(s)) == before
