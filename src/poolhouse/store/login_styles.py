"""Styles of managed login, one for each app client, and their images."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from poolhouse.ports import Instant, Row, Statement, Tx

_COLUMNS = "pool_id, style_id, client_id, provided, settings, created_at, modified_at"
_INSERT = Statement("""
    INSERT INTO login_styles (pool_id, style_id, client_id, provided, settings, created_at, modified_at)
    VALUES (:pool_id, :style_id, :client_id, :provided, :settings, :now, :now)
    ON CONFLICT DO NOTHING
 RETURNING style_id
""")
_REPLACE = Statement("""
    UPDATE login_styles
       SET provided = :provided, settings = :settings, modified_at = :now
     WHERE pool_id = :pool_id AND style_id = :style_id
""")
_BY_ID = Statement(f"SELECT {_COLUMNS} FROM login_styles WHERE pool_id = :pool_id AND style_id = :style_id")
_OF_CLIENT = Statement(
    f"SELECT {_COLUMNS} FROM login_styles WHERE pool_id = :pool_id AND client_id = :client_id"
)
_OF_POOL = Statement(f"SELECT {_COLUMNS} FROM login_styles WHERE pool_id = :pool_id ORDER BY style_id")
_COUNT = Statement("SELECT COUNT(*) AS number FROM login_styles WHERE pool_id = :pool_id")
_DELETE = Statement("DELETE FROM login_styles WHERE pool_id = :pool_id AND style_id = :style_id")

_PUT_ASSET = Statement("""
    INSERT INTO login_assets
           (pool_id, style_id, category, color_mode, resource_id, extension, content, digest)
    VALUES (:pool_id, :style_id, :category, :color_mode, :resource_id, :extension, :content, :digest)
    ON CONFLICT (pool_id, style_id, category, color_mode, resource_id) DO UPDATE
       SET extension = excluded.extension, content = excluded.content, digest = excluded.digest
""")
_ASSETS = Statement("""
    SELECT category, color_mode, resource_id, extension, digest
      FROM login_assets
     WHERE pool_id = :pool_id AND style_id = :style_id
     ORDER BY category, color_mode, resource_id
""")
_CONTENTS = Statement("""
    SELECT category, color_mode, resource_id, extension, digest, content
      FROM login_assets
     WHERE pool_id = :pool_id AND style_id = :style_id
     ORDER BY category, color_mode, resource_id
""")
_CONTENT = Statement("""
    SELECT content FROM login_assets
     WHERE pool_id = :pool_id AND style_id = :style_id AND category = :category
       AND color_mode = :color_mode AND resource_id = :resource_id AND digest = :digest
""")
_DELETE_ASSETS = Statement("DELETE FROM login_assets WHERE pool_id = :pool_id AND style_id = :style_id")


class LoginStyle(Struct, frozen=True):
    """`provided`: the look is the house's, and `settings` are empty."""

    pool_id: str
    style_id: str
    client_id: str
    provided: bool
    settings: dict[str, Any]
    created_at: Instant
    modified_at: Instant


class Asset(Struct, frozen=True):
    """An image of a style. `content` is empty where it was not read."""

    category: str
    color_mode: str
    resource_id: str
    extension: str
    digest: str
    content: bytes = b""


async def insert(tx: Tx, style: LoginStyle) -> bool:
    """False where the client has a style."""
    made = await tx.one(
        _INSERT,
        pool_id=style.pool_id,
        style_id=style.style_id,
        client_id=style.client_id,
        provided=int(style.provided),
        settings=msgspec.json.encode(style.settings).decode(),
        now=style.created_at,
    )
    return made is not None


async def replace(tx: Tx, style: LoginStyle) -> None:
    await tx.run(
        _REPLACE,
        pool_id=style.pool_id,
        style_id=style.style_id,
        provided=int(style.provided),
        settings=msgspec.json.encode(style.settings).decode(),
        now=style.modified_at,
    )


async def by_id(tx: Tx, pool_id: str, style_id: str) -> LoginStyle | None:
    return _from_row(await tx.one(_BY_ID, pool_id=pool_id, style_id=style_id))


async def of_client(tx: Tx, pool_id: str, client_id: str) -> LoginStyle | None:
    return _from_row(await tx.one(_OF_CLIENT, pool_id=pool_id, client_id=client_id))


async def of_pool(tx: Tx, pool_id: str) -> list[LoginStyle]:
    rows = await tx.all(_OF_POOL, pool_id=pool_id)
    return [style for row in rows if (style := _from_row(row))]


async def count(tx: Tx, pool_id: str) -> int:
    row = await tx.one(_COUNT, pool_id=pool_id)
    return 0 if row is None else int(row["number"])


async def delete(tx: Tx, pool_id: str, style_id: str) -> bool:
    await tx.run(_DELETE_ASSETS, pool_id=pool_id, style_id=style_id)
    return await tx.run(_DELETE, pool_id=pool_id, style_id=style_id) == 1


async def delete_of_client(tx: Tx, pool_id: str, client_id: str) -> None:
    style = await of_client(tx, pool_id, client_id)
    if style is not None:
        await delete(tx, pool_id, style.style_id)


async def put_asset(tx: Tx, pool_id: str, style_id: str, asset: Asset) -> None:
    """In place of the one of the same category, mode and resource."""
    await tx.run(
        _PUT_ASSET,
        pool_id=pool_id,
        style_id=style_id,
        category=asset.category,
        color_mode=asset.color_mode,
        resource_id=asset.resource_id,
        extension=asset.extension,
        content=asset.content,
        digest=asset.digest,
    )


async def assets(tx: Tx, pool_id: str, style_id: str) -> list[Asset]:
    """Without their contents."""
    return _assets(await tx.all(_ASSETS, pool_id=pool_id, style_id=style_id))


async def contents(tx: Tx, pool_id: str, style_id: str) -> list[Asset]:
    """With their contents."""
    return _assets(await tx.all(_CONTENTS, pool_id=pool_id, style_id=style_id))


async def content(tx: Tx, pool_id: str, style_id: str, asset: Asset) -> bytes | None:
    row = await tx.one(
        _CONTENT,
        pool_id=pool_id,
        style_id=style_id,
        category=asset.category,
        color_mode=asset.color_mode,
        resource_id=asset.resource_id,
        digest=asset.digest,
    )
    return None if row is None else row["content"]


async def delete_assets(tx: Tx, pool_id: str, style_id: str) -> None:
    await tx.run(_DELETE_ASSETS, pool_id=pool_id, style_id=style_id)


def _from_row(row: Row | None) -> LoginStyle | None:
    if row is None:
        return None
    return LoginStyle(
        pool_id=row["pool_id"],
        style_id=row["style_id"],
        client_id=row["client_id"],
        provided=bool(row["provided"]),
        settings=msgspec.json.decode(row["settings"]),
        created_at=row["created_at"],
        modified_at=row["modified_at"],
    )


def _assets(rows: Sequence[Row]) -> list[Asset]:
    return [Asset(**row) for row in rows]
