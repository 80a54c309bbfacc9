"""May this request go ahead now? The one place that the gateway asks."""

from collections.abc import Mapping
from typing import Any

from poolhouse.context import Env
from poolhouse.errors import TooManyRequests
from poolhouse.quotas import rates, table
from poolhouse.quotas.buckets import Buckets, LocalBuckets, SharedBuckets
from poolhouse.quotas.table import Bucket
from poolhouse.quotas.tabs import TabBuckets

_NO_POOL = ""


async def take(env: Env, pool_id: str, operation: str, request: Mapping[str, Any], user: str = "") -> None:
    """Count a request against the limits of its pool. Raises `TooManyRequests`, and then counts nothing.

    pool_id  "" for an operation that is about no pool: such limits are the account's
    user     whose request it is, where that is known
    """
    category = table.category(operation, request)
    if category:
        env.measure("CallCount", category)
    choices = table.choices(operation, request, user) if env.settings.quotas else ()
    if not choices:
        return
    in_force = await rates.in_force(env)
    for choice in choices:
        if await _taken(env, pool_id, choice, in_force):
            return
    if category:
        env.measure("ThrottleCount", category)
    raise TooManyRequests


async def take_of_user(env: Env, pool_id: str, operation: str, user: str) -> None:
    """Count a request for its user alone, who was proven after `take`. Raises `TooManyRequests`."""
    if not env.settings.quotas:
        return
    if not await _taken(env, pool_id, table.personal(operation, user), {}):
        env.count("throttles")
        env.measure("ThrottleCount", table.CATEGORY[operation])
        raise TooManyRequests


async def take_page(env: Env, pool_id: str, source: str, client_id: str) -> None:
    """Count a request to the pool's pages, as `table.page` says. Raises `TooManyRequests`."""
    if not env.settings.quotas:
        return
    if not await _taken(env, pool_id, table.page(source, client_id), await rates.in_force(env)):
        raise TooManyRequests


async def take_discovery(env: Env, source: str) -> None:
    """Count a question for the pool of an e-mail domain. Raises `TooManyRequests`."""
    if not env.settings.quotas:
        return
    if not await _taken(env, _NO_POOL, table.discovery(source), await rates.in_force(env)):
        raise TooManyRequests


def give_back(env: Env, pool_id: str, operation: str, request: Mapping[str, Any], code: str) -> None:
    """After an operation that answered the error `code`: a failed sign-in does not count [K].

    What is no operation, such as a code that somebody guesses at the token endpoint, does.
    """
    counted = env.settings.quotas and operation in table.CATEGORY
    choices = table.choices(operation, request) if counted else ()
    cached = env.rates.get(rates.CACHED)  # `take` put it there
    if code not in table.FAILED_SIGN_IN or not choices or cached is None:
        return
    for bucket in choices[0]:
        if bucket.category == "UserAuthentication":
            _buckets(env, bucket).give_back((pool_id, bucket.name), bucket.rate(cached[1]))


async def _taken(env: Env, pool_id: str, choice: tuple[Bucket, ...], in_force: Mapping[str, int]) -> bool:
    """Count it in every bucket of the choice, or in none."""
    wanted = [(_buckets(env, one), (pool_id, one.name), one.rate(in_force)) for one in choice]
    for buckets, key, rate in wanted:
        await buckets.fill(key, rate)
    if not all(buckets.has(key, rate) for buckets, key, rate in wanted):
        return False
    for buckets, key, rate in wanted:
        buckets.spend(key, rate)
    return True


def _buckets(env: Env, bucket: Bucket) -> Buckets:
    """PostgreSQL may serve workers on several machines, so there the limits are always shared."""
    alone = env.settings.workers == 1 and not env.settings.database_url
    if alone or bucket.alone:
        return LocalBuckets(env.buckets, env.clock)
    if bucket.personal:
        return TabBuckets(LocalBuckets(env.buckets, env.clock), env.db)
    return SharedBuckets(env.buckets, env.clock, env.db)
