"""Temporary credentials: made once, and checked by any worker without asking the store about them (ADR 20).

What the store is asked, once a second for all requests together: the house's keys, and whose sessions
were revoked.
"""

import base64
from typing import Any

from msgspec import Struct

from poolhouse.context import Env
from poolhouse.crypto import access_key_ids, aead, session_tokens
from poolhouse.crypto.session_tokens import Session, TokenRefused
from poolhouse.errors import CredentialsExpired, UnrecognizedClient
from poolhouse.ports import Instant
from poolhouse.store import credential_keys, revoked_sessions

_SECRET_BYTES = 30  # 40 characters of base64, as secrets of AWS are


class Credentials(Struct, frozen=True):
    access_key_id: str
    secret_access_key: str
    session_token: str
    expiration: Instant

    def __repr__(self) -> str:
        return f"Credentials({self.access_key_id})"


async def mint(env: Env, session: Session, now: Instant) -> Credentials:
    """The credentials of a session. Its access key id and times are `begun`'s."""
    secret = base64.b64encode(env.rng.bytes(_SECRET_BYTES)).decode()
    key = (await credential_keys.current(env)).signing(now)
    token = key.issue(session, secret, env.rng.bytes(aead.NONCE_BYTES))
    return Credentials(session.access_key_id, secret, token, session.expires_at)


def begun(env: Env, now: Instant, seconds: int, **what: Any) -> Session:
    """A session that begins now: its access key id, its times, and `what` it says besides."""
    account, random = env.settings.account_id, env.rng.bytes(access_key_ids.RANDOM_BYTES)
    return Session(
        access_key_id=access_key_ids.made(access_key_ids.TEMPORARY, account, random),
        issued_at=now,
        expires_at=session_tokens.whole_second(now, seconds),
        **what,
    )


async def opened(env: Env, token: str, access_key_id: str, now: Instant) -> tuple[Session, str]:
    """The living session of a token, and its secret access key.

    Raises `UnrecognizedClient` for whatever we did not make, or not for this access key, and
    `CredentialsExpired` for what has ended or was revoked.
    """
    keys = await credential_keys.current(env)
    try:
        session, key = session_tokens.verified(token, keys.by_kid.get)
        secret = session_tokens.secret_of(session, key)
    except TokenRefused as refused:
        raise UnrecognizedClient from refused
    if session.access_key_id != access_key_id:
        raise UnrecognizedClient
    if session_tokens.is_over(session, now):
        raise CredentialsExpired
    revoked = await revoked_sessions.current(env)
    if any(session.issued_at < revoked.get(target, 0) for target in _targets(session)):
        raise CredentialsExpired
    return session, secret


def _targets(session: Session) -> tuple[tuple[str, str], ...]:
    """Whatever may have been revoked of this session, its role apart."""
    subject = session.subject
    return (
        (revoked_sessions.IDENTITY, subject),
        (revoked_sessions.OF_ROLE, revoked_sessions.of_role(session.principal_id, subject)),
    )
