"""What was revoked lately: a row for each sign-in and user, as long as a token of theirs may be alive.

Written in the transaction that revokes. Who is asked about a token looks at the sign-in itself
(tokens/verify.py) and never here: this is for those who do not ask (docs/authorizer.md).
"""

from collections.abc import Sequence

import msgspec

from poolhouse.ports import MINUTE, Instant, Row, Statement, Tx

FAMILY, USER, REMOVED = "FAMILY", "USER", "REMOVED"
PAGE = 10_000  # entries, and those of the same instant as the last

# A row may be committed after one with a later time: by a request that took longer, on another machine.
_OVERLAP = MINUTE

_ADD_FAMILIES = Statement("""
    INSERT INTO revocations (pool_id, revoked_at, kind, subject)
    SELECT f.pool_id, f.revoked_at, CAST('FAMILY' AS TEXT), f.family_id
      FROM token_families f
     WHERE f.pool_id = :pool_id AND f.sub = :sub AND f.revoked_at = :now
    ON CONFLICT (pool_id, revoked_at, kind, subject) DO NOTHING
""")
_ADD = Statement("""
    INSERT INTO revocations (pool_id, revoked_at, kind, subject) VALUES (:pool_id, :now, :kind, :subject)
    ON CONFLICT (pool_id, revoked_at, kind, subject) DO NOTHING
""")
# PostgreSQL plans for the number in OFFSET, as for the one in LIMIT.
_END_OF_PAGE = Statement(f"""
    SELECT revoked_at FROM revocations
     WHERE pool_id = :pool_id AND revoked_at >= :since ORDER BY revoked_at LIMIT 1 OFFSET {PAGE - 1}
""")
_BETWEEN = Statement("""
    SELECT kind, subject, revoked_at FROM revocations
     WHERE pool_id = :pool_id AND revoked_at >= :since AND revoked_at <= :until
     ORDER BY revoked_at
""")


class Page(msgspec.Struct, frozen=True):
    """Rows since an instant. `then` is where the next page begins; `more`: it has rows already."""

    rows: Sequence[Row]
    then: Instant
    more: bool


async def add_families(tx: Tx, pool_id: str, sub: str, now: Instant) -> None:
    """Those of the user's sign-ins that this transaction has revoked."""
    await tx.run(_ADD_FAMILIES, pool_id=pool_id, sub=sub, now=now)


async def add_user(tx: Tx, pool_id: str, sub: str, now: Instant) -> None:
    """Tokens of the user that belong to no sign-in."""
    await tx.run(_ADD, pool_id=pool_id, kind=USER, subject=sub, now=now)


async def add_removed(tx: Tx, pool_id: str, sub: str, now: Instant) -> None:
    """The user is gone, with the sign-ins that could be named."""
    await tx.run(_ADD, pool_id=pool_id, kind=REMOVED, subject=sub, now=now)


async def page(tx: Tx, pool_id: str, since: Instant, now: Instant) -> Page:
    """What was revoked since then, oldest first. The last minute is read again with the next page."""
    last = await tx.one(_END_OF_PAGE, pool_id=pool_id, since=since)
    until = now if last is None else last["revoked_at"]
    rows = await tx.all(_BETWEEN, pool_id=pool_id, since=since, until=until)
    if last is not None:
        return Page(rows, until + 1, more=True)
    return Page(rows, max(since, now - _OVERLAP), more=False)
