"""A pool goes to another feature plan (7.3): what it uses must be in it, wherever that is kept."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from poolhouse.directory import client_config, plans
from poolhouse.directory import domains as domain_rules
from poolhouse.directory.plans import Feature
from poolhouse.errors import TierChangeNotAllowed
from poolhouse.ports import Tx
from poolhouse.settings import Settings
from poolhouse.store import clients, domains, login_styles

Config = Mapping[str, Any]


async def check(tx: Tx, settings: Settings, pool_id: str, config: Config, before: Config) -> None:
    """Raises `FeatureUnavailableInTier` and `TierChangeNotAllowed`. The caller has begun the change."""
    plans.check(settings, config, before)
    for feature in plans.lost(settings, config, before):
        if feature in _USED and await _USED[feature](tx, pool_id):
            raise TierChangeNotAllowed(undo=feature.undo, tier=config["UserPoolTier"])


async def _has_managed_domain(tx: Tx, pool_id: str) -> bool:
    return any(domain.login_version == domain_rules.MANAGED for domain in await domains.of_pool(tx, pool_id))


async def _has_styles(tx: Tx, pool_id: str) -> bool:
    return await login_styles.count(tx, pool_id) > 0


async def _has_choosing_client(tx: Tx, pool_id: str) -> bool:
    async for row in clients.every(tx, pool_id):
        if client_config.takes_part_in_choice(client_config.of_row(row)):
            return True
    return False


# What a pool uses of a feature beside its configuration.
_USED: Mapping[Feature, Callable[[Tx, str], Awaitable[bool]]] = {
    plans.MANAGED_LOGIN: _has_managed_domain,
    plans.BRANDING: _has_styles,
    plans.CHOICE: _has_choosing_client,
}
