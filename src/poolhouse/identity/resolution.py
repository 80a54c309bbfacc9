"""Which identity somebody is: the logins of a request, and the identities that they are linked to.

Reading comes first: whoever comes again, which is nearly everybody, writes nothing.
"""

from collections.abc import Iterable, Sequence

from poolhouse.context import Ctx
from poolhouse.directory.identity_pools import Identity, IdentityPool
from poolhouse.directory.logins import Login
from poolhouse.errors import (
    DeveloperUserAlreadyRegistered,
    GuestsOff,
    IdentityForbidden,
    LoginsDontMatch,
    LoginsLinkedElsewhere,
)
from poolhouse.ports import Instant, Tx
from poolhouse.store import identities


async def of_logins(ctx: Ctx, logins: Sequence[Login]) -> str:
    """The identity with these logins, a new one where none is linked yet.

    No logins: a new guest, each time. Raises `GuestsOff` and `LoginsLinkedElsewhere`.
    """
    pool = ctx.identity_pool
    if not logins and not pool.takes_guests:
        raise GuestsOff
    if logins:
        found = await ctx.env.db.read(lambda tx: identities.owners(tx, pool.pool_id, logins))
        if len(found) == len(logins) and len(set(found.values())) == 1:
            return next(iter(found.values()))
    made = f"{pool.region}:{ctx.env.rng.uuid()}"
    return await ctx.env.db.run(lambda tx: _found_or_made(tx, pool, made, logins, ctx.now))


async def _found_or_made(tx: Tx, pool: IdentityPool, made: str, logins: Sequence[Login], now: Instant) -> str:
    found = await identities.owners(tx, pool.pool_id, logins)
    identity_id = _one(found.values()) or made
    if identity_id == made:
        await identities.insert(tx, pool.pool_id, made, now)
    else:
        await identities.hold(tx, pool.pool_id, identity_id, now)
    await identities.link(tx, pool, identity_id, _unlinked(logins, found), now)
    return identity_id


async def of_identity(ctx: Ctx, identity_id: str, logins: Sequence[Login]) -> str:
    """The identity that a request for `identity_id` with these logins is answered with.

    New logins are linked beside one that is linked; the first ones make a guest's identity theirs. A guest
    whose logins have an identity of their own goes on as that one, and the guest's is disabled [K].

    Raises `IdentityNotFound`, `IdentityForbidden`, `GuestsOff`, `LoginsDontMatch`, `LoginsLinkedElsewhere`.
    """
    pool = ctx.identity_pool
    if not logins:
        return _guest(pool, await ctx.env.db.read(lambda tx: identities.by_id(tx, pool.pool_id, identity_id)))
    found = await ctx.env.db.read(lambda tx: identities.owners(tx, pool.pool_id, logins))
    if len(found) == len(logins) and set(found.values()) == {identity_id}:
        return identity_id
    return await ctx.env.db.run(lambda tx: _settled(tx, pool, identity_id, logins, ctx.now))


def _guest(pool: IdentityPool, identity: Identity) -> str:
    if identity.logins or identity.disabled:
        raise IdentityForbidden(identity_id=identity.identity_id)
    if not pool.takes_guests:
        raise GuestsOff
    return identity.identity_id


async def _settled(
    tx: Tx, pool: IdentityPool, identity_id: str, logins: Sequence[Login], now: Instant
) -> str:
    asked = await identities.hold(tx, pool.pool_id, identity_id, now)
    found = await identities.owners(tx, pool.pool_id, logins)
    owner = _one(found.values())
    if owner != identity_id and asked.logins:
        raise LoginsDontMatch
    if owner is None and asked.disabled:
        raise IdentityForbidden(identity_id=identity_id)
    if owner is not None and owner != identity_id:
        await identities.disable(tx, pool.pool_id, identity_id, now)
        await identities.hold(tx, pool.pool_id, owner, now)
    settled = owner or identity_id
    await identities.link(tx, pool, settled, _unlinked(logins, found), now)
    return settled


async def of_developer(ctx: Ctx, identity_id: str, logins: Sequence[Login]) -> str:
    """Link these logins, one of which is the developer's, to an identity that the developer names.

    Raises `IdentityNotFound`, `IdentityForbidden`, `DeveloperUserAlreadyRegistered`,
    `LoginsLinkedElsewhere`.
    """
    pool = ctx.identity_pool

    async def write(tx: Tx) -> None:
        asked = await identities.hold(tx, pool.pool_id, identity_id, ctx.now)
        if asked.disabled:
            raise IdentityForbidden(identity_id=identity_id)
        found = await identities.owners(tx, pool.pool_id, logins)
        for login, owner in found.items():
            if owner != identity_id:
                is_developer = login.provider == pool.developer
                raise DeveloperUserAlreadyRegistered if is_developer else LoginsLinkedElsewhere
        await identities.link(tx, pool, identity_id, _unlinked(logins, found), ctx.now)

    await ctx.env.db.run(write)
    return identity_id


def _one(owners: Iterable[str]) -> str | None:
    """The one identity among the owners; None: there is none. Raises `LoginsLinkedElsewhere`."""
    named = set(owners)
    if len(named) > 1:
        raise LoginsLinkedElsewhere
    return next(iter(named), None)


def _unlinked(logins: Sequence[Login], found: dict[Login, str]) -> list[Login]:
    return [login for login in logins if login not in found]
