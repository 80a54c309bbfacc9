"""Resource quotas that an operator can change (behaviour file, 8.2)."""

import pytest

from poolhouse.directory import resource_quotas
from poolhouse.errors import SettingsError
from poolhouse.settings import Settings


def test_the_quotas_are_those_that_aws_publishes_until_a_setting_says_other():
    published = {
        "UserPools": 1_000,
        "AppClients": 1_000,
        "IdentityProviders": 300,
        "ResourceServers": 25,
        "Users": 40_000_000,
        "ClaimsAndScopes": 5_000,
        "CustomDomains": 4,
        "IdentityPools": 1_000,
        "UserPoolProviders": 50,
    }
    changed = Settings(quota_resources={"AppClients": 7})

    assert {name: resource_quotas.of(Settings(), name) for name in resource_quotas.QUOTAS} == published
    assert resource_quotas.of(changed, "AppClients") == 7
    assert resource_quotas.of(changed, "UserPools") == 1_000


def test_what_is_no_quota_or_too_much_of_one_is_told_at_the_start():
    for quotas, why in (
        ({"Clients": 5}, "names Clients, which is none of UserPools, AppClients"),
        ({"AppClients": 10_001}, "gives AppClients more than 10000"),
    ):
        with pytest.raises(SettingsError, match=why):
            resource_quotas.check(Settings(quota_resources=quotas))

    resource_quotas.check(Settings(quota_resources={"AppClients": 10_000, "UserPools": 100_000}))
