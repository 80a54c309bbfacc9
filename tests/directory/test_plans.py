"""The table of feature plans: what each tier has, and what the setting makes of it (behaviour file, 7.3)."""

from typing import Any

import pytest
from tests.directory.test_triggers import pre_token

from poolhouse.directory import plans
from poolhouse.directory.pool_config import new_config, replaced_config
from poolhouse.errors import FeatureUnavailableInTier, TierChangeNotAllowed
from poolhouse.settings import Settings

OPEN, ENFORCED = Settings(), Settings(tiers="enforced")
LITE = {"UserPoolTier": "LITE"}
AUDIT = {"UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}}

# A request of CreateUserPool that uses each feature which a pool's configuration holds.
USES: dict[str, dict[str, Any]] = {
    "PasswordHistorySize is": {"Policies": {"PasswordPolicy": {"PasswordHistorySize": 3}}},
    "AllowedFirstAuthFactors other than PASSWORD are": {
        "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}
    },
    "AcrConfiguration is": {"AcrConfiguration": {"Level1": {"AcrValue": "low"}}},
    "V2_0 and V3_0 of PreTokenGenerationConfig are": {"LambdaConfig": pre_token("V2_0")},
    "DcrConfiguration is": {"DcrConfiguration": {}},
}


def of(request: dict[str, Any]) -> dict[str, Any]:
    return new_config(request)


def tracked() -> dict[str, Any]:
    return of({}) | {"SessionConfiguration": {"Tracked": True, "Most": 20, "Minutes": {}}}


def mails() -> dict[str, Any]:
    return of({}) | {"MfaConfiguration": "ON", "MfaFactors": ["EMAIL_OTP"]}


KEPT = [*(of(request) for request in USES.values()), tracked(), mails()]
NAMES = [*USES, "User session tracking is", "Email MFA is"]


@pytest.mark.parametrize(("config", "feature"), list(zip(KEPT, NAMES, strict=True)), ids=NAMES)
def test_what_lite_has_not_is_refused_where_tiers_are_enforced(config: dict[str, Any], feature: str) -> None:
    in_lite = config | LITE

    with pytest.raises(FeatureUnavailableInTier, match=rf"^{feature} not available in the LITE tier\.$"):
        plans.check(ENFORCED, in_lite)

    plans.check(ENFORCED, config)
    plans.check(ENFORCED, of(LITE))


@pytest.mark.parametrize("config", KEPT, ids=NAMES)
def test_a_pool_that_uses_it_cannot_go_down_to_lite(config: dict[str, Any]) -> None:
    with pytest.raises(TierChangeNotAllowed, match=r"before you change the tier to LITE\.$"):
        plans.check(ENFORCED, config | LITE, before=config)

    with pytest.raises(FeatureUnavailableInTier):  # it is asked for where it never was to be had
        plans.check(ENFORCED, config | LITE, before=of(LITE))
    plans.check(ENFORCED, of(LITE), before=config)


@pytest.mark.parametrize("config", KEPT, ids=NAMES)
@pytest.mark.parametrize("tier", ["LITE", "ESSENTIALS", "PLUS"])
def test_by_default_every_tier_has_every_feature(config: dict[str, Any], tier: str) -> None:
    plans.check(OPEN, config | {"UserPoolTier": tier})
    plans.check(OPEN, config | {"UserPoolTier": tier}, before=config)

    assert all(plans.has(OPEN, {"UserPoolTier": tier}, feature) for feature in plans.FEATURES)
    assert list(plans.lost(OPEN, of(LITE), of({"UserPoolTier": "PLUS"}))) == []


def test_threat_protection_is_in_plus_alone() -> None:
    protected = of({"UserPoolTier": "ESSENTIALS"} | AUDIT)

    for tier in ("LITE", "ESSENTIALS"):
        with pytest.raises(FeatureUnavailableInTier, match=f"UserPoolAddOns is not available in the {tier}"):
            plans.check(ENFORCED, protected | {"UserPoolTier": tier})
    with pytest.raises(TierChangeNotAllowed, match="Set AdvancedSecurityMode of UserPoolAddOns to OFF"):
        plans.check(ENFORCED, protected, before=protected | {"UserPoolTier": "PLUS"})

    plans.check(ENFORCED, protected | {"UserPoolTier": "PLUS"})
    plans.check(ENFORCED, of({}) | {"UserPoolAddOns": {"AdvancedSecurityMode": "OFF"}})


def test_the_delivery_of_what_users_do_is_in_plus_alone() -> None:
    group = {"LogGroupArn": "arn:aws:logs:us-east-1:000000000000:log-group:sign-ins"}
    plus = {"UserPoolTier": "PLUS"}

    def delivering(source: str) -> dict[str, Any]:
        kept = {"EventSource": source, "CloudWatchLogsConfiguration": group}
        return of({}) | {"LogDeliveryConfiguration": [kept]}

    with pytest.raises(FeatureUnavailableInTier, match="Log delivery of userAuthEvents is not available"):
        plans.check(ENFORCED, delivering("userAuthEvents"))
    with pytest.raises(TierChangeNotAllowed, match="Take userAuthEvents from the log delivery"):
        plans.check(ENFORCED, delivering("userAuthEvents"), before=of(plus))

    plans.check(ENFORCED, delivering("userAuthEvents") | plus)
    plans.check(ENFORCED, delivering("userNotification"))


def test_a_request_without_a_tier_gets_essentials_and_plus_where_it_asks_for_threat_protection() -> None:
    assert new_config({})["UserPoolTier"] == "ESSENTIALS"
    assert replaced_config(new_config(LITE), {})["UserPoolTier"] == "ESSENTIALS"
    assert new_config({"UserPoolTier": "PLUS"})["UserPoolTier"] == "PLUS"
    assert new_config(AUDIT)["UserPoolTier"] == "PLUS"
    assert new_config(AUDIT | LITE)["UserPoolTier"] == "LITE"
    assert new_config({"UserPoolAddOns": {"AdvancedSecurityMode": "OFF"}})["UserPoolTier"] == "ESSENTIALS"


def test_each_tier_has_what_the_one_below_has_and_more() -> None:
    features = {tier: _names(tier) for tier in ("LITE", "ESSENTIALS", "PLUS")}

    assert features["LITE"] == set()
    assert features["PLUS"] - features["ESSENTIALS"] == {
        "UserPoolAddOns is",
        "Log delivery of userAuthEvents is",
    }
    assert features["ESSENTIALS"] < features["PLUS"] == {feature.says for feature in plans.FEATURES}


def _names(tier: str) -> set[str]:
    return {
        feature.says for feature in plans.FEATURES if plans.has(ENFORCED, {"UserPoolTier": tier}, feature)
    }
