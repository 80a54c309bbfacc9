"""The store for those whose changes are recorded: administrators, the command line, the service itself.

What is put between them and the store sees each statement that writes. Of a row that has its place in
store/audit_tables.py it takes the digest before and after, and at the end of the transaction it adds one
record to each chain that is concerned. So nobody has to remember the log: whoever writes through
`Ctx.env` is in it, and what was undone is not.

Users who sign up or sign in have the plain store, and pay nothing.
"""

import re
from collections.abc import Awaitable, Callable, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from poolhouse.context import Caller, Env
from poolhouse.directory import audit
from poolhouse.directory.audit import HOUSE, Act, Change, Keys
from poolhouse.ports import Partitions, Row, Statement, Tx
from poolhouse.store import audit as log
from poolhouse.store.audit_tables import AUDITED, HOLD, READ, Table

T = TypeVar("T")
_Key = tuple[str, tuple[Any, ...]]  # a table, and the values of its key

_WRITES = re.compile(r"\s*(INSERT INTO|UPDATE|DELETE FROM)\s+([a-z_]+)")


def for_signer(env: Env, caller: Caller, operation: str, request_id: str) -> Env:
    """As an administrator works with it."""
    arn = caller.principal.arn if caller.principal else ""
    return _acting(env, Act(f"{caller.access_key_id} {arn}".strip(), operation, request_id))


def for_service(env: Env, service: str, what: str, request_id: str = "") -> Env:
    """As the service works with it on its own account; also within a request of somebody's."""
    return _acting(env, Act(f"service:{service}", what, request_id))


def for_command(env: Env, command: str) -> Env:
    """As the command line works with it. `command` such as `keys create`."""
    return _acting(env, Act("cli", command))


def _acting(env: Env, act: Act) -> Env:
    plain = env.db.plain if isinstance(env.db, AuditedDb) else env
    return replace(plain, db=AuditedDb(plain, act))


class AuditedDb:
    """The store of `plain`, on behalf of an `Act`."""

    def __init__(self, plain: Env, act: Act) -> None:
        self.plain = plain
        self._act = act

    async def run(self, transaction: Callable[[Tx], Awaitable[T]]) -> T:
        keys = await log.keys(self.plain)

        async def recorded(tx: Tx) -> T:
            watched = WatchedTx(tx)
            result = await transaction(watched)
            for pool_id, changes in sorted((await watched.changes(keys)).items()):  # no two wait crosswise
                await log.append(tx, keys, pool_id, self._act, changes, self.plain.clock.now())
            return result

        return await self.plain.db.run(recorded)

    async def run_singly(self, statements: Callable[[Tx], Awaitable[T]], *, durable: bool = True) -> T:
        """With the record of it in one transaction."""
        return await self.run(statements)

    async def read(self, query: Callable[[Tx], Awaitable[T]]) -> T:
        return await self.plain.db.read(query)

    async def tables(self) -> frozenset[str]:
        return await self.plain.db.tables()

    def partitions(self, table: str) -> Partitions | None:
        return self.plain.db.partitions(table)

    async def collation(self) -> str:
        return await self.plain.db.collation()

    async def close(self) -> None:
        await self.plain.db.close()


class Write(Struct, frozen=True):
    """What a statement writes, by its text.

    whole  its parameters have the whole key, so it is about one row
    makes  it makes a row where there was none, or does nothing: what was before need not be asked
    """

    table: Table
    whole: bool
    makes: bool


@lru_cache(maxsize=4096)
def written(statement: Statement) -> Write | None:
    """None: it reads, or it writes what is not recorded."""
    found = _WRITES.match(statement.text)
    table = AUDITED.get(found[2]) if found else None
    if found is None or table is None:
        return None
    inserts = found[1] == "INSERT INTO"
    named = all(name in statement.names for name in table.key)
    whole = named and (inserts or all(_is_asked(statement, name) for name in table.key))
    return Write(table, whole, inserts and "DO UPDATE" not in statement.text)


def _is_asked(statement: Statement, column: str) -> bool:
    return re.search(rf"\b{column} = :{column}\b", statement.text) is not None


class WatchedTx:
    """A transaction, and what it changes."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx
        self._before: dict[_Key, Row | None] = {}
        self._swept: dict[tuple[str, str, str], int] = {}  # chain, kind, id -> rows

    async def one(self, statement: Statement, **values: Any) -> Row | None:
        write = await self._prepared(statement, values)
        row = await self._tx.one(statement, **values)
        self._seen(write, values, int(row is not None))
        return row

    async def all(self, statement: Statement, **values: Any) -> Sequence[Row]:
        write = await self._prepared(statement, values)
        rows = await self._tx.all(statement, **values)
        self._seen(write, values, len(rows))
        return rows

    async def run(self, statement: Statement, **values: Any) -> int:
        write = await self._prepared(statement, values)
        count = await self._tx.run(statement, **values)
        self._seen(write, values, count)
        return count

    async def script(self, text: str) -> None:
        await self._tx.script(text)

    async def changes(self, keys: Keys) -> dict[str, list[Change]]:
        """What is different from what it was, by chain. These rows are held until the commit."""
        found: dict[str, list[Change]] = {}
        for (name, key), before in self._before.items():
            table = AUDITED[name]
            after = await self._tx.one(READ[name], **dict(zip(table.key, key, strict=True)))
            change = _change(table, keys, before, after)
            if change is not None:
                found.setdefault(_chain(table, key), []).append(change)
        for (pool_id, kind, which), rows in self._swept.items():
            found.setdefault(pool_id, []).append(Change(kind, which, rows=rows))
        return found

    async def _prepared(self, statement: Statement, values: dict[str, Any]) -> Write | None:
        """Keep what is there before it is written."""
        write = written(statement)
        if write is None or not write.whole or write.makes:
            return write
        key = _key(write.table, values)
        if key not in self._before:
            held = {name: values[name] for name in write.table.key}
            self._before[key] = await self._tx.one(HOLD[write.table.name], **held)
        return write

    def _seen(self, write: Write | None, values: dict[str, Any], rows: int) -> None:
        if write is None or rows == 0:
            return
        if write.whole:
            self._before.setdefault(_key(write.table, values), None)
            return
        which = "/".join(str(values.get(name, "*")) for name in write.table.shown)
        group = _chain(write.table, _key(write.table, values)[1]), write.table.kind, which
        self._swept[group] = self._swept.get(group, 0) + rows


def _key(table: Table, values: dict[str, Any]) -> _Key:
    return table.name, tuple(values.get(name) for name in table.key)


def _chain(table: Table, key: tuple[Any, ...]) -> str:
    return str(key[0]) if table.of_pool and key[0] else HOUSE


def _change(table: Table, keys: Keys, before: Row | None, after: Row | None) -> Change | None:
    row = after or before
    if row is None:
        return None
    key = keys.digest if table.personal else None
    scope = str(row["pool_id"]) if table.of_pool else HOUSE
    was, now = (audit.image(image, table.without, scope, key) for image in (before, after))
    which = "/".join(str(row[name]) for name in table.shown)
    return None if was == now else Change(table.kind, which, was, now)
