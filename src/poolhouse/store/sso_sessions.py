"""Browsers that are signed in on a pool's pages. The cookie's value is stored as a keyed digest only."""

import hashlib
import hmac
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import asdict

from poolhouse.directory import users
from poolhouse.directory.users import User
from poolhouse.ports import Instant, Statement, Tx

_INSERT = Statement("""
    INSERT INTO sso_sessions (pool_id, digest, session_id, sub, client_id, auth_time, claims, federated,
                              created_at, active_at, expires_at, address, device)
    VALUES (:pool_id, :digest, :session_id, :sub, :client_id, :auth_time, :claims, :federated,
            :now, :now, :expires_at, :address, :device)
""")
_LIVING = Statement("""
    SELECT u.pool_id, u.sub, u.username, u.status, u.enabled, u.attributes, u.version, u.factors,
           u.signed_out_at, u.created_at, u.modified_at,
           s.session_id, s.client_id, s.auth_time, s.claims, s.federated, s.expires_at,
           s.address, s.device
      FROM sso_sessions s
      JOIN users u ON u.pool_id = s.pool_id AND u.sub = s.sub
     WHERE s.pool_id = :pool_id AND s.digest = :digest AND s.expires_at > :now AND u.enabled = 1
""")
_ACTIVE = Statement("""
    UPDATE sso_sessions SET active_at = :now
     WHERE pool_id = :pool_id AND sub = :sub AND session_id = :session_id
""")
_END = Statement("""
    DELETE FROM sso_sessions WHERE pool_id = :pool_id AND digest = :digest
 RETURNING session_id, sub, client_id, auth_time, claims, federated, expires_at, address, device
""")
_FEDERATED_OF = Statement("""
    SELECT digest, federated FROM sso_sessions
     WHERE pool_id = :pool_id AND sub = :sub AND federated <> ''
""")


class SsoSession(Struct, frozen=True):
    """A sign-in of a browser.

    session_id  what the API calls it; not the cookie's value
    claims      as JSON, `acr` and `amr`
    address     of the browser, and `device`: which one it is (directory/user_agents.py)
    federated   as JSON, the provider that it came from with NameID and session index; empty: native
    """

    session_id: str
    sub: str
    client_id: str
    auth_time: Instant
    claims: str
    federated: str
    expires_at: Instant
    address: str
    device: str


def digest(key: bytes, cookie: str) -> str:
    """What is stored of a cookie. `key` is the pool's `PoolKeys.digest`."""
    return hmac.digest(key, b"sso-session|" + cookie.encode(), hashlib.sha256).hex()


async def add(tx: Tx, pool_id: str, cookie_digest: str, session: SsoSession, now: Instant) -> None:
    await tx.run(_INSERT, pool_id=pool_id, digest=cookie_digest, now=now, **asdict(session))


async def living(
    tx: Tx, pool_id: str, cookie_digest: str, now: Instant
) -> tuple[SsoSession | None, User | None]:
    """The session with its user, who is enabled; neither where it is over."""
    row = await tx.one(_LIVING, pool_id=pool_id, digest=cookie_digest, now=now)
    if row is None:
        return None, None
    return SsoSession(**{name: row[name] for name in SsoSession.__struct_fields__}), users.from_row(row)


async def active(tx: Tx, pool_id: str, session: SsoSession, now: Instant) -> None:
    """The browser went to an app without having to sign in."""
    await tx.run(_ACTIVE, pool_id=pool_id, sub=session.sub, session_id=session.session_id, now=now)


async def end(tx: Tx, pool_id: str, cookie_digest: str) -> SsoSession | None:
    """Sign the browser out; the session that it had."""
    row = await tx.one(_END, pool_id=pool_id, digest=cookie_digest)
    return None if row is None else SsoSession(**dict(row))


async def federated_of(tx: Tx, pool_id: str, sub: str) -> Sequence[tuple[str, str]]:
    """Digest and `federated` of each session that the user has from an identity provider."""
    rows = await tx.all(_FEDERATED_OF, pool_id=pool_id, sub=sub)
    return [(row["digest"], row["federated"]) for row in rows]
