"""Passkeys and the registrations that users have begun (behaviour file, 1.7)."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from poolhouse.context import Ctx
from poolhouse.ports import MINUTE, Instant, Row, Statement, Tx

REGISTRATION_LIFE: Instant = 5 * MINUTE  # [K]

_COLUMNS = """credential_id, public_key, sign_count, backup_eligible, name, relying_party_id, attachment,
           transports, created_at"""

_ADD = Statement("""
    INSERT INTO passkeys (pool_id, sub, credential_id, public_key, sign_count, backup_eligible, name,
                          relying_party_id, attachment, transports, created_at, used_by)
    VALUES (:pool_id, :sub, :credential_id, :public_key, :sign_count, :backup_eligible, :name,
            :relying_party_id, :attachment, :transports, :created_at, '')
    ON CONFLICT (pool_id, credential_id) DO NOTHING
 RETURNING sub
""")
_OWNER = Statement("""
    SELECT sub, created_at FROM passkeys WHERE pool_id = :pool_id AND credential_id = :credential_id
""")
_OF_USER = Statement(f"""
    SELECT {_COLUMNS} FROM passkeys
     WHERE pool_id = :pool_id AND sub = :sub
     ORDER BY created_at, credential_id
""")
# A counter that does not go up is a copy of the authenticator, or the same answer again; most passkeys
# that are synchronised have none and say 0. `used_by`: the same request, run again after a lost answer.
_USE = Statement("""
    UPDATE passkeys SET sign_count = :sign_count, used_by = :request_id
     WHERE pool_id = :pool_id AND sub = :sub AND credential_id = :credential_id
       AND (sign_count < :sign_count OR
            (sign_count = :sign_count AND (sign_count = 0 OR used_by = :request_id)))
 RETURNING credential_id
""")
_REMOVE = Statement("""
    DELETE FROM passkeys WHERE pool_id = :pool_id AND sub = :sub AND credential_id = :credential_id
 RETURNING credential_id
""")
_BEGIN = Statement("""
    INSERT INTO passkey_challenges (pool_id, sub, challenge, client_id, relying_party_id, expires_at, used_by)
    VALUES (:pool_id, :sub, :challenge, :client_id, :relying_party_id, :expires_at, '')
    ON CONFLICT (pool_id, sub) DO UPDATE
       SET challenge = excluded.challenge, client_id = excluded.client_id,
           relying_party_id = excluded.relying_party_id, expires_at = excluded.expires_at, used_by = ''
""")
# Once; and again by the same request, when it runs again after a lost answer.
_TAKE = Statement("""
    UPDATE passkey_challenges SET used_by = :request_id
     WHERE pool_id = :pool_id AND sub = :sub AND challenge = :challenge
       AND expires_at > :now AND (used_by = '' OR used_by = :request_id)
 RETURNING client_id, relying_party_id
""")


class Passkey(Struct, frozen=True):
    """One passkey of a user.

    credential_id    base64url
    public_key       COSE_Key (RFC 9052)
    backup_eligible  it may be synchronised between devices
    attachment       platform | cross-platform | empty
    """

    credential_id: str
    public_key: bytes
    sign_count: int
    backup_eligible: bool
    name: str
    relying_party_id: str
    attachment: str
    transports: tuple[str, ...]
    created_at: Instant


class Begun(Struct, frozen=True):
    """A registration as it was begun."""

    client_id: str
    relying_party_id: str


async def add(tx: Tx, pool_id: str, sub: str, passkey: Passkey) -> bool:
    """False: it is registered already, for this user or for another one."""
    added = await tx.one(_ADD, pool_id=pool_id, sub=sub, **_values(passkey))
    if added is not None:
        return True
    row = await tx.one(_OWNER, pool_id=pool_id, credential_id=passkey.credential_id)
    # The transaction runs again, after a commit whose answer was lost.
    return row is not None and row["sub"] == sub and row["created_at"] == passkey.created_at


def _values(passkey: Passkey) -> dict[str, Any]:
    return {
        "credential_id": passkey.credential_id,
        "public_key": passkey.public_key,
        "sign_count": passkey.sign_count,
        "backup_eligible": int(passkey.backup_eligible),
        "name": passkey.name,
        "relying_party_id": passkey.relying_party_id,
        "attachment": passkey.attachment,
        "transports": msgspec.json.encode(passkey.transports).decode(),
        "created_at": passkey.created_at,
    }


async def of_user(tx: Tx, pool_id: str, sub: str) -> Sequence[Passkey]:
    """All of them, the oldest first: a user has twenty at most."""
    return [_passkey(row) for row in await tx.all(_OF_USER, pool_id=pool_id, sub=sub)]


def _passkey(row: Row) -> Passkey:
    return Passkey(
        credential_id=row["credential_id"],
        public_key=row["public_key"],
        sign_count=row["sign_count"],
        backup_eligible=bool(row["backup_eligible"]),
        name=row["name"],
        relying_party_id=row["relying_party_id"],
        attachment=row["attachment"],
        transports=tuple(msgspec.json.decode(row["transports"])),
        created_at=row["created_at"],
    )


async def use(tx: Tx, ctx: Ctx, sub: str, credential_id: str, sign_count: int) -> bool:
    """Note that it signed in with this counter. False: the counter did not go up, or there is none left."""
    used = await tx.one(
        _USE,
        pool_id=ctx.pool.pool_id,
        sub=sub,
        credential_id=credential_id,
        sign_count=sign_count,
        request_id=ctx.request_id,
    )
    return used is not None


async def remove(tx: Tx, pool_id: str, sub: str, credential_id: str) -> bool:
    """False: the user has no such passkey."""
    row = await tx.one(_REMOVE, pool_id=pool_id, sub=sub, credential_id=credential_id)
    return row is not None


async def begin(tx: Tx, ctx: Ctx, challenge: str, relying_party_id: str) -> None:
    """The user who asks begins a registration; one begun before is good no more."""
    await tx.run(
        _BEGIN,
        pool_id=ctx.pool.pool_id,
        sub=ctx.user.sub,
        challenge=challenge,
        client_id=ctx.client.client_id,
        relying_party_id=relying_party_id,
        expires_at=ctx.now + REGISTRATION_LIFE,
    )


async def take(tx: Tx, ctx: Ctx, challenge: str) -> Begun | None:
    """Use up the registration that the user who asks has begun with this challenge, if it lives."""
    row = await tx.one(
        _TAKE,
        pool_id=ctx.pool.pool_id,
        sub=ctx.user.sub,
        challenge=challenge,
        request_id=ctx.request_id,
        now=ctx.now,
    )
    return None if row is None else Begun(row["client_id"], row["relying_party_id"])
