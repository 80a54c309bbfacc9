"""Identities of other providers that are linked to a user: each is somebody's once, by the primary key."""

from collections.abc import Sequence

from poolhouse.context import Ctx
from poolhouse.ports import Row, Statement, Tx

_ADD = Statement("""
    INSERT INTO links (pool_id, provider, subject, sub, attribute_name, created_at)
    VALUES (:pool_id, :provider, :subject, :sub, :attribute_name, :now)
    ON CONFLICT (pool_id, provider, subject) DO NOTHING
 RETURNING sub
""")
_OWNER = Statement("""
    SELECT sub FROM links WHERE pool_id = :pool_id AND provider = :provider AND subject = :subject
""")
_REMOVE = Statement("""
    DELETE FROM links
     WHERE pool_id = :pool_id AND provider = :provider AND subject = :subject
       AND attribute_name = :attribute_name
 RETURNING sub
""")
_OF_USER = Statement("""
    SELECT provider, subject, attribute_name, created_at FROM links
     WHERE pool_id = :pool_id AND sub = :sub
     ORDER BY created_at, provider, subject
""")


async def add(tx: Tx, ctx: Ctx, sub: str, provider: str, attribute_name: str, subject: str) -> bool:
    """Link the identity to the user. False when it is linked already, to whomever."""
    row = await tx.one(
        _ADD,
        pool_id=ctx.pool.pool_id,
        provider=provider,
        subject=subject,
        sub=sub,
        attribute_name=attribute_name,
        now=ctx.now,
    )
    return row is not None


async def owner(tx: Tx, pool_id: str, provider: str, subject: str) -> str | None:
    """The sub of the user to whom the identity is linked."""
    row = await tx.one(_OWNER, pool_id=pool_id, provider=provider, subject=subject)
    return None if row is None else str(row["sub"])


async def remove(tx: Tx, pool_id: str, provider: str, attribute_name: str, subject: str) -> str | None:
    """End the link; the sub of the user who had it, None when there was no such link."""
    row = await tx.one(
        _REMOVE, pool_id=pool_id, provider=provider, subject=subject, attribute_name=attribute_name
    )
    return None if row is None else str(row["sub"])


async def of_user(tx: Tx, pool_id: str, sub: str) -> Sequence[Row]:
    """The user's links, oldest first: `provider`, `subject`, `attribute_name`, `created_at`."""
    return await tx.all(_OF_USER, pool_id=pool_id, sub=sub)
