"""The classic look of a pool's pages: a style sheet and a logo, of one app client or of all the others."""

from msgspec import Struct

from poolhouse.ports import Instant, Row, Statement, Tx

ALL = "ALL"  # the client id of what holds for every client without a look of its own

_COLUMNS = "pool_id, client_id, css, image_name, image_digest, css_version, created_at, modified_at"
_PUT = Statement("""
    INSERT INTO ui_customizations
           (pool_id, client_id, css, image, image_name, image_digest, css_version, created_at, modified_at)
    VALUES (:pool_id, :client_id, :css, :image, :image_name, :image_digest, :css_version, :now, :now)
    ON CONFLICT (pool_id, client_id) DO UPDATE
       SET css = excluded.css, image = excluded.image, image_name = excluded.image_name,
           image_digest = excluded.image_digest, css_version = excluded.css_version,
           modified_at = excluded.modified_at
""")
_OF_CLIENT = Statement(f"""
    SELECT {_COLUMNS}
      FROM ui_customizations
     WHERE pool_id = :pool_id AND client_id IN (:client_id, 'ALL')
""")
_OF_POOL = Statement(f"SELECT {_COLUMNS} FROM ui_customizations WHERE pool_id = :pool_id ORDER BY client_id")
_IMAGE = Statement("""
    SELECT image FROM ui_customizations
     WHERE pool_id = :pool_id AND client_id = :client_id AND image_name = :name AND image_digest = :digest
""")
_DELETE = Statement("DELETE FROM ui_customizations WHERE pool_id = :pool_id AND client_id = :client_id")


class UiCustomization(Struct, frozen=True):
    """`css` as it was given. `image_name` and `image_digest` are empty where there is no logo."""

    pool_id: str
    client_id: str  # or ALL
    css: str
    image_name: str
    image_digest: str
    css_version: str
    created_at: Instant
    modified_at: Instant


async def put(tx: Tx, made: UiCustomization, image: bytes | None) -> None:
    """In place of the one before. The time is that of `modified_at`."""
    await tx.run(
        _PUT,
        pool_id=made.pool_id,
        client_id=made.client_id,
        css=made.css,
        image=image,
        image_name=made.image_name,
        image_digest=made.image_digest,
        css_version=made.css_version,
        now=made.modified_at,
    )


async def of_client(tx: Tx, pool_id: str, client_id: str) -> UiCustomization | None:
    """The client's own, else that of all."""
    rows = await tx.all(_OF_CLIENT, pool_id=pool_id, client_id=client_id)
    found = {row["client_id"]: row for row in rows}
    row = found.get(client_id) or found.get(ALL)
    return _from_row(row) if row else None


async def of_pool(tx: Tx, pool_id: str) -> list[UiCustomization]:
    return [_from_row(row) for row in await tx.all(_OF_POOL, pool_id=pool_id)]


async def image(tx: Tx, pool_id: str, client_id: str, name: str, digest: str) -> bytes | None:
    row = await tx.one(_IMAGE, pool_id=pool_id, client_id=client_id, name=name, digest=digest)
    return None if row is None else row["image"]


async def delete(tx: Tx, pool_id: str, client_id: str) -> None:
    await tx.run(_DELETE, pool_id=pool_id, client_id=client_id)


def _from_row(row: Row) -> UiCustomization:
    return UiCustomization(
        pool_id=row["pool_id"],
        client_id=row["client_id"],
        css=row["css"],
        image_name=row["image_name"],
        image_digest=row["image_digest"],
        css_version=row["css_version"],
        created_at=row["created_at"],
        modified_at=row["modified_at"],
    )
