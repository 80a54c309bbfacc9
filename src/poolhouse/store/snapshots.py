"""Snapshots: a pool with its keys, and its clients, as immutable values in memory.

A cached pool is trusted for a second. Then one task reads the version of the pool, and the pool
itself only if it has moved; whoever asks meanwhile waits for that task. A client is as fresh as its
pool, because every change of a client gives the pool a new version. Ids that do not exist are never
kept.
"""

import asyncio
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from poolhouse.context import Env, PoolKeys, Snapshot
from poolhouse.crypto import aead
from poolhouse.directory import clients as client_rules
from poolhouse.directory import pools as pool_rules
from poolhouse.directory.clients import Client
from poolhouse.directory.domains import Domain
from poolhouse.directory.resource_servers import ResourceServer
from poolhouse.directory.risk_config import RiskConfiguration
from poolhouse.errors import ClientNotFound, PoolNotFound
from poolhouse.ports import Instant, Row, Tx
from poolhouse.store import (
    client_secrets,
    clients,
    data_keys,
    domains,
    groups,
    identity_providers,
    imported_hashes,
    pools,
    resource_servers,
    risk_configurations,
    signing_keys,
    tags,
)

_TRUSTED = 1.0  # seconds
_TRIES = 10  # a pool that changes during each of so many readings is left alone


class _PoolRows(Struct, frozen=True):
    pool: Row
    tags: dict[str, str]
    data_key: Row | None
    signing_keys: Sequence[Row]
    has_groups: bool
    imported_hash: str
    domains: tuple[Domain, ...]
    providers: Sequence[Row]
    resource_servers: tuple[ResourceServer, ...]
    risk: Sequence[RiskConfiguration]


class _CachedClient(Struct, frozen=True):
    version: int  # of the pool
    client: Client


async def of_pool(env: Env, pool_id: str) -> Snapshot:
    """The pool as it was at most a second ago. Raises `PoolNotFound`."""
    cached: Snapshot | None = env.snapshots.get(pool_id)
    if cached is not None and env.clock.monotonic() - cached.checked_at < _TRUSTED:
        return cached
    task = env.loading.get(pool_id)
    if task is None:
        task = asyncio.create_task(_refreshed(env, pool_id))
        env.loading[pool_id] = task
    # Shielded: a caller who goes away must not take the snapshot from the others.
    return await asyncio.shield(task)


async def of_client(env: Env, client_id: str, pool_id: str | None = None) -> tuple[Snapshot, Client]:
    """An app client with its pool.

    Raises `ClientNotFound`, also when `pool_id` is given and the client is of another pool.
    """
    cached: _CachedClient | None = env.clients.get(client_id)
    if cached is not None:
        _check_pool(cached.client.pool_id, client_id, pool_id)
        snapshot = await _pool_of_client(env, cached.client.pool_id, client_id)
        if snapshot.pool.version == cached.version:
            return snapshot, cached.client
    return await _loaded_client(env, client_id, pool_id)


def forget(env: Env, pool_id: str) -> None:
    """After a change: what this process knows of the pool is out of date."""
    env.snapshots.drop(pool_id)
    env.loading.pop(pool_id, None)


async def _refreshed(env: Env, pool_id: str) -> Snapshot:
    """Read what has changed, and keep it unless `forget` came in between."""
    task = asyncio.current_task()
    try:
        found = await _read_again(env, pool_id)
        if env.loading.get(pool_id) is task:
            env.snapshots.put(pool_id, found)
        return found
    except PoolNotFound:
        env.snapshots.drop(pool_id)
        raise
    finally:
        if env.loading.get(pool_id) is task:
            del env.loading[pool_id]


async def _read_again(env: Env, pool_id: str) -> Snapshot:
    checked_at, now = env.clock.monotonic(), env.clock.now()
    known: Snapshot | None = env.snapshots.get(pool_id)
    if known is None or _overdue(known, now) or await _version(env, pool_id) != known.pool.version:
        return await _loaded(env, pool_id, checked_at, now)
    return replace(known, checked_at=checked_at)


def _overdue(known: Snapshot, now: Instant) -> bool:
    return known.good_until is not None and now >= known.good_until


async def _version(env: Env, pool_id: str) -> int | None:
    async def read(tx: Tx) -> int | None:
        return await pools.version(tx, pool_id)

    return await env.db.read(read)


async def _loaded(env: Env, pool_id: str, checked_at: float, now: Instant) -> Snapshot:
    rows = await _pool_rows(env, pool_id, now)
    data_key = data_keys.opened(env, pool_id, rows.data_key)
    seal = aead.derive(data_key, "seal")
    keys = signing_keys.opened(seal, pool_id, rows.signing_keys, now)
    return Snapshot(
        pool=pool_rules.from_row(rows.pool, rows.tags),
        keys=PoolKeys(
            seal=seal,
            digest=aead.derive(data_key, "digest"),
            session=aead.derive(data_key, "session"),
            id_key=keys.signing["id"],
            access_key=keys.signing["access"],
            public=keys.public,
        ),
        has_groups=rows.has_groups,
        imported_hash=rows.imported_hash,
        domains=rows.domains,
        providers=identity_providers.by_names(seal, pool_id, rows.providers),
        resource_servers=rows.resource_servers,
        risk={found.client_id: found for found in rows.risk},
        checked_at=checked_at,
        good_until=keys.good_until,
    )


async def _pool_rows(env: Env, pool_id: str, now: Instant) -> _PoolRows:
    """Everything of one version: read again when a change was committed in the middle."""

    async def read(tx: Tx) -> _PoolRows | None:
        pool = await pools.by_id(tx, pool_id)
        if pool is None:
            raise PoolNotFound(pool_id=pool_id)
        rows = _PoolRows(
            pool=pool,
            tags=await tags.of_pool(tx, pool_id),
            data_key=await data_keys.row(tx, pool_id),
            signing_keys=await signing_keys.living(tx, pool_id, now),
            has_groups=bool(await groups.page(tx, pool_id, "", 1)),
            imported_hash=await imported_hashes.of_pool(tx, pool_id),
            domains=await domains.of_pool(tx, pool_id),
            providers=await identity_providers.of_pool(tx, pool_id),
            resource_servers=tuple(await resource_servers.of_pool(tx, pool_id)),
            risk=await risk_configurations.of_pool(tx, pool_id),
        )
        return rows if await pools.version(tx, pool_id) == pool["version"] else None

    for _ in range(_TRIES):
        rows = await env.db.read(read)
        if rows is not None:
            return rows
    raise _restless(pool_id)


async def _loaded_client(env: Env, client_id: str, pool_id: str | None) -> tuple[Snapshot, Client]:
    async def read(tx: Tx) -> tuple[Row, Sequence[Row]]:
        row = await clients.by_id(tx, client_id)
        if row is None:
            raise ClientNotFound(client_id=client_id)
        return row, await client_secrets.of_client(tx, row["pool_id"], client_id)

    for _ in range(_TRIES):
        try:
            row, secret_rows = await env.db.read(read)
        except ClientNotFound:
            env.clients.drop(client_id)
            raise
        _check_pool(row["pool_id"], client_id, pool_id)
        snapshot = await _pool_of_client(env, row["pool_id"], client_id)
        if snapshot.pool.version != row["version"]:
            forget(env, row["pool_id"])  # one of the two is older
            continue
        secrets = client_secrets.opened(snapshot.keys.seal, row["pool_id"], client_id, secret_rows)
        client = client_rules.from_row(row, secrets, snapshot.pool)
        env.clients.put(client_id, _CachedClient(snapshot.pool.version, client))
        return snapshot, client
    raise _restless(client_id)


async def _pool_of_client(env: Env, pool_id: str, client_id: str) -> Snapshot:
    try:
        return await of_pool(env, pool_id)
    except PoolNotFound:
        env.clients.drop(client_id)
        raise ClientNotFound(client_id=client_id) from None


def _check_pool(found: str, client_id: str, wanted: str | None) -> None:
    if wanted is not None and found != wanted:
        raise ClientNotFound(client_id=client_id)


def _restless(name: str) -> RuntimeError:
    return RuntimeError(f"{name} changed during each of {_TRIES} readings")
