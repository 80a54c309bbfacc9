"""Partitions by time of a PostgreSQL table that is PARTITION BY RANGE (at).

Whoever reads the table, or writes to it, waits while it changes. So each change is short, waits for its locks
no longer than `_PATIENCE` says, and gives up when somebody else (a backup, say) holds them: it can be made as
well a minute later.

A partition is made beside the table and then attached. That locks the default partition, which is looked
through for rows that should have been in the new one. A partition that is dropped locks the whole table
until the commit; its files are deleted after that.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

import asyncpg

from poolhouse.errors import CannotPartition, PartitionGone
from poolhouse.ports import SECOND, Instant, Statement, Tx

_END_OF_TIME: Instant = 2**63 - 1

# Whoever waits for this lock holds up nobody but others who change partitions.
_HOLD = "SET LOCAL lock_timeout = '5s'; LOCK TABLE {} IN SHARE UPDATE EXCLUSIVE MODE"
_PATIENCE = "SET LOCAL lock_timeout = '300ms'; SET LOCAL statement_timeout = '5s'"
_REFUSALS = (
    asyncpg.LockNotAvailableError,
    asyncpg.QueryCanceledError,  # the default partition has too many rows to be looked through
    asyncpg.IntegrityConstraintViolationError,  # a row of that time came into it meanwhile
    asyncpg.SyntaxOrAccessError,  # the table is not ours; a table of that name is there
)
_BOUNDS = re.compile(r"FOR VALUES FROM \((?:'(\d+)'|MINVALUE)\) TO \((?:'(\d+)'|MAXVALUE)\)")
_ALL = Statement("""
    SELECT CAST(part.relname AS TEXT) AS name, pg_get_expr(part.relpartbound, part.oid) AS bounds
      FROM pg_inherits
      JOIN pg_class AS part ON part.oid = inhrelid
     WHERE inhparent = to_regclass(:table)
""")


class PostgresPartitions:
    """Those of one table, whose name is not of anybody else's making."""

    def __init__(self, table: str) -> None:
        self._table = table
        self._rows = Statement(f"SELECT 1 AS one FROM {table} WHERE at >= :since AND at < :until LIMIT 1")

    async def all(self, tx: Tx) -> Mapping[str, tuple[Instant, Instant]]:
        rows = await tx.all(_ALL, table=self._table)
        bounds = {row["name"]: _BOUNDS.fullmatch(row["bounds"]) for row in rows}
        return {
            name: (int(found[1] or 0), int(found[2] or _END_OF_TIME))
            for name, found in bounds.items()
            if found  # the default partition has none
        }

    async def add(self, tx: Tx, since: Instant, until: Instant) -> bool:
        name = f"{self._table}_{_date(since)}_{_date(until)}"
        await self._hold(tx)
        if name in await self.all(tx):
            return False  # another worker made it
        if await tx.one(self._rows, since=since, until=until):
            return False  # in the default partition, where they stay
        with _refusals():
            await tx.script(f"""
                CREATE TABLE {name} (LIKE {self._table} INCLUDING ALL);
                ALTER TABLE {self._table} ATTACH PARTITION {name} FOR VALUES FROM ({since}) TO ({until})
            """)
        return True

    async def drop(self, tx: Tx, name: str) -> None:
        await self._hold(tx)
        if name not in await self.all(tx):
            raise PartitionGone
        quoted = name.replace('"', '""')
        with _refusals():
            await tx.script(f'DROP TABLE "{quoted}"')

    async def _hold(self, tx: Tx) -> None:
        """Nobody else changes partitions of the table until the transaction ends."""
        with _refusals():
            await tx.script(f"{_HOLD.format(self._table)}; {_PATIENCE}")


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except _REFUSALS as error:
        raise CannotPartition(type(error).__name__) from error


def _date(at: Instant) -> str:
    return f"{datetime.fromtimestamp(at // SECOND, UTC):%Y%m%d}"
