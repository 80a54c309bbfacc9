"""Authorization codes: good once, for five minutes (RFC 6749, section 4.1.2; behaviour file, 6.2)."""

import hashlib
import hmac

from msgspec import Struct
from msgspec.structs import asdict

from poolhouse.ports import MINUTE, Instant, Row, Statement, Tx

LIFE: Instant = 5 * MINUTE

_INSERT = Statement("""
    INSERT INTO authorization_codes (pool_id, digest, client_id, sub, family_id, session_id, redirect_uri,
                                     scopes, challenge, nonce, audience, auth_time, claims, issued_at,
                                     expires_at, used_at)
    VALUES (:pool_id, :digest, :client_id, :sub, :family_id, :session_id, :redirect_uri,
            :scopes, :challenge, :nonce, :audience, :auth_time, :claims, :issued_at, :expires_at, 0)
""")
_TAKE = Statement("""
    UPDATE authorization_codes SET used_at = :now
     WHERE pool_id = :pool_id AND digest = :digest AND used_at = 0 AND expires_at > :now
 RETURNING client_id, sub, family_id, session_id, redirect_uri, scopes, challenge, nonce, audience,
           auth_time, claims, issued_at
""")
_USED = Statement("""
    SELECT client_id, sub, family_id, session_id, redirect_uri, scopes, challenge, nonce, audience,
           auth_time, claims, issued_at
      FROM authorization_codes
     WHERE pool_id = :pool_id AND digest = :digest AND used_at > 0
""")


class Grant(Struct, frozen=True):
    """What a sign-in granted to an app client, until it is redeemed.

    family_id  of the tokens to come; the claim `origin_jti`
    scopes     space-separated
    challenge  of PKCE (S256); empty: none
    audience   the resource that access tokens are to be bound to (RFC 8707); empty: none
    claims     as JSON, `acr` and `amr`
    """

    client_id: str
    sub: str
    family_id: str
    session_id: str
    redirect_uri: str
    scopes: str
    challenge: str
    nonce: str
    audience: str
    auth_time: Instant
    claims: str
    issued_at: Instant


def digest(key: bytes, code: str) -> str:
    """What is stored of a code. `key` is the pool's `PoolKeys.digest`."""
    return hmac.digest(key, b"authorization-code|" + code.encode(), hashlib.sha256).hex()


async def add(tx: Tx, pool_id: str, code_digest: str, grant: Grant) -> None:
    expires_at = grant.issued_at + LIFE
    await tx.run(_INSERT, pool_id=pool_id, digest=code_digest, expires_at=expires_at, **asdict(grant))


async def take(tx: Tx, pool_id: str, code_digest: str, now: Instant) -> Grant | None:
    """Use the code up. The grant for exactly one of all who show it; None for everybody else."""
    return _grant(await tx.one(_TAKE, pool_id=pool_id, digest=code_digest, now=now))


async def used(tx: Tx, pool_id: str, code_digest: str) -> Grant | None:
    """The grant of a code that was used before: somebody has shown it twice."""
    return _grant(await tx.one(_USED, pool_id=pool_id, digest=code_digest))


def _grant(row: Row | None) -> Grant | None:
    return None if row is None else Grant(**dict(row))
