"""The index behind ListUsers' filter: one row per user and searchable attribute."""

from collections.abc import Mapping

from poolhouse.ports import Statement, Tx

_INSERT = Statement("""
    INSERT INTO user_search (pool_id, name, value, sub) VALUES (:pool_id, :name, :value, :sub)
    ON CONFLICT (pool_id, name, value, sub) DO NOTHING
""")

_DELETE = Statement("""
    DELETE FROM user_search WHERE pool_id = :pool_id AND name = :name AND value = :value AND sub = :sub
""")


async def change(tx: Tx, pool_id: str, sub: str, old: Mapping[str, str], new: Mapping[str, str]) -> None:
    """Make the index hold `new` for this user, where it held `old`."""
    for name, value in old.items():
        if new.get(name) != value:
            await tx.run(_DELETE, pool_id=pool_id, name=name, value=value, sub=sub)
    for name, value in new.items():
        if old.get(name) != value:
            await tx.run(_INSERT, pool_id=pool_id, name=name, value=value, sub=sub)
