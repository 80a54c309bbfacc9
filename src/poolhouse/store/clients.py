"""App clients. Their secrets are in `client_secrets`."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import msgspec

from poolhouse.errors import ClientNotFound
from poolhouse.ports import Instant, Row, Statement, Tx

_EVERY_PAGE = 500  # clients that `every` reads at once

_INSERT = Statement("""
    INSERT INTO clients (client_id, pool_id, name, client_type, config, created_at, modified_at)
    VALUES (:client_id, :pool_id, :name, :client_type, :config, :now, :now)
    ON CONFLICT (client_id) DO NOTHING
 RETURNING client_id
""")
# The one look-up without a pool: InitiateAuth and its like name the client only.
_BY_ID = Statement("""
    SELECT c.client_id, c.pool_id, c.name, c.config, c.created_at, c.modified_at, p.version,
           COALESCE(c.client_type, 'REGULAR') AS client_type
      FROM clients c
      JOIN pools p ON p.pool_id = c.pool_id
     WHERE c.client_id = :client_id
""")
_REPLACE = Statement("""
    UPDATE clients
       SET name = :name, config = :config, modified_at = :now
     WHERE pool_id = :pool_id AND client_id = :client_id
 RETURNING client_id, pool_id, name, config, created_at, modified_at
""")
_DELETE = Statement("DELETE FROM clients WHERE pool_id = :pool_id AND client_id = :client_id")
_DELETE_OF_POOL = Statement("DELETE FROM clients WHERE pool_id = :pool_id")
_PAGE = Statement("""
    SELECT client_id, pool_id, name, config, created_at, modified_at
      FROM clients
     WHERE pool_id = :pool_id AND client_id > :after
     ORDER BY client_id
     LIMIT :page
""")
_PAGE_OF_TYPE = Statement("""
    SELECT client_id, name
      FROM clients
     WHERE pool_id = :pool_id AND client_id > :after AND COALESCE(client_type, 'REGULAR') = :client_type
     ORDER BY client_id
     LIMIT :page
""")
_COUNT = Statement("SELECT COUNT(*) AS number FROM clients WHERE pool_id = :pool_id")


async def insert(
    tx: Tx,
    pool_id: str,
    client_id: str,
    name: str,
    config: Mapping[str, Any],
    now: Instant,
    client_type: str = "REGULAR",
) -> bool:
    """Write a new client. False when the id is taken."""
    made = await tx.one(
        _INSERT,
        client_id=client_id,
        pool_id=pool_id,
        name=name,
        client_type=client_type,
        config=msgspec.json.encode(config).decode(),
        now=now,
    )
    return made is not None


async def by_id(tx: Tx, client_id: str) -> Row | None:
    """The client with the `version` of its pool."""
    return await tx.one(_BY_ID, client_id=client_id)


async def of_pool(tx: Tx, pool_id: str, client_id: str) -> Row:
    """A client of this pool. Raises `ClientNotFound`."""
    row = await by_id(tx, client_id)
    if row is None or row["pool_id"] != pool_id:
        raise ClientNotFound(client_id=client_id)
    return row


async def replace(
    tx: Tx, pool_id: str, client_id: str, name: str, config: Mapping[str, Any], now: Instant
) -> Row | None:
    text = msgspec.json.encode(config).decode()
    return await tx.one(_REPLACE, pool_id=pool_id, client_id=client_id, name=name, config=text, now=now)


async def delete(tx: Tx, pool_id: str, client_id: str) -> bool:
    return await tx.run(_DELETE, pool_id=pool_id, client_id=client_id) == 1


async def delete_of_pool(tx: Tx, pool_id: str) -> None:
    await tx.run(_DELETE_OF_POOL, pool_id=pool_id)


async def page(tx: Tx, pool_id: str, after: str, size: int) -> Sequence[Row]:
    """Clients whose ids come after `after` ("" = from the first), by id."""
    return await tx.all(_PAGE, pool_id=pool_id, after=after, page=size)


async def every(tx: Tx, pool_id: str) -> AsyncIterator[Row]:
    """The clients of a pool, a few hundred read at once."""
    after = ""
    while rows := await page(tx, pool_id, after, _EVERY_PAGE):
        for row in rows:
            yield row
        after = rows[-1]["client_id"]


async def page_of_type(tx: Tx, pool_id: str, client_type: str, after: str, size: int) -> Sequence[Row]:
    """Ids and names of the clients of one type, like `page`."""
    return await tx.all(_PAGE_OF_TYPE, pool_id=pool_id, client_type=client_type, after=after, page=size)


async def count(tx: Tx, pool_id: str) -> int:
    row = await tx.one(_COUNT, pool_id=pool_id)
    return 0 if row is None else int(row["number"])
