"""From points to a level, and from a level to an action."""

from typing import Any

import pytest
from tests.risk.test_signals import facts, past, seen

from poolhouse.directory import address_ranges, risk_config, risk_scale
from poolhouse.directory.events import Reason, Risk
from poolhouse.directory.risk_config import RiskConfiguration
from poolhouse.ports import Place
from poolhouse.risk import actions, policy
from poolhouse.risk.assess import assess

USUAL = risk_scale.of_tags({})


def test_at_home_there_is_no_risk_and_no_reason() -> None:
    assert assess(facts(past()), USUAL) == Risk()


def test_the_points_of_the_reasons_add_up() -> None:
    risk = assess(facts(past(country="DE"), seen=seen(address="198.51.100.7", country="AU")), USUAL)

    assert (risk.level, risk.decision, risk.points) == ("LOW", "AccountTakeover", 30)
    assert risk.reasons == (
        Reason("new-address", 5, "The address is a new one."),
        Reason("new-country", 25, "The country, AU, is a new one."),
    )


def test_points_below_the_lowest_level_are_no_risk_with_reasons() -> None:
    risk = assess(facts(past(), seen=seen(address="198.51.100.7")), USUAL)

    assert (risk.level, risk.decision, risk.points, len(risk.reasons)) == ("", "NoRisk", 5, 1)


def test_a_device_that_is_known_takes_points_away_and_never_below_nothing() -> None:
    risk = assess(facts(past(device_key="a"), seen=seen(device_key="a")), USUAL)

    assert (risk.points, [reason.points for reason in risk.reasons]) == (0, [-20])


def test_a_signal_that_the_pool_gives_no_points_counts_nothing_and_is_told_for_rehearsals() -> None:
    scale = risk_scale.of_tags({risk_scale.POINTS_TAG: "bad-address=0"})

    risk = assess(facts(place=Place(bad=True)), scale)

    assert (risk.level, risk.points, risk.decision) == ("", 0, "NoRisk")
    assert [(reason.signal, reason.points) for reason in risk.reasons] == [("bad-address", 0)]
    assert assess(facts(place=Place(bad=True)), USUAL).level == "MEDIUM"


def a_policy(**levels: str) -> policy.RiskPolicy:
    actions_ = {f"{name}Action": {"EventAction": action, "Notify": False} for name, action in levels.items()}
    config = {**risk_config.DEFAULTS, risk_config.TAKEOVER: {"Actions": actions_}}
    return policy.of(config, {})


RISKY = Risk(level="HIGH", decision="AccountTakeover", points=90)


@pytest.mark.parametrize(
    ("action", "has_factor", "led_to", "decision"),
    [
        ("NO_ACTION", True, "NO_ACTION", "AccountTakeover"),
        ("MFA_IF_CONFIGURED", True, "MFA_IF_CONFIGURED", "AccountTakeover"),
        ("MFA_IF_CONFIGURED", False, "NO_ACTION", "AccountTakeover"),
        ("MFA_REQUIRED", True, "MFA_REQUIRED", "AccountTakeover"),
        ("MFA_REQUIRED", False, "BLOCK", "Block"),
        ("BLOCK", True, "BLOCK", "Block"),
        ("BLOCK", False, "BLOCK", "Block"),
    ],
)
def test_a_level_leads_to_the_action_of_the_pool(
    action: str, has_factor: bool, led_to: str, decision: str
) -> None:
    found = actions.decided(RISKY, a_policy(High=action), has_factor=has_factor)

    assert (found.action, found.decision, found.level) == (led_to, decision, "HIGH")


def test_why_a_user_without_a_factor_is_blocked_is_among_the_reasons() -> None:
    found = actions.decided(RISKY, a_policy(High="MFA_REQUIRED"), has_factor=False)

    assert [reason.signal for reason in found.reasons] == ["no-second-factor"]


def test_a_level_without_an_action_and_no_level_lead_to_nothing() -> None:
    """[K] Nothing is done about a level that nobody has said anything of."""
    found = a_policy(Low="BLOCK")

    assert actions.decided(RISKY, found, has_factor=False).action == "NO_ACTION"
    assert actions.decided(Risk(), found, has_factor=False).action == "NO_ACTION"


def test_an_address_that_is_shut_out_is_blocked_whatever_its_points() -> None:
    found = actions.from_blocked_range()

    assert (found.decision, found.action, found.level) == ("Block", "BLOCK", "")


def test_a_policy_has_the_exceptions_of_the_client_and_the_scale_of_the_pool() -> None:
    exceptions = {"BlockedIPRangeList": ["192.0.2.0/24"], "SkippedIPRangeList": ["2001:db8::/32"]}
    set_for_client = RiskConfiguration("app", {risk_config.EXCEPTIONS: exceptions}, 0)
    config: Any = risk_config.effective({"app": set_for_client}, "app")

    found = policy.of(config, {risk_scale.THRESHOLDS_TAG: "high=99"})

    assert [found.blocked.has(a) for a in ("192.0.2.9", "192.0.3.9")] == [True, False]
    assert [found.skipped.has(a) for a in ("2001:db8::9", "2001:db9::9")] == [True, False]
    assert found.scale.high == 99
    assert (
        policy.of(risk_config.effective({"app": set_for_client}, "other"), {}).blocked == address_ranges.NONE
    )
