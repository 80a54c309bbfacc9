"""A new user pool in the store: its data key, its signing keys, its tags and itself, or nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from poolhouse.context import Env
from poolhouse.crypto import aead
from poolhouse.ports import Instant, Tx
from poolhouse.store import data_keys, pools, signing_keys, tags
from poolhouse.store.signing_keys import NewKey


class NewPool(Struct, frozen=True):
    """config   what DescribeUserPool answers, less dates, counts and tags"""

    pool_id: str
    name: str
    config: Mapping[str, Any]
    tags: Mapping[str, str]
    signing: Sequence[NewKey]


async def create(tx: Tx, env: Env, pool: NewPool, now: Instant) -> bool:
    """Write it. False when a pool has or once had this id: then the caller takes another."""
    if not await pools.insert(tx, pool.pool_id, pool.name, pool.config, now):
        return False
    seal_key = aead.derive(await data_keys.create(tx, env, pool.pool_id), "seal")
    await signing_keys.insert(tx, env.rng, pool.pool_id, seal_key, pool.signing, now)
    await tags.put(tx, pool.pool_id, pool.tags)
    return True
