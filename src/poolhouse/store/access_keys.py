"""Access keys of the people and programs that administer: a sealed secret and an IAM policy each."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from poolhouse.context import Env
from poolhouse.crypto import aead
from poolhouse.policies import reading
from poolhouse.policies.document import ACCESS_KEY, Policy, parse
from poolhouse.ports import Instant, Row, Statement, Tx
from poolhouse.store import data_keys

_TRUSTED = 1.0  # seconds that a key is used without reading it again
_ID_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_SECRET_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

_INSERT = Statement("""
    INSERT INTO access_keys (access_key_id, sealed_secret, user_name, policy, revoked_at, created_at)
    VALUES (:access_key_id, :sealed_secret, :user_name, :policy, NULL, :now)
""")

_GET = Statement("""
    SELECT access_key_id, sealed_secret, user_name, policy FROM access_keys
     WHERE access_key_id = :access_key_id AND revoked_at IS NULL
""")

_LIST = Statement("""
    SELECT access_key_id, user_name, policy, revoked_at, created_at FROM access_keys ORDER BY created_at
""")

_REVOKE = Statement("""
    UPDATE access_keys SET revoked_at = :now
     WHERE access_key_id = :access_key_id AND revoked_at IS NULL
 RETURNING access_key_id
""")

_ANY = Statement("SELECT access_key_id FROM access_keys WHERE revoked_at IS NULL LIMIT 1")


class AccessKey(Struct, frozen=True):
    access_key_id: str
    user_name: str
    secret: str
    policy: Policy

    def __repr__(self) -> str:
        return f"AccessKey({self.access_key_id})"


class _Cached(Struct, frozen=True):
    key: AccessKey
    read_at: float


async def create(
    env: Env, user_name: str, document: str | Mapping[str, Any], access_key_id: str = "", secret: str = ""
) -> AccessKey:
    """Store a new key. Raises `MalformedPolicy` for a policy document that is not one."""
    compiled = parse(document, ACCESS_KEY)
    access_key_id = access_key_id or "AKIA" + env.rng.text(16, _ID_ALPHABET)
    secret = secret or env.rng.text(40, _SECRET_ALPHABET)
    key = await data_keys.of_scope(env, data_keys.HOUSE)
    sealed = aead.seal(_seal_key(key), secret.encode(), _bound_to(access_key_id), env.rng.bytes(12))

    async def insert(tx: Tx) -> None:
        await tx.run(
            _INSERT,
            access_key_id=access_key_id,
            sealed_secret=sealed,
            user_name=user_name,
            policy=reading.written(reading.load(document)),
            now=env.clock.now(),
        )

    await env.db.run_singly(insert)
    return AccessKey(access_key_id, user_name, secret, compiled)


async def living(env: Env, access_key_id: str) -> AccessKey | None:
    """The key, if it exists and is not revoked; as it was at most a second ago."""
    cached: _Cached | None = env.access_keys.get(access_key_id)
    now = env.clock.monotonic()
    if cached is not None and now - cached.read_at < _TRUSTED:
        return cached.key

    async def get(tx: Tx) -> Row | None:
        return await tx.one(_GET, access_key_id=access_key_id)

    row = await env.db.read(get)
    if row is None:
        env.access_keys.drop(access_key_id)
        return None
    key = await _opened(env, row)
    env.access_keys.put(access_key_id, _Cached(key, now))
    return key


async def _opened(env: Env, row: Row) -> AccessKey:
    house = await data_keys.of_scope(env, data_keys.HOUSE)
    secret = aead.open_sealed(_seal_key(house), row["sealed_secret"], _bound_to(row["access_key_id"]))
    compiled = parse(row["policy"], ACCESS_KEY)
    return AccessKey(row["access_key_id"], row["user_name"], secret.decode(), compiled)


async def every(tx: Tx) -> Sequence[Row]:
    """All keys, the revoked ones too, without their secrets."""
    return await tx.all(_LIST)


async def exists(tx: Tx) -> bool:
    return await tx.one(_ANY) is not None


async def revoke(tx: Tx, access_key_id: str, now: Instant) -> bool:
    """False: there is no such key, or it was revoked before."""
    return await tx.one(_REVOKE, access_key_id=access_key_id, now=now) is not None


def _seal_key(house: bytes) -> bytes:
    return aead.derive(house, "seal")


def _bound_to(access_key_id: str) -> str:
    return f"access-key|{access_key_id}"
