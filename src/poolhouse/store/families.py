"""Token families: one row a sign-in, shared by every token that comes from it.

No refresh token is stored, not even hashed: a token is sealed and names its family and generation,
and the row says which generation is good now.
"""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from poolhouse.directory import scopes as scope_rules
from poolhouse.directory import users
from poolhouse.directory.users import User
from poolhouse.ports import Instant, Row, Statement, Tx
from poolhouse.store import revocations

_INSERT = Statement("""
    INSERT INTO token_families (pool_id, sub, family_id, client_id, event_id, auth_time, expires_at,
                                generation, rotated_at, revoked_at, device_key, claims, scopes, audience,
                                session_id, origin_session, active_at, address, device)
    SELECT u.pool_id, u.sub, CAST(:family_id AS TEXT), CAST(:client_id AS TEXT), CAST(:event_id AS TEXT),
           CAST(:auth_time AS BIGINT), CAST(:expires_at AS BIGINT), 0, 0, 0,
           CAST(:device_key AS TEXT), CAST(:claims AS TEXT), CAST(:scopes AS TEXT), CAST(:audience AS TEXT),
           CAST(:session_id AS TEXT), CAST(:origin_session AS TEXT), CAST(:auth_time AS BIGINT),
           CAST(:address AS TEXT), CAST(:device AS TEXT)
      FROM users u
     WHERE u.pool_id = :pool_id AND u.sub = :sub AND u.enabled = 1
    ON CONFLICT (pool_id, sub, family_id) DO NOTHING
 RETURNING family_id
""")

_HAS = Statement("""
    SELECT family_id FROM token_families
     WHERE pool_id = :pool_id AND sub = :sub AND family_id = :family_id AND event_id = :event_id
""")

_EXISTS = Statement("""
    SELECT family_id FROM token_families
     WHERE pool_id = :pool_id AND sub = :sub AND family_id = :family_id
""")

_ANY = Statement("""
    SELECT family_id FROM token_families WHERE pool_id = :pool_id AND sub = :sub LIMIT 1
""")

_GET = Statement("""
    SELECT u.pool_id, u.sub, u.username, u.status, u.enabled, u.attributes, u.version, u.factors,
           u.signed_out_at, u.created_at, u.modified_at,
           f.family_id, f.client_id, f.event_id, f.auth_time, f.expires_at, f.generation,
           f.rotated_at, f.revoked_at, f.device_key, f.claims, f.scopes, f.audience
      FROM users u
      LEFT JOIN token_families f
        ON f.pool_id = u.pool_id AND f.sub = u.sub AND f.family_id = :family_id
     WHERE u.pool_id = :pool_id AND u.sub = :sub
""")

_ROTATE = Statement("""
    UPDATE token_families SET generation = generation + 1, rotated_at = :now
     WHERE pool_id = :pool_id AND sub = :sub AND family_id = :family_id
       AND generation = :generation AND revoked_at = 0
 RETURNING generation
""")

_REVOKE = Statement("""
    UPDATE token_families SET revoked_at = :now
     WHERE pool_id = :pool_id AND sub = :sub AND family_id = :family_id AND revoked_at = 0
""")

_IS_BOUND = Statement("""
    SELECT family_id FROM token_families
     WHERE pool_id = :pool_id AND sub = :sub AND device_key = :device_key AND revoked_at = 0
       AND expires_at > :now
     LIMIT 1
""")

_UNBIND = Statement("""
    UPDATE token_families SET device_key = :forgotten
     WHERE pool_id = :pool_id AND sub = :sub AND device_key = :device_key
""")

_REVOKE_ALL = Statement("""
    UPDATE token_families SET revoked_at = :now
     WHERE pool_id = :pool_id AND sub = :sub AND revoked_at = 0
""")

# The device of sign-ins whose device was forgotten: their refresh tokens are good no more.
FORGOTTEN = "-"


class Family(Struct, frozen=True):
    """One sign-in: what its tokens share. `family_id` is the claim `origin_jti`.

    device_key  the tracked device that its refresh tokens are bound to; empty: none; or FORGOTTEN
    claims      as JSON, what the sign-in adds to its tokens for good (`acr`, `amr`)
    scopes      space-separated, what a sign-in in the browser granted; empty: a sign-in of the API
    audience    the resource that its access tokens are bound to (RFC 8707); empty: none
    session_id  what the API calls it where the pool tracks sign-ins; empty: it is not tracked
    origin_session  the browser's session that it came from; empty: none
    address     the IP address that it came from; kept where it is tracked, as is
    device      what it came from (directory/user_agents.py)
    """

    pool_id: str
    sub: str
    family_id: str
    client_id: str
    event_id: str
    auth_time: Instant
    expires_at: Instant
    generation: int = 0
    rotated_at: Instant = 0
    revoked_at: Instant = 0
    device_key: str = ""
    claims: str = "{}"
    scopes: str = ""
    audience: str = ""
    session_id: str = ""
    origin_session: str = ""
    address: str = ""
    device: str = ""

    @property
    def granted(self) -> tuple[str, ...]:
        """The scopes of its access tokens."""
        return scope_rules.split(self.scopes) or (scope_rules.API,)


async def add(tx: Tx, family: Family) -> bool:
    """Store the sign-in, unless the user was deleted or disabled meanwhile.

    False then, and when this sign-in was completed before: its id is made when it begins, so the primary
    key is what makes a session good once.
    """
    row = await tx.one(
        _INSERT,
        pool_id=family.pool_id,
        sub=family.sub,
        family_id=family.family_id,
        client_id=family.client_id,
        event_id=family.event_id,
        auth_time=family.auth_time,
        expires_at=family.expires_at,
        device_key=family.device_key,
        claims=family.claims,
        scopes=family.scopes,
        audience=family.audience,
        session_id=family.session_id,
        origin_session=family.origin_session,
        address=family.address,
        device=family.device,
    )
    return row is not None


async def has(tx: Tx, family: Family) -> bool:
    """Is it there from an earlier run of the same transaction, whose commit was not acknowledged?

    Every completion of a sign-in has an `event_id` of its own, so a session that is shown again is not
    taken for a repetition.
    """
    key = {"pool_id": family.pool_id, "sub": family.sub, "family_id": family.family_id}
    return await tx.one(_HAS, **key, event_id=family.event_id) is not None


async def exists(tx: Tx, pool_id: str, sub: str, family_id: str) -> bool:
    """Was this sign-in completed already?"""
    return await tx.one(_EXISTS, pool_id=pool_id, sub=sub, family_id=family_id) is not None


async def any_of(tx: Tx, pool_id: str, sub: str) -> bool:
    """Has the user signed in before? Sign-ins whose tokens are all dead are forgotten."""
    return await tx.one(_ANY, pool_id=pool_id, sub=sub) is not None


async def with_user(tx: Tx, pool_id: str, sub: str, family_id: str) -> tuple[User | None, Family | None]:
    """The owner and the family in one read; either may be gone."""
    row = await tx.one(_GET, pool_id=pool_id, sub=sub, family_id=family_id)
    if row is None:
        return None, None
    return users.from_row(row), _family(row)


def _family(row: Row | Mapping[str, Any]) -> Family | None:
    if row["family_id"] is None:
        return None
    return Family(
        pool_id=row["pool_id"],
        sub=row["sub"],
        family_id=row["family_id"],
        client_id=row["client_id"],
        event_id=row["event_id"],
        auth_time=row["auth_time"],
        expires_at=row["expires_at"],
        generation=row["generation"],
        rotated_at=row["rotated_at"],
        revoked_at=row["revoked_at"],
        device_key=row["device_key"] or "",
        claims=row["claims"] or "{}",
        scopes=row["scopes"] or "",
        audience=row["audience"] or "",
    )


async def rotate(tx: Tx, family: Family, generation: int, now: Instant) -> bool:
    """Retire this generation. True for exactly one of all who show it."""
    key = {"pool_id": family.pool_id, "sub": family.sub, "family_id": family.family_id}
    return await tx.one(_ROTATE, **key, generation=generation, now=now) is not None


async def revoke(tx: Tx, pool_id: str, sub: str, family_id: str, now: Instant) -> None:
    await tx.run(_REVOKE, pool_id=pool_id, sub=sub, family_id=family_id, now=now)
    await revocations.add_families(tx, pool_id, sub, now)


async def revoke_all(tx: Tx, pool_id: str, sub: str, now: Instant) -> None:
    """Every sign-in of the user. Tokens that belong to none are revoked by `users.signed_out`."""
    await tx.run(_REVOKE_ALL, pool_id=pool_id, sub=sub, now=now)
    await revocations.add_families(tx, pool_id, sub, now)
    await revocations.add_user(tx, pool_id, sub, now)


async def is_bound(tx: Tx, pool_id: str, sub: str, device_key: str, now: Instant) -> bool:
    """Was the user offered this device, in a sign-in that is not over?"""
    return await tx.one(_IS_BOUND, pool_id=pool_id, sub=sub, device_key=device_key, now=now) is not None


async def unbind(tx: Tx, pool_id: str, sub: str, device_key: str) -> None:
    """The device is forgotten: nothing that was bound to it can be refreshed, or confirm it again."""
    await tx.run(_UNBIND, pool_id=pool_id, sub=sub, device_key=device_key, forgotten=FORGOTTEN)
