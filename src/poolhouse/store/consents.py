"""What users have allowed app clients that ask for it (UI guide, 7.14)."""

from collections.abc import Iterable

from poolhouse.directory import scopes as scope_rules
from poolhouse.ports import Instant, Statement, Tx

_GIVE = Statement("""
    INSERT INTO consents (pool_id, sub, client_id, scopes, given_at)
    VALUES (:pool_id, :sub, :client_id, :scopes, :now)
    ON CONFLICT (pool_id, sub, client_id) DO UPDATE SET scopes = :scopes, given_at = :now
""")
_OF = Statement("""
    SELECT scopes FROM consents WHERE pool_id = :pool_id AND sub = :sub AND client_id = :client_id
""")


async def give(tx: Tx, pool_id: str, sub: str, client_id: str, scopes: Iterable[str], now: Instant) -> None:
    text = " ".join(scopes)
    await tx.run(_GIVE, pool_id=pool_id, sub=sub, client_id=client_id, scopes=text, now=now)


async def given(tx: Tx, pool_id: str, sub: str, client_id: str) -> frozenset[str]:
    """The scopes that the user allowed the client the last time it asked."""
    row = await tx.one(_OF, pool_id=pool_id, sub=sub, client_id=client_id)
    return frozenset(scope_rules.split(row["scopes"])) if row else frozenset()
