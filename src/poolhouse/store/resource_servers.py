"""The resource servers of a pool: few enough that they are always read together (behaviour file, 8.2)."""

from collections.abc import Sequence

import msgspec

from poolhouse.directory import resource_servers
from poolhouse.directory.resource_servers import ResourceServer
from poolhouse.ports import Statement, Tx

_OF_POOL = Statement("""
    SELECT identifier, name, scopes
      FROM resource_servers
     WHERE pool_id = :pool_id
     ORDER BY identifier
""")
_INSERT = Statement("""
    INSERT INTO resource_servers (pool_id, identifier, name, scopes)
    VALUES (:pool_id, :identifier, :name, :scopes)
    ON CONFLICT (pool_id, identifier) DO NOTHING
""")
_REPLACE = Statement("""
    UPDATE resource_servers
       SET name = :name, scopes = :scopes
     WHERE pool_id = :pool_id AND identifier = :identifier
""")
_DELETE = Statement("""
    DELETE FROM resource_servers WHERE pool_id = :pool_id AND identifier = :identifier
""")


async def of_pool(tx: Tx, pool_id: str) -> Sequence[ResourceServer]:
    """All of them, by identifier."""
    return [resource_servers.of_row(row) for row in await tx.all(_OF_POOL, pool_id=pool_id)]


async def insert(tx: Tx, pool_id: str, server: ResourceServer) -> bool:
    """False when the pool has one with this identifier."""
    return await tx.run(_INSERT, pool_id=pool_id, **_columns(server)) == 1


async def replace(tx: Tx, pool_id: str, server: ResourceServer) -> bool:
    """False when there is none with this identifier."""
    return await tx.run(_REPLACE, pool_id=pool_id, **_columns(server)) == 1


async def delete(tx: Tx, pool_id: str, identifier: str) -> bool:
    """False when there was none."""
    return await tx.run(_DELETE, pool_id=pool_id, identifier=identifier) == 1


def _columns(server: ResourceServer) -> dict[str, str]:
    scopes = msgspec.json.encode(server.scopes).decode()
    return {"identifier": server.identifier, "name": server.name, "scopes": scopes}
