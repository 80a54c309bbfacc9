"""Identities of an identity pool, and whose login is which identity.

A login is linked by inserting its row; the primary key decides whose it is. Who finds that somebody was
quicker raises `Conflict`, so that the whole transaction looks again.
"""

from collections.abc import Iterable, Sequence

from poolhouse.directory.identity_pools import MOST_LOGINS, Identity, IdentityPool
from poolhouse.directory.logins import Login
from poolhouse.errors import IdentityNotFound, LoginsLinkedElsewhere, TooManyLogins
from poolhouse.ports import Conflict, Instant, Row, Statement, Tx

_INSERT = Statement("""
    INSERT INTO identities (pool_id, identity_id, disabled, created_at, modified_at)
    VALUES (:pool_id, :identity_id, 0, :now, :now)
""")
_INSERT_PLACE = Statement("""
    INSERT INTO identity_places (identity_id, pool_id) VALUES (:identity_id, :pool_id)
""")
_BY_ID = Statement("""
    SELECT pool_id, identity_id, disabled, created_at, modified_at
      FROM identities
     WHERE pool_id = :pool_id AND identity_id = :identity_id
""")
_HOLD = Statement("""
    UPDATE identities SET modified_at = :now
     WHERE pool_id = :pool_id AND identity_id = :identity_id
 RETURNING pool_id, identity_id, disabled, created_at, modified_at
""")
_DISABLE = Statement("""
    UPDATE identities SET disabled = 1, modified_at = :now
     WHERE pool_id = :pool_id AND identity_id = :identity_id
""")
_DELETE = Statement("""
    DELETE FROM identities WHERE pool_id = :pool_id AND identity_id = :identity_id RETURNING identity_id
""")
_DELETE_LOGINS = Statement("""
    DELETE FROM identity_logins WHERE pool_id = :pool_id AND identity_id = :identity_id
""")
_DELETE_PLACE = Statement("""
    DELETE FROM identity_places WHERE identity_id = :identity_id AND pool_id = :pool_id
""")
_LINK = Statement("""
    INSERT INTO identity_logins (pool_id, provider, subject_digest, subject, identity_id, linked_at)
    VALUES (:pool_id, :provider, :subject_digest, :subject, :identity_id, :now)
    ON CONFLICT (pool_id, provider, subject_digest) DO NOTHING
 RETURNING identity_id
""")
_OWNER = Statement("""
    SELECT identity_id FROM identity_logins
     WHERE pool_id = :pool_id AND provider = :provider AND subject_digest = :digest
""")
_LOGINS = Statement("""
    SELECT provider, subject, subject_digest FROM identity_logins
     WHERE pool_id = :pool_id AND identity_id = :identity_id
     ORDER BY provider, subject_digest
""")
_UNLINK = Statement("""
    DELETE FROM identity_logins
     WHERE pool_id = :pool_id AND identity_id = :identity_id AND provider = :provider
""")
_UNLINK_ONE = Statement("""
    DELETE FROM identity_logins
     WHERE pool_id = :pool_id AND identity_id = :identity_id AND provider = :provider
       AND subject_digest = :subject_digest
""")
_MOVE = Statement("""
    UPDATE identity_logins SET identity_id = :destination
     WHERE pool_id = :pool_id AND identity_id = :source
""")
_PAGE = Statement("""
    SELECT pool_id, identity_id, disabled, created_at, modified_at
      FROM identities
     WHERE pool_id = :pool_id AND identity_id > :after AND disabled <= :most_disabled
     ORDER BY identity_id
     LIMIT :page
""")
_LOGINS_OF_PAGE = Statement("""
    SELECT DISTINCT identity_id, provider FROM identity_logins
     WHERE pool_id = :pool_id AND identity_id >= :first AND identity_id <= :last
     ORDER BY identity_id, provider
""")


async def insert(tx: Tx, pool_id: str, identity_id: str, now: Instant) -> None:
    """A new identity, without logins: a guest's."""
    await tx.run(_INSERT, pool_id=pool_id, identity_id=identity_id, now=now)
    await tx.run(_INSERT_PLACE, pool_id=pool_id, identity_id=identity_id)


async def by_id(tx: Tx, pool_id: str, identity_id: str) -> Identity:
    """With its logins. Raises `IdentityNotFound`."""
    row = await tx.one(_BY_ID, pool_id=pool_id, identity_id=identity_id)
    if row is None:
        raise IdentityNotFound(identity_id=identity_id)
    names = [row["provider"] for row in await linked(tx, pool_id, identity_id)]
    return _identity(row, names)


async def hold(tx: Tx, pool_id: str, identity_id: str, now: Instant) -> Identity:
    """As `by_id`; changes of one identity wait here for each other. Raises `IdentityNotFound`."""
    row = await tx.one(_HOLD, pool_id=pool_id, identity_id=identity_id, now=now)
    if row is None:
        raise IdentityNotFound(identity_id=identity_id)
    names = [row["provider"] for row in await linked(tx, pool_id, identity_id)]
    return _identity(row, names)


async def linked(tx: Tx, pool_id: str, identity_id: str) -> Sequence[Row]:
    """The logins of an identity: provider, subject, subject_digest."""
    return await tx.all(_LOGINS, pool_id=pool_id, identity_id=identity_id)


async def owner(tx: Tx, pool_id: str, login: Login) -> str | None:
    """The identity that a login is linked to."""
    row = await tx.one(_OWNER, pool_id=pool_id, provider=login.provider, digest=login.digest)
    return None if row is None else str(row["identity_id"])


async def owners(tx: Tx, pool_id: str, logins: Iterable[Login]) -> dict[Login, str]:
    """The identities of those logins that are linked to one."""
    found = {login.provider: (login, await owner(tx, pool_id, login)) for login in logins}
    return {login: identity_id for login, identity_id in found.values() if identity_id is not None}


async def link(tx: Tx, pool: IdentityPool, identity_id: str, logins: Iterable[Login], now: Instant) -> None:
    """Give an identity logins that are nobody's. The caller holds the identity.

    Raises what `check` raises, and `Conflict` where somebody was quicker.
    """
    for login in sorted(logins, key=lambda login: login.provider):
        row = await tx.one(
            _LINK,
            pool_id=pool.pool_id,
            provider=login.provider,
            subject_digest=login.digest,
            subject=login.subject,
            identity_id=identity_id,
            now=now,
        )
        if row is None:
            raise Conflict
    await check(tx, pool, identity_id)


async def check(tx: Tx, pool: IdentityPool, identity_id: str) -> None:
    """After a change: may an identity have the logins that it has? Raises `TooManyLogins`.

    Several users of one provider are for the developer's alone: else raises `LoginsLinkedElsewhere` [K].
    """
    names = [row["provider"] for row in await linked(tx, pool.pool_id, identity_id)]
    if len(names) > MOST_LOGINS:
        raise TooManyLogins(most=MOST_LOGINS)
    others = [name for name in names if name != pool.developer]
    if len(set(others)) < len(others):
        raise LoginsLinkedElsewhere


async def unlink(tx: Tx, pool_id: str, identity_id: str, provider: str) -> bool:
    """Take every login of a provider from an identity. False when it has none."""
    return await tx.run(_UNLINK, pool_id=pool_id, identity_id=identity_id, provider=provider) > 0


async def unlink_one(tx: Tx, pool_id: str, identity_id: str, login: Login) -> bool:
    gone = await tx.run(
        _UNLINK_ONE,
        pool_id=pool_id,
        identity_id=identity_id,
        provider=login.provider,
        subject_digest=login.digest,
    )
    return gone == 1


async def move(tx: Tx, pool_id: str, source: str, destination: str) -> None:
    """Give all logins of one identity to another."""
    await tx.run(_MOVE, pool_id=pool_id, source=source, destination=destination)


async def disable(tx: Tx, pool_id: str, identity_id: str, now: Instant) -> None:
    await tx.run(_DISABLE, pool_id=pool_id, identity_id=identity_id, now=now)


async def delete(tx: Tx, pool_id: str, identity_id: str) -> bool:
    """Whoever links a login at the same time waits at the identity's row, and finds none."""
    row = await tx.one(_DELETE, pool_id=pool_id, identity_id=identity_id)
    await tx.run(_DELETE_LOGINS, pool_id=pool_id, identity_id=identity_id)
    await tx.run(_DELETE_PLACE, pool_id=pool_id, identity_id=identity_id)
    return row is not None


async def page(tx: Tx, pool_id: str, after: str, size: int, *, hide_disabled: bool) -> list[Identity]:
    """Those whose ids come after `after` ("" = from the first), by id, with their logins."""
    most = 0 if hide_disabled else 1
    rows = await tx.all(_PAGE, pool_id=pool_id, after=after, most_disabled=most, page=size)
    if not rows:
        return []
    first, last = rows[0]["identity_id"], rows[-1]["identity_id"]
    names: dict[str, list[str]] = {}
    for row in await tx.all(_LOGINS_OF_PAGE, pool_id=pool_id, first=first, last=last):
        names.setdefault(row["identity_id"], []).append(row["provider"])
    return [_identity(row, names.get(row["identity_id"], ())) for row in rows]


def _identity(row: Row, names: Iterable[str]) -> Identity:
    return Identity(
        pool_id=row["pool_id"],
        identity_id=row["identity_id"],
        disabled=bool(row["disabled"]),
        created_at=row["created_at"],
        modified_at=row["modified_at"],
        logins=tuple(dict.fromkeys(names)),
    )
