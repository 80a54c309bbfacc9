"""Tags of user pools. Some of them are our own settings of a pool (directory/pools.py)."""

from collections.abc import Iterable, Mapping

from poolhouse.ports import Statement, Tx

_OF_POOL = Statement("SELECT tag_key, tag_value FROM tags WHERE pool_id = :pool_id ORDER BY tag_key")
_PUT = Statement("""
    INSERT INTO tags (pool_id, tag_key, tag_value)
    VALUES (:pool_id, :tag_key, :tag_value)
    ON CONFLICT (pool_id, tag_key) DO UPDATE SET tag_value = excluded.tag_value
""")
_DELETE = Statement("DELETE FROM tags WHERE pool_id = :pool_id AND tag_key = :tag_key")
_DELETE_OF_POOL = Statement("DELETE FROM tags WHERE pool_id = :pool_id")


async def of_pool(tx: Tx, pool_id: str) -> dict[str, str]:
    return {row["tag_key"]: row["tag_value"] for row in await tx.all(_OF_POOL, pool_id=pool_id)}


async def put(tx: Tx, pool_id: str, tags: Mapping[str, str]) -> None:
    """Add these; one that is there gets the new value."""
    for key, value in tags.items():
        await tx.run(_PUT, pool_id=pool_id, tag_key=key, tag_value=value)


async def delete(tx: Tx, pool_id: str, keys: Iterable[str]) -> None:
    for key in keys:
        await tx.run(_DELETE, pool_id=pool_id, tag_key=key)


async def delete_of_pool(tx: Tx, pool_id: str) -> None:
    await tx.run(_DELETE_OF_POOL, pool_id=pool_id)
