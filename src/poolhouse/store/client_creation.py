"""A new app client in the store, with its secret: as an operator makes it, or as it registers itself."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from poolhouse.context import Env
from poolhouse.directory import pools as pool_rules
from poolhouse.directory import resource_quotas
from poolhouse.directory import resource_servers as rules
from poolhouse.directory.client_oauth import Surroundings
from poolhouse.directory.pools import Pool
from poolhouse.errors import LimitExceeded
from poolhouse.ports import Instant, Tx
from poolhouse.store import client_secrets, clients, identity_providers, pools, resource_servers, tags
from poolhouse.store.client_secrets import Owner

_ID_LENGTH = 26
_SECRET_LENGTH = 51
_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"


class NewClient(Struct, frozen=True):
    """client_type  REGULAR | DCR: registered itself
    secret       None: a public client
    leaves       so many places for app clients must be free after it
    config       its configuration, from the pool as it stays until the commit; may raise an `ApiError`
    """

    pool_id: str
    name: str
    client_type: str
    secret: str | None
    config: Callable[[Pool, Surroundings], Mapping[str, Any]]
    leaves: int = 0


def new_id(env: Env) -> str:
    return env.rng.text(_ID_LENGTH, _ALPHABET)


def most_clients(env: Env) -> int:
    """Of a pool (behaviour file, 8.2)."""
    return resource_quotas.of(env.settings, resource_quotas.APP_CLIENTS)


def new_secret(env: Env) -> str:
    return env.rng.text(_SECRET_LENGTH, _ALPHABET)


async def create(env: Env, seal_key: bytes, client: NewClient, now: Instant) -> str:
    """Write it; gives its id. Raises `LimitExceeded`, and what `config` raises."""
    while True:
        client_id = new_id(env)
        if await _created(env, seal_key, client_id, client, now):
            return client_id


async def _created(env: Env, seal_key: bytes, client_id: str, client: NewClient, now: Instant) -> bool:
    pool_id = client.pool_id

    async def write(tx: Tx) -> bool:
        pool = await changing_pool(tx, pool_id)
        config = client.config(pool, await surroundings(tx, pool_id, has_secret=client.secret is not None))
        most = most_clients(env) - client.leaves
        if await clients.count(tx, pool_id) >= most:
            raise LimitExceeded(f"A user pool can have {most} app clients at most.")
        if not await clients.insert(tx, pool_id, client_id, client.name, config, now, client.client_type):
            return False
        if client.secret is not None:
            await client_secrets.add(tx, env.rng, Owner(pool_id, client_id, seal_key), client.secret, now)
        return True

    return await env.db.run(write)


async def changing_pool(tx: Tx, pool_id: str) -> Pool:
    """The pool as it stays until the commit."""
    row = await pools.begin_change(tx, pool_id)
    return pool_rules.from_row(row, await tags.of_pool(tx, pool_id))


async def surroundings(tx: Tx, pool_id: str, *, has_secret: bool) -> Surroundings:
    servers = await resource_servers.of_pool(tx, pool_id)
    providers = await identity_providers.names(tx, pool_id)
    return Surroundings(rules.known_scopes(servers), providers, has_secret)
