"""UserPoolAddOns: what is accepted, what a pool makes of it, and the tier that comes with it."""

import pytest
from tests.directory.pool_of import pool_of

from poolhouse.directory.pool_config import new_config, replaced_config
from poolhouse.errors import CustomFlowsAlone


def add_ons(mode: str, custom: str | None = None) -> dict:
    flows = {"AdvancedSecurityAdditionalFlows": {"CustomAuthMode": custom}} if custom else {}
    return {"UserPoolAddOns": {"AdvancedSecurityMode": mode} | flows}


def test_a_pool_that_asks_for_nothing_is_not_protected():
    protection = pool_of().protection

    assert not protection.on
    assert protection.mode_of("USER_SRP_AUTH") == protection.mode_of("CUSTOM_AUTH") == "OFF"


def test_the_mode_is_that_of_every_flow_but_custom_ones_which_have_their_own():
    protection = pool_of(**add_ons("ENFORCED", "AUDIT")).protection

    assert protection.on
    assert protection.mode_of("USER_SRP_AUTH") == "ENFORCED"
    assert protection.mode_of("CUSTOM_AUTH") == "AUDIT"


def test_without_a_mode_of_their_own_custom_flows_are_not_assessed():
    assert pool_of(**add_ons("AUDIT")).protection.mode_of("CUSTOM_AUTH") == "OFF"


@pytest.mark.parametrize("mode", ["AUDIT", "ENFORCED"])
def test_a_protected_pool_that_names_no_tier_is_plus(mode):
    assert new_config(add_ons(mode))["UserPoolTier"] == "PLUS"
    assert replaced_config(new_config({}), add_ons(mode))["UserPoolTier"] == "PLUS"


def test_a_pool_that_names_a_tier_or_turns_protection_off_is_not_made_plus():
    assert new_config(add_ons("OFF"))["UserPoolTier"] == "ESSENTIALS"
    assert new_config(add_ons("ENFORCED") | {"UserPoolTier": "ESSENTIALS"})["UserPoolTier"] == "ESSENTIALS"


def test_an_update_that_leaves_add_ons_out_turns_them_off():
    config = replaced_config(new_config(add_ons("ENFORCED")), {})

    assert "UserPoolAddOns" not in config


def test_k_a_mode_for_custom_flows_alone_is_refused():
    with pytest.raises(CustomFlowsAlone):
        new_config(add_ons("OFF", "AUDIT"))

    both = add_ons("AUDIT", "AUDIT")
    assert new_config(both)["UserPoolAddOns"] == both["UserPoolAddOns"]
