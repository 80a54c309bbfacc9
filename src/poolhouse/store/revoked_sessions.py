"""Which sessions of an identity are no longer good: those that began before a moment.

The list is small, because an entry is needed no longer than the longest session lasts; every worker reads
all of it once a second, so that no request needs a look-up.
"""

from collections.abc import Mapping

from poolhouse.context import Env
from poolhouse.ports import Instant, Statement, Tx
from poolhouse.store import briefly
from poolhouse.store.credential_keys import LONGEST_SESSION

IDENTITY = "identity"  # by its id: all its sessions
OF_ROLE = "identity of role"  # `of_role`: its sessions of one role

_CACHED = ("revoked-sessions",)

_ADD = Statement("""
    INSERT INTO revoked_sessions (kind, target, revoked_before, expires_at)
    VALUES (:kind, :target, :revoked_before, :expires_at)
    ON CONFLICT (kind, target) DO UPDATE
       SET revoked_before = excluded.revoked_before, expires_at = excluded.expires_at
     WHERE revoked_sessions.revoked_before < excluded.revoked_before
""")
_EVERY = Statement("""
    SELECT kind, target, revoked_before
      FROM revoked_sessions
     WHERE expires_at > :now
     ORDER BY kind, target
""")
_DROP_EXPIRED = Statement("DELETE FROM revoked_sessions WHERE expires_at <= :now")

Revoked = Mapping[tuple[str, str], Instant]  # (kind, target) -> sessions that began before are not good


async def add(tx: Tx, kind: str, target: str, now: Instant) -> None:
    """End the sessions that began until now. A clock that goes back makes no revocation undone."""
    await tx.run(_DROP_EXPIRED, now=now)
    await tx.run(_ADD, kind=kind, target=target, revoked_before=now + 1, expires_at=now + LONGEST_SESSION)


def of_role(role_id: str, identity_id: str) -> str:
    return f"{role_id} {identity_id}"


async def current(env: Env) -> Revoked:
    """The list as it was at most a second ago."""
    now = env.clock.now()

    async def read(tx: Tx) -> Revoked:
        return await every(tx, now)

    return await briefly.read(env, _CACHED, read)


async def every(tx: Tx, now: Instant) -> Revoked:
    return {(row["kind"], row["target"]): row["revoked_before"] for row in await tx.all(_EVERY, now=now)}


def forget(env: Env) -> None:
    """After this process changed it."""
    briefly.forget(env, _CACHED)
