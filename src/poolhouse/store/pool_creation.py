"""A new user pool in the store, with its data key, signing keys, tags and lanes of logs, or nothing."""

import re
import string
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from poolhouse.context import Env
from poolhouse.crypto import aead
from poolhouse.directory import log_delivery, resource_quotas
from poolhouse.errors import LimitExceeded
from poolhouse.ports import Instant, Tx
from poolhouse.settings import Settings
from poolhouse.store import data_keys, email_domains, log_outbox, pools, signing_keys, tags
from poolhouse.store.signing_keys import NewKey

_REGION = re.compile(r"[a-z0-9-]{1,32}")
_ID_LENGTH = 9
_ID_ALPHABET = string.ascii_letters + string.digits


class NewPool(Struct, frozen=True):
    """config   what DescribeUserPool answers, less dates, counts and tags"""

    pool_id: str
    name: str
    config: Mapping[str, Any]
    tags: Mapping[str, str]
    signing: Sequence[NewKey]


def is_region(name: str) -> bool:
    return _REGION.fullmatch(name) is not None


def new_id(env: Env, region: str) -> str:
    return f"{region}_{env.rng.text(_ID_LENGTH, _ID_ALPHABET)}"


async def check_room(tx: Tx, settings: Settings, region: str) -> None:
    """Raises `LimitExceeded` (behaviour file, 8.2)."""
    most = resource_quotas.of(settings, resource_quotas.USER_POOLS)
    if await pools.count(tx, region) >= most:
        raise LimitExceeded(f"A Region can have {most} user pools at most.")


async def create(tx: Tx, env: Env, pool: NewPool, now: Instant) -> bool:
    """Write it. False when a pool has or once had this id: then the caller takes another."""
    if not await pools.insert(tx, pool.pool_id, pool.name, pool.config, now):
        return False
    seal_key = aead.derive(await data_keys.create(tx, env, pool.pool_id), "seal")
    await signing_keys.insert(tx, env.rng, pool.pool_id, seal_key, pool.signing, now)
    await email_domains.follow(tx, pool.pool_id, {}, pool.tags)
    await tags.put(tx, pool.pool_id, pool.tags)
    for source in log_delivery.destinations(pool.config):
        await log_outbox.open_lane(tx, pool.pool_id, source, now)
    return True
