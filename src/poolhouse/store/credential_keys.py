"""The house's keys for temporary credentials: generations of a signing key and a verifier key (ADR 20).

The first is made when it is first needed. A new generation is known to everybody before it signs, and an
old one is kept until the last session that it signed has ended.
"""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from poolhouse.context import Env
from poolhouse.crypto import aead
from poolhouse.crypto.session_tokens import SEED_BYTES, MintingKey, VerifyingKey
from poolhouse.errors import SettingsError
from poolhouse.ports import HOUR, Instant, Row, Statement, Tx
from poolhouse.store import audited, briefly, data_keys

LONGEST_SESSION: Instant = 36 * HOUR  # of GetSessionToken

_CACHED = ("credential-keys",)

_INSERT = Statement("""
    INSERT INTO credential_keys (number, kid, sealed, created_at)
    VALUES (:number, :kid, :sealed, :created_at)
    ON CONFLICT (number) DO NOTHING
 RETURNING number
""")
_LIVING = Statement("""
    SELECT number, kid, sealed, created_at, retired_at, gone_at
      FROM credential_keys
     WHERE gone_at IS NULL OR gone_at > :now
     ORDER BY number
""")
_RETIRE = Statement("""
    UPDATE credential_keys
       SET retired_at = :retired_at, gone_at = :gone_at
     WHERE number < :number AND retired_at IS NULL
""")
_DROP_GONE = Statement("DELETE FROM credential_keys WHERE gone_at <= :now")


class CredentialKeys(Struct, frozen=True):
    """The generations, oldest first, each with the moment from which it signs."""

    generations: tuple[tuple[Instant, MintingKey], ...]
    by_kid: Mapping[str, VerifyingKey]

    def signing(self, now: Instant) -> MintingKey:
        """The newest whose time has come; the oldest, where the clock was set back before all of them."""
        ready = [key for begins, key in self.generations if begins <= now]
        return ready[-1] if ready else self.generations[0][1]


async def current(env: Env) -> CredentialKeys:
    """As they were at most a second ago; made where there are none."""
    house = await data_keys.of_scope(env, data_keys.HOUSE)
    now = env.clock.now()
    rows = await briefly.read(env, _CACHED, lambda tx: tx.all(_LIVING, now=now))
    if not rows:
        await _made_first(env, house)
        briefly.forget(env, _CACHED)
        rows = await briefly.read(env, _CACHED, lambda tx: tx.all(_LIVING, now=now))
    return _opened(env, house, rows)


async def rotate(env: Env, lead: Instant) -> str:
    """Begin a new generation, which signs from `lead` on; its kid."""
    house = await data_keys.of_scope(env, data_keys.HOUSE)
    await current(env)
    now = env.clock.now()
    key = _new_key(env)

    async def write(tx: Tx) -> bool:
        await tx.run(_DROP_GONE, now=now)
        rows = await tx.all(_LIVING, now=now)
        number = rows[-1]["number"] + 1 if rows else 1
        if not await _insert(tx, env, house, number, key, now + lead):
            return False
        await tx.run(_RETIRE, number=number, retired_at=now + lead, gone_at=now + lead + LONGEST_SESSION)
        return True

    if not await env.db.run(write):
        raise SettingsError("Somebody else rotates these keys right now: try again.")
    briefly.forget(env, _CACHED)
    return key.verifying.kid


async def _made_first(env: Env, house: bytes) -> None:
    """Several workers may come here at once: whose key got in first is the key of all."""
    key = _new_key(env)

    async def write(tx: Tx) -> None:
        await _insert(tx, env, house, 1, key, env.clock.now())

    await audited.for_service(env, "credential-keys", "make").db.run(write)


def _new_key(env: Env) -> MintingKey:
    return MintingKey(env.rng.bytes(SEED_BYTES), env.rng.bytes(aead.KEY_BYTES))


async def _insert(tx: Tx, env: Env, house: bytes, number: int, key: MintingKey, created_at: Instant) -> bool:
    kid = key.verifying.kid
    sealed = aead.seal(
        aead.derive(house, "seal"), key.seed + key.verifier, _bound_to(kid), env.rng.bytes(aead.NONCE_BYTES)
    )
    made = await tx.one(_INSERT, number=number, kid=kid, sealed=sealed, created_at=created_at)
    return made is not None


def _opened(env: Env, house: bytes, rows: Sequence[Row]) -> CredentialKeys:
    """Opened once for each set of rows. Raises `ValueError` when one was changed in the store."""
    known = ("credential-keys", *(row["kid"] for row in rows))
    found: CredentialKeys | None = env.iam.get(known)
    if found is None:
        generations = tuple((row["created_at"], _key(house, row)) for row in rows)
        by_kid = {key.verifying.kid: key.verifying for _, key in generations}
        found = CredentialKeys(generations, by_kid)
        env.iam.put(known, found)
    return found


def _key(house: bytes, row: Row) -> MintingKey:
    both = aead.open_sealed(aead.derive(house, "seal"), row["sealed"], _bound_to(row["kid"]))
    return MintingKey(both[:SEED_BYTES], both[SEED_BYTES:])


def _bound_to(kid: str) -> str:
    return f"credential-key|{kid}"
