"""Identity providers. Their details hold secrets and are sealed under the pool's seal key."""

from collections.abc import Mapping, Sequence

import msgspec

from poolhouse.crypto import aead
from poolhouse.directory import providers
from poolhouse.directory.providers import Provider
from poolhouse.errors import IdentifierTaken
from poolhouse.ports import Rng, Row, Statement, Tx

_COLUMNS = "name, provider_type, sealed, config, created_at, modified_at"

_INSERT = Statement("""
    INSERT INTO identity_providers
           (pool_id, name, provider_type, sealed, config, created_at, modified_at)
    VALUES (:pool_id, :name, :provider_type, :sealed, :config, :created_at, :modified_at)
    ON CONFLICT (pool_id, name) DO NOTHING
 RETURNING name
""")
_UPDATE = Statement("""
    UPDATE identity_providers
       SET sealed = :sealed, config = :config, modified_at = :modified_at
     WHERE pool_id = :pool_id AND name = :name
""")
_DELETE = Statement("""
    DELETE FROM identity_providers WHERE pool_id = :pool_id AND name = :name RETURNING name
""")
_BY_NAME = Statement(f"""
    SELECT {_COLUMNS} FROM identity_providers WHERE pool_id = :pool_id AND name = :name
""")
_OF_POOL = Statement(f"SELECT {_COLUMNS} FROM identity_providers WHERE pool_id = :pool_id ORDER BY name")
_NAMES = Statement("SELECT name FROM identity_providers WHERE pool_id = :pool_id")
_COUNT = Statement("SELECT COUNT(*) AS number FROM identity_providers WHERE pool_id = :pool_id")
_PAGE = Statement("""
    SELECT name, provider_type, created_at, modified_at
      FROM identity_providers
     WHERE pool_id = :pool_id AND name > :after
     ORDER BY name
     LIMIT :page
""")
_IDENTIFY = Statement("""
    INSERT INTO provider_identifiers (pool_id, identifier, name)
    VALUES (:pool_id, :identifier, :name)
    ON CONFLICT (pool_id, identifier) DO NOTHING
 RETURNING name
""")
_FORGET = Statement("DELETE FROM provider_identifiers WHERE pool_id = :pool_id AND name = :name")
_OWNER = Statement("""
    SELECT name FROM provider_identifiers WHERE pool_id = :pool_id AND identifier = :identifier
""")


async def insert(tx: Tx, seal_key: bytes, rng: Rng, pool_id: str, provider: Provider) -> bool:
    """Write a new provider. False when its name is taken; raises `IdentifierTaken`."""
    made = await tx.one(
        _INSERT,
        pool_id=pool_id,
        name=provider.name,
        provider_type=provider.provider_type,
        sealed=_sealed(seal_key, rng, pool_id, provider),
        config=providers.stored_config(provider),
        created_at=provider.created_at,
        modified_at=provider.modified_at,
    )
    if made is None:
        return False
    await _identify(tx, pool_id, provider)
    return True


async def replace(tx: Tx, seal_key: bytes, rng: Rng, pool_id: str, provider: Provider) -> None:
    """Write a changed provider, which is there. Raises `IdentifierTaken`."""
    await tx.run(
        _UPDATE,
        pool_id=pool_id,
        name=provider.name,
        sealed=_sealed(seal_key, rng, pool_id, provider),
        config=providers.stored_config(provider),
        modified_at=provider.modified_at,
    )
    await tx.run(_FORGET, pool_id=pool_id, name=provider.name)
    await _identify(tx, pool_id, provider)


async def delete(tx: Tx, pool_id: str, name: str) -> bool:
    """Delete the provider with its identifiers. False when there is none."""
    await tx.run(_FORGET, pool_id=pool_id, name=name)
    return await tx.one(_DELETE, pool_id=pool_id, name=name) is not None


async def by_name(tx: Tx, pool_id: str, name: str) -> Row | None:
    return await tx.one(_BY_NAME, pool_id=pool_id, name=name)


async def of_pool(tx: Tx, pool_id: str) -> Sequence[Row]:
    return await tx.all(_OF_POOL, pool_id=pool_id)


async def names(tx: Tx, pool_id: str) -> frozenset[str]:
    return frozenset(row["name"] for row in await tx.all(_NAMES, pool_id=pool_id))


async def count(tx: Tx, pool_id: str) -> int:
    row = await tx.one(_COUNT, pool_id=pool_id)
    return 0 if row is None else int(row["number"])


async def page(tx: Tx, pool_id: str, after: str, size: int) -> Sequence[Row]:
    """Names, types and dates of the providers whose names come after `after` ("" = from the first)."""
    return await tx.all(_PAGE, pool_id=pool_id, after=after, page=size)


async def name_of(tx: Tx, pool_id: str, identifier: str) -> str | None:
    """The provider that has this identifier."""
    row = await tx.one(_OWNER, pool_id=pool_id, identifier=identifier)
    return None if row is None else str(row["name"])


def opened(seal_key: bytes, pool_id: str, row: Row) -> Provider:
    """A provider from its row."""
    details = aead.open_sealed(seal_key, row["sealed"], _bound_to(pool_id, row["name"]))
    return providers.from_row(row, details)


def by_names(seal_key: bytes, pool_id: str, rows: Sequence[Row]) -> Mapping[str, Provider]:
    return {row["name"]: opened(seal_key, pool_id, row) for row in rows}


async def _identify(tx: Tx, pool_id: str, provider: Provider) -> None:
    for identifier in provider.identifiers:
        if not await tx.one(_IDENTIFY, pool_id=pool_id, identifier=identifier, name=provider.name):
            raise IdentifierTaken(identifier=identifier)


def _sealed(seal_key: bytes, rng: Rng, pool_id: str, provider: Provider) -> bytes:
    content = msgspec.json.encode(provider.details)
    return aead.seal(seal_key, content, _bound_to(pool_id, provider.name), rng.bytes(12))


def _bound_to(pool_id: str, name: str) -> str:
    return f"identity-provider|{pool_id}|{name}"
