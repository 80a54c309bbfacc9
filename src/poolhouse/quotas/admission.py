"""May this request go ahead now? The one place that the gateway asks."""

from collections.abc import Mapping
from typing import Any

import structlog

from poolhouse.context import Env
from poolhouse.errors import TooManyRequests
from poolhouse.quotas import rates, table
from poolhouse.quotas.buckets import Buckets, LocalBuckets, SharedBuckets
from poolhouse.quotas.table import Bucket
from poolhouse.quotas.tabs import TabBuckets

_NO_POOL = ""
_TOLD_EVERY = 60.0  # seconds between two lines of the log about one limit of a pool

_log = structlog.get_logger("poolhouse.quotas")


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
    reached: list[Bucket] = []
    for choice in choices:
        full = await _full(env, pool_id, choice, in_force)
        if full is None:
            return
        reached.append(full)
    if category:
        env.measure("ThrottleCount", category)
    raise _refusal(env, pool_id, reached[-1])


async def take_of_user(env: Env, pool_id: str, operation: str, user: str) -> None:
    """Count a request for its user alone, who was proven after `take`. Raises `TooManyRequests`."""
    if not env.settings.quotas:
        return
    full = await _full(env, pool_id, table.personal(operation, user), {})
    if full is not None:
        env.count("throttles")
        env.measure("ThrottleCount", table.CATEGORY[operation])
        raise _refusal(env, pool_id, full)


async def take_page(env: Env, pool_id: str, source: str, client_id: str) -> None:
    """Count a request to the pool's pages, as `table.page` says. Raises `TooManyRequests`."""
    if not env.settings.quotas:
        return
    full = await _full(env, pool_id, table.page(source, client_id), await rates.in_force(env))
    if full is not None:
        raise _refusal(env, pool_id, full)


async def take_discovery(env: Env, source: str) -> None:
    """Count a question for the pool of an e-mail domain. Raises `TooManyRequests`."""
    if not env.settings.quotas:
        return
    full = await _full(env, _NO_POOL, table.discovery(source), await rates.in_force(env))
    if full is not None:
        raise _refusal(env, _NO_POOL, full)


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


async def _full(
    env: Env, pool_id: str, choice: tuple[Bucket, ...], in_force: Mapping[str, int]
) -> Bucket | None:
    """Count the request in every bucket of the choice; or in none, and say which has no room.

    While one bucket is filled from the store, other requests may take what was in another. That is filled
    again then: it is full only where it says so itself.
    """
    wanted = [(_buckets(env, one), (pool_id, one.name), one.rate(in_force)) for one in choice]
    ready = False
    while not ready:
        for bucket, (buckets, key, rate) in zip(choice, wanted, strict=True):
            if not await buckets.fill(key, rate):
                return bucket
        ready = all(buckets.has(key, rate) for buckets, key, rate in wanted)
    for buckets, key, rate in wanted:
        buckets.spend(key, rate)
    return None


def _refusal(env: Env, pool_id: str, full: Bucket) -> TooManyRequests:
    """The log names the limit, once in a while: a request that is throttled leaves no event.

    Never whose limit it is: that would be an address, or somebody.
    """
    limit = full.category or full.name.partition("|")[0]
    key, now = ("told", pool_id, limit), env.clock.monotonic()
    told: float | None = env.buckets.get(key)
    if told is None or now - told >= _TOLD_EVERY:
        env.buckets.put(key, now)
        _log.warning("limit reached", pool=pool_id, limit=limit)
    return TooManyRequests()


def _buckets(env: Env, bucket: Bucket) -> Buckets:
    """PostgreSQL may serve workers on several machines, so there the limits are always shared."""
    alone = env.settings.workers == 1 and not env.settings.database_url
    if alone or bucket.alone:
        return LocalBuckets(env.buckets, env.clock)
    if bucket.personal:
        return TabBuckets(LocalBuckets(env.buckets, env.clock), env.db)
    return SharedBuckets(env.buckets, env.clock, env.db)
