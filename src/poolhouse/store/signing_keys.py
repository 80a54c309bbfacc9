"""The RS256 keys of a pool: one signs ID tokens, the other access tokens (behaviour file, 4.4).

A new key is published before it signs: it gets a `created_at` that lies `_LEAD` ahead, so that every
worker knows it when the first token carries its kid. A key that signs no more stays in the JWKS
until the last token that it signed is dead.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from poolhouse.context import PoolKeys
from poolhouse.crypto import aead, jose
from poolhouse.crypto.jose import SigningKey, VerifyKey
from poolhouse.ports import DAY, SECOND, Instant, Rng, Row, Statement, Tx

USES = ("id", "access")

_LEAD = 2 * SECOND  # a worker knows of a change of the pool after one second
_LONGEST_TOKEN_LIFE = DAY  # behaviour file, 4.5

_INSERT = Statement("""
    INSERT INTO signing_keys (pool_id, kid, token_use, sealed, created_at)
    VALUES (:pool_id, :kid, :token_use, :sealed, :created_at)
""")
_LIVING = Statement("""
    SELECT kid, token_use, sealed, created_at, gone_at
      FROM signing_keys
     WHERE pool_id = :pool_id AND token_use IN ('id', 'access') AND (gone_at IS NULL OR gone_at > :now)
     ORDER BY created_at, kid
""")
_RETIRE = Statement("""
    UPDATE signing_keys
       SET retired_at = :retired_at, gone_at = :gone_at
     WHERE pool_id = :pool_id AND token_use IN ('id', 'access') AND retired_at IS NULL
""")
_DROP_GONE = Statement("DELETE FROM signing_keys WHERE pool_id = :pool_id AND gone_at <= :now")
_DELETE_OF_POOL = Statement("DELETE FROM signing_keys WHERE pool_id = :pool_id")


class NewKey(Struct, frozen=True):
    """A key that is not stored yet."""

    token_use: str
    kid: str
    private: bytes  # PKCS #8 DER


class KeySet(Struct, frozen=True):
    """The keys of a pool as they are at one moment; after `good_until` they must be read again."""

    signing: dict[str, SigningKey]  # by token use
    public: dict[str, VerifyKey]  # by kid
    good_until: Instant | None


async def new_pair() -> tuple[NewKey, ...]:
    """Make a key for each use, in a thread, because one takes 50 ms and more."""
    return await asyncio.to_thread(_make_pair)


def _make_pair() -> tuple[NewKey, ...]:
    made = [(use, jose.new_signing_key()) for use in USES]
    return tuple(NewKey(use, jose.load_signing_key(private).kid, private) for use, private in made)


async def insert(
    tx: Tx, rng: Rng, pool_id: str, seal_key: bytes, keys: Sequence[NewKey], now: Instant
) -> None:
    """Store keys that sign from `now` on."""
    for key in keys:
        sealed = aead.seal(seal_key, key.private, _bound_to(pool_id, key.kid), rng.bytes(12))
        await tx.run(
            _INSERT,
            pool_id=pool_id,
            kid=key.kid,
            token_use=key.token_use,
            sealed=sealed,
            created_at=now,
        )


async def succeed(
    tx: Tx, rng: Rng, pool_id: str, seal_key: bytes, keys: Sequence[NewKey], now: Instant
) -> None:
    """Let these keys follow the present ones, which sign for `_LEAD` more."""
    takes_over = now + _LEAD
    await tx.run(_DROP_GONE, pool_id=pool_id, now=now)
    await tx.run(_RETIRE, pool_id=pool_id, retired_at=takes_over, gone_at=takes_over + _LONGEST_TOKEN_LIFE)
    await insert(tx, rng, pool_id, seal_key, keys, takes_over)


async def living(tx: Tx, pool_id: str, now: Instant) -> Sequence[Row]:
    """The keys that sign, that will sign, and those whose tokens may still be alive."""
    return await tx.all(_LIVING, pool_id=pool_id, now=now)


def opened(seal_key: bytes, pool_id: str, rows: Sequence[Row], now: Instant) -> KeySet:
    """The keys of `living`. Raises `ValueError` when one was changed or moved in the store."""
    keys = {
        row["kid"]: jose.load_signing_key(open_private(seal_key, pool_id, row), row["kid"]) for row in rows
    }
    signing = {use: keys[signs_now(rows, use, now)["kid"]] for use in USES}
    public = {kid: key.verify_key for kid, key in keys.items()}
    turns = [row["created_at"] for row in rows] + [
        row["gone_at"] for row in rows if row["gone_at"] is not None
    ]
    good_until = min((turn for turn in turns if turn > now), default=None)
    return KeySet(signing, public, good_until)


def open_private(seal_key: bytes, pool_id: str, row: Row) -> bytes:
    """The key in a row: PKCS #8 DER. Raises `ValueError` when it was changed or moved in the store."""
    return aead.open_sealed(seal_key, row["sealed"], _bound_to(pool_id, row["kid"]))


def signs_now(rows: Sequence[Row], token_use: str, now: Instant) -> Row:
    """The newest whose time has come; the oldest, where the clock was set back before all of them."""
    of_use = [row for row in rows if row["token_use"] == token_use]
    ready = [row for row in of_use if row["created_at"] <= now]
    return ready[-1] if ready else of_use[0]


def public_set(keys: PoolKeys) -> dict[str, Any]:
    """The JWKS document (RFC 7517, section 5): the keys that sign now come first."""
    first = [keys.id_key.kid, keys.access_key.kid]
    kids = first + [kid for kid in keys.public if kid not in first]
    return {"keys": [keys.public[kid].public_jwk() for kid in kids]}


async def delete_of_pool(tx: Tx, pool_id: str) -> None:
    await tx.run(_DELETE_OF_POOL, pool_id=pool_id)


def _bound_to(pool_id: str, kid: str) -> str:
    return f"signing-key|{pool_id}|{kid}"
