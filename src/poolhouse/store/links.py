"""Identities of other providers that are linked to a user: each is somebody's once, by the primary key."""

from collections.abc import Mapping, Sequence

from poolhouse.context import Ctx
from poolhouse.directory.providers import Provider
from poolhouse.ports import Row, Statement, Tx

SUBJECT = "Cognito_Subject"  # the attribute name of a link by what names the user at the provider

_ADD = Statement("""
    INSERT INTO links (pool_id, provider, subject, sub, attribute_name, created_at)
    VALUES (:pool_id, :provider, :subject, :sub, :attribute_name, :now)
    ON CONFLICT (pool_id, provider, subject) DO NOTHING
 RETURNING sub
""")
# A user that an identity makes has no other link yet: the row says so, whoever else comes at the same time.
_ADD_PRIMARY = Statement("""
    INSERT INTO links (pool_id, provider, subject, sub, attribute_name, created_at, provider_type, issuer,
                       is_primary)
    VALUES (:pool_id, :provider, :subject, :sub, 'Cognito_Subject', :now, :provider_type, :issuer, 1)
    ON CONFLICT (pool_id, provider, subject) DO NOTHING
""")
_OWNER_BY = Statement("""
    SELECT sub FROM links
     WHERE pool_id = :pool_id AND provider = :provider AND subject = :subject
       AND attribute_name = :attribute_name
""")
_SIGNED_IN = Statement("""
    UPDATE links SET provider_type = :provider_type, issuer = :issuer
     WHERE pool_id = :pool_id AND provider = :provider AND subject = :subject AND sub = :sub
       AND attribute_name = 'Cognito_Subject'
""")
_SETTLE = Statement("""
    UPDATE links SET subject = :subject, attribute_name = 'Cognito_Subject'
     WHERE pool_id = :pool_id AND provider = :provider AND subject = :value AND sub = :sub
       AND attribute_name = :attribute_name
""")
_IS_PRIMARY = Statement("""
    SELECT sub FROM links
     WHERE pool_id = :pool_id AND provider = :provider AND subject = :subject AND is_primary = 1
""")
_OWNER = Statement("""
    SELECT sub FROM links WHERE pool_id = :pool_id AND provider = :provider AND subject = :subject
""")
_REMOVE = Statement("""
    DELETE FROM links
     WHERE pool_id = :pool_id AND provider = :provider AND subject = :subject
       AND attribute_name = :attribute_name AND is_primary IS NULL
 RETURNING sub
""")
_OF_USER = Statement("""
    SELECT provider, subject, attribute_name, created_at, provider_type, issuer, is_primary FROM links
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


async def add_primary(tx: Tx, ctx: Ctx, sub: str, provider: Provider, subject: str, issuer: str) -> None:
    """The identity makes this user, unless it is somebody's already: `of_user` tells."""
    await tx.run(
        _ADD_PRIMARY,
        pool_id=ctx.pool.pool_id,
        provider=provider.name,
        subject=subject,
        sub=sub,
        now=ctx.now,
        provider_type=provider.provider_type,
        issuer=issuer,
    )


async def owner_by(tx: Tx, pool_id: str, provider: str, attribute_name: str, value: str) -> str | None:
    """The sub of the user to whom an identity with this value is linked, by just that attribute."""
    row = await tx.one(
        _OWNER_BY, pool_id=pool_id, provider=provider, subject=value, attribute_name=attribute_name
    )
    return None if row is None else str(row["sub"])


async def signed_in(
    tx: Tx,
    ctx: Ctx,
    sub: str,
    provider: Provider,
    subject: str,
    issuer: str,
    mapped: Mapping[str, str],
) -> None:
    """The identity has signed in: a link by one of its attributes is by its subject from now on (1.6)."""
    key = {"pool_id": ctx.pool.pool_id, "provider": provider.name, "subject": subject, "sub": sub}
    holder = await owner(tx, ctx.pool.pool_id, provider.name, subject)
    for name, value in mapped.items():
        # Somebody else may have a link by an attribute of just this value: then this link stays as it is.
        free = holder is None or (holder == sub and value == subject)
        if free and await tx.run(_SETTLE, **key, attribute_name=name, value=value):
            break
    await tx.run(_SIGNED_IN, **key, provider_type=provider.provider_type, issuer=issuer)


async def is_primary(tx: Tx, pool_id: str, provider: str, subject: str) -> bool:
    """Did a user come to be by this identity?"""
    return await tx.one(_IS_PRIMARY, pool_id=pool_id, provider=provider, subject=subject) is not None


async def remove(tx: Tx, pool_id: str, provider: str, attribute_name: str, subject: str) -> str | None:
    """End the link, unless it made the user; the sub of who had it, None when there was no such link."""
    row = await tx.one(
        _REMOVE, pool_id=pool_id, provider=provider, subject=subject, attribute_name=attribute_name
    )
    return None if row is None else str(row["sub"])


async def of_user(tx: Tx, pool_id: str, sub: str) -> Sequence[Row]:
    """The user's links, oldest first; the last three columns are NULL where nobody has signed in by it."""
    return await tx.all(_OF_USER, pool_id=pool_id, sub=sub)
