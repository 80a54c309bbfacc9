"""Pools and clients written straight into the store, for tests of what lies below the operations."""

from functools import cache
from typing import Any

import pytest

from poolhouse.context import Env
from poolhouse.crypto import aead, jose
from poolhouse.ports import Tx
from poolhouse.store import client_secrets, clients, data_keys, pool_creation, pools, signing_keys
from poolhouse.store.pool_creation import NewPool
from poolhouse.store.signing_keys import NewKey
from tests.rsa_keys import new_key

POOL = "us-east-1_Aa1Bb2Cc3"
CLIENT = "1a2b3c4d5e6f7g8h9i0j1k2l3m"


@cache
def signing_pair() -> tuple[NewKey, ...]:
    """One pair for all pools of a test session, and none of the keys that are given in turn."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jose, "new_signing_key", new_key)
        return signing_keys._make_pair()


async def add_pool(env: Env, pool_id: str = POOL, tags: dict[str, str] | None = None, **config: Any) -> bool:
    async def write(tx: Tx) -> bool:
        pool = NewPool(pool_id, "pool", config, tags or {}, signing_pair())
        return await pool_creation.create(tx, env, pool, env.clock.now())

    return await env.db.run(write)


async def add_client(
    env: Env, client_id: str = CLIENT, pool_id: str = POOL, secret: str = "", **config: Any
) -> None:
    seal_key = aead.derive(await data_keys.of_scope(env, pool_id), "seal")
    secret_id = f"{client_id}--1"

    async def write(tx: Tx) -> None:
        await pools.begin_change(tx, pool_id)
        await clients.insert(tx, pool_id, client_id, "client", config, env.clock.now())
        if secret:
            sealed = client_secrets.seal(seal_key, env.rng, pool_id, client_id, secret_id, secret)
            await client_secrets.insert(tx, pool_id, client_id, secret_id, sealed, env.clock.now())

    await env.db.run(write)


async def rename_pool(env: Env, name: str, pool_id: str = POOL) -> None:
    """As another worker would: this process is not told."""

    async def write(tx: Tx) -> None:
        await pools.begin_change(tx, pool_id)
        await pools.replace(tx, pool_id, name, {}, env.clock.now())

    await env.db.run(write)
