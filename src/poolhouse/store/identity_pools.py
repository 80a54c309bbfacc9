"""Identity pools. Every change of one goes through `begin_change`.

A cached pool is trusted for a second; an identity's place, which never changes, for as long as it is cached.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from poolhouse.context import Env
from poolhouse.directory import identity_pools as rules
from poolhouse.directory.identity_pools import IdentityPool
from poolhouse.errors import IdentityNotFound, IdentityPoolNotFound
from poolhouse.ports import Instant, Row, Statement, Tx

_TRUSTED = 1.0  # seconds

_COLUMNS = "pool_id, version, name, config, roles, principal_tags, tags, created_at, modified_at"
_INSERT = Statement("""
    INSERT INTO identity_pools (pool_id, version, name, config, roles, principal_tags, tags,
                                created_at, modified_at)
    VALUES (:pool_id, 1, :name, :config, '{}', '{}', :tags, :now, :now)
""")
_BY_ID = Statement(f"SELECT {_COLUMNS} FROM identity_pools WHERE pool_id = :pool_id")
_BEGIN_CHANGE = Statement(f"""
    UPDATE identity_pools SET version = version + 1 WHERE pool_id = :pool_id RETURNING {_COLUMNS}
""")
_REPLACE = Statement("""
    UPDATE identity_pools
       SET name = :name, config = :config, tags = :tags, modified_at = :now
     WHERE pool_id = :pool_id
""")
_SET_ROLES = Statement("""
    UPDATE identity_pools SET roles = :roles, modified_at = :now WHERE pool_id = :pool_id
""")
_SET_PRINCIPAL_TAGS = Statement("""
    UPDATE identity_pools SET principal_tags = :principal_tags, modified_at = :now WHERE pool_id = :pool_id
""")
_DELETE = Statement("DELETE FROM identity_pools WHERE pool_id = :pool_id")
_PAGE = Statement("""
    SELECT pool_id, name
      FROM identity_pools
     WHERE pool_id > :after AND pool_id < :beyond
     ORDER BY pool_id
     LIMIT :page
""")
_COUNT = Statement("""
    SELECT COUNT(*) AS number FROM identity_pools WHERE pool_id > :after AND pool_id < :beyond
""")
_PLACE = Statement("SELECT pool_id FROM identity_places WHERE identity_id = :identity_id")


async def of_id(env: Env, pool_id: str) -> IdentityPool:
    """The pool as it was at most a second ago. Raises `IdentityPoolNotFound`."""
    cached: tuple[float, IdentityPool] | None = env.identity_pools.get(pool_id)
    if cached is not None and env.clock.monotonic() - cached[0] < _TRUSTED:
        return cached[1]
    read_at = env.clock.monotonic()
    row = await env.db.read(lambda tx: tx.one(_BY_ID, pool_id=pool_id))
    if row is None:
        forget(env, pool_id)
        raise IdentityPoolNotFound(pool_id=pool_id)
    same = cached is not None and cached[1].version == row["version"]
    found = cached[1] if cached and same else rules.from_row(row)
    env.identity_pools.put(pool_id, (read_at, found))
    return found


async def of_identity(env: Env, identity_id: str) -> IdentityPool:
    """The pool that an identity is in, or was in when this process last looked. Raises `IdentityNotFound`."""
    pool_id: str | None = env.identity_places.get(identity_id)
    if pool_id is None:
        row = await env.db.read(lambda tx: tx.one(_PLACE, identity_id=identity_id))
        if row is None:
            raise IdentityNotFound(identity_id=identity_id)
        pool_id = str(row["pool_id"])
        env.identity_places.put(identity_id, pool_id)
    try:
        return await of_id(env, pool_id)
    except IdentityPoolNotFound:
        raise IdentityNotFound(identity_id=identity_id) from None


def forget(env: Env, pool_id: str) -> None:
    """After a change: what this process knows of the pool is out of date."""
    env.identity_pools.drop(pool_id)


async def insert(
    tx: Tx, pool_id: str, name: str, config: Mapping[str, Any], tags: Mapping[str, str], now: Instant
) -> None:
    await tx.run(_INSERT, pool_id=pool_id, name=name, config=_text(config), tags=_text(tags), now=now)


async def by_id(tx: Tx, pool_id: str) -> IdentityPool:
    """As it is now. Raises `IdentityPoolNotFound`."""
    return _found(await tx.one(_BY_ID, pool_id=pool_id), pool_id)


async def begin_change(tx: Tx, pool_id: str) -> IdentityPool:
    """Give the pool its next version. Raises `IdentityPoolNotFound`.

    Changes of one pool wait here for each other, so what this gives stays true until the commit.
    """
    return _found(await tx.one(_BEGIN_CHANGE, pool_id=pool_id), pool_id)


async def replace(
    tx: Tx, pool_id: str, name: str, config: Mapping[str, Any], tags: Mapping[str, str], now: Instant
) -> None:
    await tx.run(_REPLACE, pool_id=pool_id, name=name, config=_text(config), tags=_text(tags), now=now)


async def set_roles(tx: Tx, pool_id: str, roles: Mapping[str, Any], now: Instant) -> None:
    await tx.run(_SET_ROLES, pool_id=pool_id, roles=_text(roles), now=now)


async def set_principal_tags(tx: Tx, pool_id: str, maps: Mapping[str, Any], now: Instant) -> None:
    await tx.run(_SET_PRINCIPAL_TAGS, pool_id=pool_id, principal_tags=_text(maps), now=now)


async def delete(tx: Tx, pool_id: str) -> bool:
    return await tx.run(_DELETE, pool_id=pool_id) == 1


async def page(tx: Tx, region: str, after: str, size: int) -> Sequence[Row]:
    """Ids and names of the pools of a Region whose ids come after `after` ("" = from the first), by id."""
    return await tx.all(_PAGE, after=after or f"{region}:", beyond=_beyond(region), page=size)


async def count(tx: Tx, region: str) -> int:
    row = await tx.one(_COUNT, after=f"{region}:", beyond=_beyond(region))
    return 0 if row is None else int(row["number"])


def _beyond(region: str) -> str:
    """After all ids of a Region, `<region>:<uuid>`: the semicolon follows the colon in ASCII."""
    return f"{region};"


def _found(row: Row | None, pool_id: str) -> IdentityPool:
    if row is None:
        raise IdentityPoolNotFound(pool_id=pool_id)
    return rules.from_row(row)


def _text(value: Mapping[str, Any]) -> str:
    return msgspec.json.encode(value).decode()
