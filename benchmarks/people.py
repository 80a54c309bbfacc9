"""The users of a benchmark: a few who sign in, and as many more as the store is to hold."""

import base64
import hashlib
import hmac
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg

from poolhouse.crypto import srp
from poolhouse.crypto.hkdf import hkdf_sha256
from poolhouse.crypto.powers import backend
from poolhouse.drivers.clock_rng import SystemRng

PASSWORD = "P2$Sword-of-the-bench"
_RNG = SystemRng()
_PAGE = 20_000
_NOW = 1_800_000_000_000_000


@dataclass(frozen=True)
class SrpClient:
    """The client's side of SRP for one user, with what stays the same worked out ahead.

    The real work of a sign-in, one exponentiation with a long exponent, remains.
    """

    pool_name: str
    user_id: str
    x: int
    kg_x: int
    a: int
    a_public: int

    def answer(self, parameters: dict[str, str]) -> dict[str, str]:
        """ChallengeResponses for PASSWORD_VERIFIER."""
        b_public = int(parameters["SRP_B"], 16)
        u = int.from_bytes(hashlib.sha256(srp.pad_hex(self.a_public) + srp.pad_hex(b_public)).digest(), "big")
        secret = _power((b_public - self.kg_x) % srp.N, self.a + u * self.x)
        key = hkdf_sha256(srp.pad_hex(secret), salt=srp.pad_hex(u), info=b"Caldera Derived Key", length=16)
        now = datetime.now(UTC)
        timestamp = f"{now:%a %b} {now.day} {now:%H:%M:%S} UTC {now.year}"
        block = base64.b64decode(parameters["SECRET_BLOCK"])
        message = f"{self.pool_name}{self.user_id}".encode() + block + timestamp.encode()
        return {
            "USERNAME": parameters["USER_ID_FOR_SRP"],
            "TIMESTAMP": timestamp,
            "PASSWORD_CLAIM_SECRET_BLOCK": parameters["SECRET_BLOCK"],
            "PASSWORD_CLAIM_SIGNATURE": base64.b64encode(hmac.digest(key, message, "sha256")).decode(),
        }


def _power(base: int, exponent: int) -> int:
    import gmpy2

    return int(gmpy2.powmod(base, exponent, srp.N))


def srp_client(pool_id: str, user_id: str, salt: bytes) -> SrpClient:
    pool_name = pool_id.partition("_")[2]
    inner = hashlib.sha256(f"{pool_name}{user_id}:{PASSWORD}".encode()).digest()
    padded = srp.pad_hex(int.from_bytes(salt, "big"))
    x = int.from_bytes(hashlib.sha256(padded + inner).digest(), "big")
    a = int.from_bytes(_RNG.bytes(32), "big")
    return SrpClient(
        pool_name, user_id, x, srp.K * backend().power_of_g(x) % srp.N, a, backend().power_of_g(a)
    )


Rows = dict[str, list[tuple[Any, ...]]]

_COLUMNS = {
    "users": (
        "pool_id",
        "sub",
        "username",
        "status",
        "enabled",
        "attributes",
        "version",
        "signed_out_at",
        "created_at",
        "modified_at",
    ),
    "aliases": ("pool_id", "kind", "value", "sub"),
    "user_search": ("pool_id", "name", "value", "sub"),
    "credentials": ("pool_id", "sub", "kind", "sealed", "set_at"),
}


def _pages(pool_id: str, count: int) -> Iterator[Rows]:
    """Rows as sign-up would have made them; their credentials have the right size and open for nobody."""
    for start in range(0, count, _PAGE):
        rows: Rows = {table: [] for table in _COLUMNS}
        for number in range(start, min(start + _PAGE, count)):
            sub, name, email = _RNG.uuid(), f"person{number:08}", f"person{number:08}@example.com"
            text = f'{{"email":"{email}","email_verified":"true"}}'
            rows["users"].append((pool_id, sub, name, "CONFIRMED", 1, text, 1, 0, _NOW, _NOW))
            rows["aliases"].append((pool_id, "username", name, sub))
            rows["user_search"] += [(pool_id, "username", name, sub), (pool_id, "email", email, sub)]
            rows["credentials"].append((pool_id, sub, "PASSWORD", _RNG.bytes(440), _NOW))
        yield rows


def fill_sqlite(path: Path, pool_id: str, count: int) -> None:
    connection = sqlite3.connect(path, timeout=60)
    for rows in _pages(pool_id, count):
        with connection:
            for table, columns in _COLUMNS.items():
                places = ", ".join("?" * len(columns))
                connection.executemany(
                    f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", rows[table]
                )
    connection.execute("ANALYZE")
    # As a store that has been running for a while: every read looks through what waits in the WAL.
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


async def fill_postgres(dsn: str, pool_id: str, count: int) -> None:
    connection = await asyncpg.connect(dsn)
    for rows in _pages(pool_id, count):
        for table, columns in _COLUMNS.items():
            await connection.copy_records_to_table(table, records=rows[table], columns=columns)
    for table in _COLUMNS:
        await connection.execute(f"VACUUM ANALYZE {table}")
    await connection.close()
