"""The rates in force: a provisioned limit, else the setting, else Cognito's default."""

from collections.abc import Mapping

from poolhouse.context import Env
from poolhouse.quotas.table import DEFAULT_RATES
from poolhouse.store import limits

CACHED = "rates"  # the key in `env.rates`

_TRUSTED = 1.0  # seconds


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
    return {**DEFAULT_RATES, **env.settings.quota_rates}


def forget(env: Env) -> None:
    """After a limit was provisioned."""
    env.rates.drop(CACHED)
