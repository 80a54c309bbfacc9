"""Invitations: who may join which tenant, in which role. Each is good once, for three days, for one address.

What is invited to is in the row, written by an administrator of that tenant. The person who joins brings
nothing but a token, of which only the digest is kept.
"""

import hashlib
import secrets
import sqlite3
from dataclasses import dataclass

_SECONDS = 3 * 86_400
_TABLE = """
    CREATE TABLE IF NOT EXISTS invitations (
        digest TEXT PRIMARY KEY,
        tenant_id TEXT NOT NULL,
        role TEXT NOT NULL,
        email TEXT NOT NULL,
        expires_at INTEGER NOT NULL,
        taken INTEGER NOT NULL DEFAULT 0
    )
"""
# Taking it is one statement, so of two who come at once one is turned away.
_TAKE = """
    UPDATE invitations SET taken = 1
     WHERE digest = ? AND taken = 0 AND expires_at > ?
 RETURNING tenant_id, role, email
"""


@dataclass(frozen=True)
class Invitation:
    tenant_id: str
    role: str
    email: str


class Invitations:
    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        database.execute(_TABLE)

    def add(self, invitation: Invitation, now: float) -> str:
        """Gives the token, which nobody else will ever see."""
        token = secrets.token_urlsafe(32)
        row = (_digest(token), invitation.tenant_id, invitation.role, invitation.email, int(now) + _SECONDS)
        with self._database:
            self._database.execute(
                "INSERT INTO invitations (digest, tenant_id, role, email, expires_at) VALUES (?, ?, ?, ?, ?)",
                row,
            )
        return token

    def take(self, token: str, now: float) -> Invitation | None:
        """Use it up. None: there is none, it was used, or its time is over; nobody is told which."""
        with self._database:
            row = self._database.execute(_TAKE, (_digest(token), int(now))).fetchone()
        return Invitation(*row) if row else None

    def give_back(self, token: str) -> None:
        """The account could not be made: the person may try again."""
        with self._database:
            self._database.execute("UPDATE invitations SET taken = 0 WHERE digest = ?", (_digest(token),))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
