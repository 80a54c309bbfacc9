"""The rates in force: a provisioned limit, else the setting, else Cognito's default."""

from collections.abc import Mapping

from poolhouse.context import Env
from poolhouse.directory import resource_quotas
from poolhouse.errors import SettingsError
from poolhouse.quotas.table import DEFAULT_RATES, PAGE_RATES
from poolhouse.settings import Settings
from poolhouse.store import limits

CACHED = "rates"  # the key in `env.rates`

_TRUSTED = 1.0  # seconds
_FREE = {**DEFAULT_RATES, **PAGE_RATES}


def check(settings: Settings) -> None:
    """Raises `SettingsError` where `quota_rates` names what is no category, and for `quota_resources`."""
    resource_quotas.check(settings)
    for category in settings.quota_rates:
        if category not in _FREE:
            known = ", ".join(_FREE)
            raise SettingsError(f"`quota_rates` names {category}, which is none of the categories {known}.")


async def in_force(env: Env) -> Mapping[str, int]:
    """Requests a second by category, at most a second old."""
    cached: tuple[float, Mapping[str, int]] | None = env.rates.get(CACHED)
    now = env.clock.monotonic()
    if cached is not None and now - cached[0] < _TRUSTED:
        return cached[1]
    found = free(env) | await env.db.read(limits.every)
    env.rates.put(CACHED, (now, found))
    return found


def free(env: Env) -> dict[str, int]:
    """What holds where no limit was provisioned."""
    return {**_FREE, **env.settings.quota_rates}


def forget(env: Env) -> None:
    """After a limit was provisioned."""
    env.rates.drop(CACHED)
