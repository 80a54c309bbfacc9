"""How many of a thing there may be, where an operator can change it (8.2; docs/quotas.md). Pure.

What AWS calls fixed stands where it is checked.
"""

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct

from poolhouse.errors import SettingsError
from poolhouse.settings import Settings

USER_POOLS = "UserPools"
APP_CLIENTS = "AppClients"
IDENTITY_PROVIDERS = "IdentityProviders"
RESOURCE_SERVERS = "ResourceServers"
USERS = "Users"
CLAIMS_AND_SCOPES = "ClaimsAndScopes"
CUSTOM_DOMAINS = "CustomDomains"
IDENTITY_POOLS = "IdentityPools"
USER_POOL_PROVIDERS = "UserPoolProviders"


class Quota(Struct, frozen=True):
    """default  Cognito's
    most     what the setting can say: Cognito's maximum where a pool's snapshot holds them all, else ours
    """

    default: int
    most: int


QUOTAS: Mapping[str, Quota] = MappingProxyType(
    {
        USER_POOLS: Quota(1_000, 1_000_000),  # of a Region
        APP_CLIENTS: Quota(1_000, 10_000),  # of a user pool, as all that follow but the last three
        IDENTITY_PROVIDERS: Quota(300, 1_000),
        RESOURCE_SERVERS: Quota(25, 300),
        USERS: Quota(40_000_000, 1_000_000_000),
        CLAIMS_AND_SCOPES: Quota(5_000, 50_000),  # of one answer of a pre-token function
        CUSTOM_DOMAINS: Quota(4, 1_000_000),  # of a Region; Cognito's is fixed, for its certificates' sake
        IDENTITY_POOLS: Quota(1_000, 1_000_000),  # of a Region
        USER_POOL_PROVIDERS: Quota(50, 1_000),  # of an identity pool
    }
)


def check(settings: Settings) -> None:
    """Raises `SettingsError` where `quota_resources` names what is no such quota, or gives too much."""
    for name, most in settings.quota_resources.items():
        quota = QUOTAS.get(name)
        if quota is None:
            raise SettingsError(
                f"`quota_resources` names {name}, which is none of {', '.join(QUOTAS)}: correct it."
            )
        if most > quota.most:
            raise SettingsError(f"`quota_resources` gives {name} more than {quota.most}: correct it.")


def of(settings: Settings, name: str) -> int:
    """The quota in force."""
    return settings.quota_resources.get(name, QUOTAS[name].default)
