"""User pools. Every change of a pool, its clients, secrets, tags or keys goes through `begin_change`."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from poolhouse.errors import PoolNotFound
from poolhouse.ports import Instant, Row, Statement, Tx

_INSERT = Statement("""
    INSERT INTO pools (pool_id, version, name, config, created_at, modified_at)
    SELECT :pool_id, 1, :name, :config, CAST(:now AS BIGINT), CAST(:now AS BIGINT)
     WHERE NOT EXISTS (SELECT 1 FROM removed_pools WHERE pool_id = :pool_id)
    ON CONFLICT (pool_id) DO NOTHING
 RETURNING pool_id
""")
_BY_ID = Statement("""
    SELECT pool_id, version, name, config, created_at, modified_at
      FROM pools
     WHERE pool_id = :pool_id
""")
_VERSION = Statement("SELECT version FROM pools WHERE pool_id = :pool_id")
_BEGIN_CHANGE = Statement("""
    UPDATE pools
       SET version = version + 1
     WHERE pool_id = :pool_id
 RETURNING pool_id, version, name, config, created_at, modified_at
""")
_REPLACE = Statement("""
    UPDATE pools
       SET name = :name, config = :config, modified_at = :now
     WHERE pool_id = :pool_id
""")
_DELETE = Statement("DELETE FROM pools WHERE pool_id = :pool_id")
_PAGE = Statement("""
    SELECT pool_id, version, name, config, created_at, modified_at
      FROM pools
     WHERE pool_id > :after AND pool_id < :beyond
     ORDER BY pool_id
     LIMIT :page
""")
_COUNT = Statement("""
    SELECT COUNT(*) AS number
      FROM pools
     WHERE pool_id > :after AND pool_id < :beyond
""")

_IDS = Statement("SELECT pool_id FROM pools ORDER BY pool_id")


async def insert(tx: Tx, pool_id: str, name: str, config: Mapping[str, Any], now: Instant) -> bool:
    """Write a new pool. False when a pool has or once had this id."""
    made = await tx.one(_INSERT, pool_id=pool_id, name=name, config=_text(config), now=now)
    return made is not None


async def by_id(tx: Tx, pool_id: str) -> Row | None:
    return await tx.one(_BY_ID, pool_id=pool_id)


async def version(tx: Tx, pool_id: str) -> int | None:
    """The version of a pool; None when there is no such pool."""
    row = await tx.one(_VERSION, pool_id=pool_id)
    return None if row is None else int(row["version"])


async def begin_change(tx: Tx, pool_id: str) -> Row:
    """Give the pool its next version and its row. Raises `PoolNotFound`.

    Changes of one pool wait here for each other, so what is read after this stays true until the commit.
    """
    row = await tx.one(_BEGIN_CHANGE, pool_id=pool_id)
    if row is None:
        raise PoolNotFound(pool_id=pool_id)
    return row


async def replace(tx: Tx, pool_id: str, name: str, config: Mapping[str, Any], now: Instant) -> None:
    await tx.run(_REPLACE, pool_id=pool_id, name=name, config=_text(config), now=now)


async def delete(tx: Tx, pool_id: str) -> bool:
    return await tx.run(_DELETE, pool_id=pool_id) == 1


async def page(tx: Tx, region: str, after: str, size: int) -> Sequence[Row]:
    """The pools of a Region whose ids come after `after` ("" = from the first), by id."""
    return await tx.all(_PAGE, after=after or _first(region), beyond=_beyond(region), page=size)


async def ids(tx: Tx) -> list[str]:
    """Of all pools of all Regions."""
    return [row["pool_id"] for row in await tx.all(_IDS)]


async def count(tx: Tx, region: str) -> int:
    row = await tx.one(_COUNT, after=_first(region), beyond=_beyond(region))
    return 0 if row is None else int(row["number"])


def _first(region: str) -> str:
    """Ids are `<region>_<9 alphanumerics>`, so this comes before all of them."""
    return f"{region}_"


def _beyond(region: str) -> str:
    """And this after all of them: the grave accent follows the underscore in ASCII."""
    return f"{region}`"


def _text(config: Mapping[str, Any]) -> str:
    return msgspec.json.encode(config).decode()
