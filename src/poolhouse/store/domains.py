"""Domains of user pools. A name belongs to the pool whose row was inserted first: the index decides."""

from collections.abc import Mapping
from typing import Any

import msgspec

from poolhouse.directory import domains
from poolhouse.directory.domains import Domain
from poolhouse.ports import Instant, Statement, Tx

_INSERT = Statement("""
    INSERT INTO domains (pool_id, kind, name, login_version, config, created_at)
    VALUES (:pool_id, :kind, :name, :login_version, :config, :now)
    ON CONFLICT DO NOTHING
 RETURNING name
""")
_OF_POOL = Statement("""
    SELECT pool_id, kind, name, login_version, config, created_at
      FROM domains
     WHERE pool_id = :pool_id
     ORDER BY kind
""")
_COUNT_CUSTOM = Statement("""
    SELECT COUNT(*) AS number
      FROM domains
     WHERE pool_id > :after AND pool_id < :beyond AND kind = 'CUSTOM'
""")
_BY_NAME = Statement("""
    SELECT pool_id, kind, name, login_version, config, created_at
      FROM domains
     WHERE name = :name
""")
_CHANGE = Statement("""
    UPDATE domains
       SET login_version = :login_version, config = :config
     WHERE pool_id = :pool_id AND kind = :kind AND name = :name
""")
_DELETE = Statement("DELETE FROM domains WHERE pool_id = :pool_id AND name = :name")
_DELETE_OF_POOL = Statement("DELETE FROM domains WHERE pool_id = :pool_id")


async def insert(
    tx: Tx, pool_id: str, kind: str, name: str, login_version: int, config: Mapping[str, Any], now: Instant
) -> bool:
    """False where any pool has the name, or this one has a domain of the kind."""
    made = await tx.one(
        _INSERT,
        pool_id=pool_id,
        kind=kind,
        name=name,
        login_version=login_version,
        config=msgspec.json.encode(config).decode(),
        now=now,
    )
    return made is not None


async def of_pool(tx: Tx, pool_id: str) -> tuple[Domain, ...]:
    return tuple(domains.from_row(row) for row in await tx.all(_OF_POOL, pool_id=pool_id))


async def by_name(tx: Tx, name: str) -> Domain | None:
    row = await tx.one(_BY_NAME, name=name)
    return None if row is None else domains.from_row(row)


async def count_custom(tx: Tx, region: str) -> int:
    """The custom domains of a Region's pools, whose ids begin with its name and an underscore."""
    row = await tx.one(_COUNT_CUSTOM, after=f"{region}_", beyond=f"{region}`")
    return 0 if row is None else int(row["number"])


async def change(tx: Tx, domain: Domain, login_version: int, config: Mapping[str, Any]) -> None:
    await tx.run(
        _CHANGE,
        pool_id=domain.pool_id,
        kind=domain.kind,
        name=domain.name,
        login_version=login_version,
        config=msgspec.json.encode(config).decode(),
    )


async def delete(tx: Tx, pool_id: str, name: str) -> bool:
    return await tx.run(_DELETE, pool_id=pool_id, name=name) == 1


async def delete_of_pool(tx: Tx, pool_id: str) -> None:
    await tx.run(_DELETE_OF_POOL, pool_id=pool_id)
