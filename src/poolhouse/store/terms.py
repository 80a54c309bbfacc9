"""Terms of use and privacy policies of app clients, as links. One of each for a client: the index decides."""

from collections.abc import Mapping

import msgspec
from msgspec import Struct

from poolhouse.ports import Instant, Row, Statement, Tx

_COLUMNS = "pool_id, terms_id, client_id, name, source, enforcement, links, created_at, modified_at"
_INSERT = Statement("""
    INSERT INTO terms
           (pool_id, terms_id, client_id, name, source, enforcement, links, created_at, modified_at)
    VALUES (:pool_id, :terms_id, :client_id, :name, :source, :enforcement, :links, :now, :now)
    ON CONFLICT DO NOTHING
 RETURNING terms_id
""")
_REPLACE = Statement("""
    UPDATE terms
       SET name = :name, source = :source, enforcement = :enforcement, links = :links, modified_at = :now
     WHERE pool_id = :pool_id AND terms_id = :terms_id
""")
_BY_ID = Statement(f"SELECT {_COLUMNS} FROM terms WHERE pool_id = :pool_id AND terms_id = :terms_id")
_OF_CLIENT = Statement(f"""
    SELECT {_COLUMNS} FROM terms WHERE pool_id = :pool_id AND client_id = :client_id ORDER BY name
""")
_PAGE = Statement(f"""
    SELECT {_COLUMNS}
      FROM terms
     WHERE pool_id = :pool_id AND terms_id > :after
     ORDER BY terms_id
     LIMIT :page
""")
_COUNT = Statement("SELECT COUNT(*) AS number FROM terms WHERE pool_id = :pool_id")
_DELETE = Statement("DELETE FROM terms WHERE pool_id = :pool_id AND terms_id = :terms_id")
_DELETE_OF_CLIENT = Statement("DELETE FROM terms WHERE pool_id = :pool_id AND client_id = :client_id")


class Terms(Struct, frozen=True):
    """One document. `links` by language, such as `cognito:default` and `cognito:german`."""

    pool_id: str
    terms_id: str
    client_id: str
    name: str  # terms-of-use | privacy-policy
    source: str
    enforcement: str
    links: Mapping[str, str]
    created_at: Instant
    modified_at: Instant


async def insert(tx: Tx, terms: Terms) -> bool:
    """False where the client has a document of the name."""
    made = await tx.one(
        _INSERT,
        pool_id=terms.pool_id,
        terms_id=terms.terms_id,
        client_id=terms.client_id,
        name=terms.name,
        source=terms.source,
        enforcement=terms.enforcement,
        links=msgspec.json.encode(terms.links).decode(),
        now=terms.created_at,
    )
    return made is not None


async def replace(tx: Tx, terms: Terms) -> None:
    """The name must be free: the caller has looked, behind `pools.begin_change`."""
    await tx.run(
        _REPLACE,
        pool_id=terms.pool_id,
        terms_id=terms.terms_id,
        name=terms.name,
        source=terms.source,
        enforcement=terms.enforcement,
        links=msgspec.json.encode(terms.links).decode(),
        now=terms.modified_at,
    )


async def by_id(tx: Tx, pool_id: str, terms_id: str) -> Terms | None:
    row = await tx.one(_BY_ID, pool_id=pool_id, terms_id=terms_id)
    return _from_row(row) if row else None


async def of_client(tx: Tx, pool_id: str, client_id: str) -> dict[str, Terms]:
    """By name."""
    rows = await tx.all(_OF_CLIENT, pool_id=pool_id, client_id=client_id)
    return {row["name"]: _from_row(row) for row in rows}


async def page(tx: Tx, pool_id: str, after: str, size: int) -> list[Terms]:
    """Documents whose ids come after `after` ("" = from the first), by id."""
    return [_from_row(row) for row in await tx.all(_PAGE, pool_id=pool_id, after=after, page=size)]


async def count(tx: Tx, pool_id: str) -> int:
    row = await tx.one(_COUNT, pool_id=pool_id)
    return 0 if row is None else int(row["number"])


async def delete(tx: Tx, pool_id: str, terms_id: str) -> bool:
    return await tx.run(_DELETE, pool_id=pool_id, terms_id=terms_id) == 1


async def delete_of_client(tx: Tx, pool_id: str, client_id: str) -> None:
    await tx.run(_DELETE_OF_CLIENT, pool_id=pool_id, client_id=client_id)


def _from_row(row: Row) -> Terms:
    return Terms(
        pool_id=row["pool_id"],
        terms_id=row["terms_id"],
        client_id=row["client_id"],
        name=row["name"],
        source=row["source"],
        enforcement=row["enforcement"],
        links=msgspec.json.decode(row["links"]),
        created_at=row["created_at"],
        modified_at=row["modified_at"],
    )
