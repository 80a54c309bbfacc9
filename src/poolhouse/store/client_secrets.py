"""The secrets of app clients, sealed under the pool's seal key; two at most, so that they can be rotated."""

from collections.abc import Collection, Sequence

from msgspec import Struct

from poolhouse.crypto import aead
from poolhouse.ports import SECOND, Instant, Rng, Row, Statement, Tx

_INSERT = Statement("""
    INSERT INTO client_secrets (pool_id, client_id, secret_id, sealed, created_at)
    VALUES (:pool_id, :client_id, :secret_id, :sealed, :now)
""")
_OF_CLIENT = Statement("""
    SELECT secret_id, sealed, created_at
      FROM client_secrets
     WHERE pool_id = :pool_id AND client_id = :client_id
     ORDER BY created_at, secret_id
""")
_DELETE = Statement("""
    DELETE FROM client_secrets
     WHERE pool_id = :pool_id AND client_id = :client_id AND secret_id = :secret_id
""")
_DELETE_OF_CLIENT = Statement("""
    DELETE FROM client_secrets WHERE pool_id = :pool_id AND client_id = :client_id
""")
_DELETE_OF_POOL = Statement("DELETE FROM client_secrets WHERE pool_id = :pool_id")


class Owner(Struct, frozen=True):
    """The app client that a secret is of. seal_key: of its pool"""

    pool_id: str
    client_id: str
    seal_key: bytes


def seal(seal_key: bytes, rng: Rng, pool_id: str, client_id: str, secret_id: str, secret: str) -> bytes:
    bound_to = _bound_to(pool_id, client_id, secret_id)
    return aead.seal(seal_key, secret.encode(), bound_to, rng.bytes(12))


def opened(seal_key: bytes, pool_id: str, client_id: str, rows: Sequence[Row]) -> tuple[str, ...]:
    """The secrets of a client in the order in which they were made."""
    return tuple(
        aead.open_sealed(seal_key, row["sealed"], _bound_to(pool_id, client_id, row["secret_id"])).decode()
        for row in rows
    )


async def add(tx: Tx, rng: Rng, owner: Owner, secret: str, now: Instant, taken: Collection[str] = ()) -> str:
    """Seal and keep a secret; give its id, `<client id>--<seconds since 1970>`.

    taken  the ids of the secrets that the client has already
    """
    second = now // SECOND
    while f"{owner.client_id}--{second}" in taken:  # two in one second
        second += 1
    secret_id = f"{owner.client_id}--{second}"
    sealed = seal(owner.seal_key, rng, owner.pool_id, owner.client_id, secret_id, secret)
    await insert(tx, owner.pool_id, owner.client_id, secret_id, sealed, now)
    return secret_id


async def insert(tx: Tx, pool_id: str, client_id: str, secret_id: str, sealed: bytes, now: Instant) -> None:
    await tx.run(_INSERT, pool_id=pool_id, client_id=client_id, secret_id=secret_id, sealed=sealed, now=now)


async def of_client(tx: Tx, pool_id: str, client_id: str) -> Sequence[Row]:
    """Id, sealed secret and date of each, oldest first."""
    return await tx.all(_OF_CLIENT, pool_id=pool_id, client_id=client_id)


async def delete(tx: Tx, pool_id: str, client_id: str, secret_id: str) -> bool:
    return await tx.run(_DELETE, pool_id=pool_id, client_id=client_id, secret_id=secret_id) == 1


async def delete_of_client(tx: Tx, pool_id: str, client_id: str) -> None:
    await tx.run(_DELETE_OF_CLIENT, pool_id=pool_id, client_id=client_id)


async def delete_of_pool(tx: Tx, pool_id: str) -> None:
    await tx.run(_DELETE_OF_POOL, pool_id=pool_id)


def _bound_to(pool_id: str, client_id: str, secret_id: str) -> str:
    return f"client-secret|{pool_id}|{client_id}|{secret_id}"
