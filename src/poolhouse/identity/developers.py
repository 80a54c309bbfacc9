"""Users whom the operator's own backend signs in: found, merged and unlinked (behaviour file, 1.18)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from poolhouse.context import Ctx
from poolhouse.crypto import aead
from poolhouse.errors import (
    DeveloperProviderNotSupported,
    DeveloperUserMismatch,
    DeveloperUserNotFound,
    InvalidParameter,
)
from poolhouse.identity.open_id_tokens import developer_login
from poolhouse.ports import Tx
from poolhouse.store import data_keys, identities, paging
from poolhouse.wire.operations import operation

if TYPE_CHECKING:
    from poolhouse.wire.models.cognito_identity import (
        LookupDeveloperIdentityInput,
        MergeDeveloperIdentitiesInput,
        UnlinkDeveloperIdentityInput,
    )

Response = dict[str, Any]

_MOST_RESULTS = 60


@operation("LookupDeveloperIdentity", service="cognito-identity")
async def lookup_developer_identity(ctx: Ctx, req: LookupDeveloperIdentityInput) -> Response:
    """Of a developer's user the identity, of an identity its developer's users; with both, do they match?"""
    pool_id, given = ctx.identity_pool.pool_id, req.get("IdentityId")
    user = req.get("DeveloperUserIdentifier")
    if given is None and user is None:
        raise InvalidParameter("Either IdentityId or DeveloperUserIdentifier must be given.")
    if user is None and given is not None:
        return await _users(ctx, req, given)

    async def read(tx: Tx) -> str | None:
        if given is not None:
            await identities.by_id(tx, pool_id, given)
        return await identities.owner(tx, pool_id, developer_login(ctx, str(user)))

    owner = await ctx.env.db.read(read)
    if owner is None:
        raise DeveloperUserNotFound
    if given not in (None, owner):
        raise DeveloperUserMismatch
    return {"IdentityId": owner, "DeveloperUserIdentifierList": [user]}


async def _users(ctx: Ctx, req: LookupDeveloperIdentityInput, identity_id: str) -> Response:
    """A page of the developer's users of an identity."""
    pool, size = ctx.identity_pool, req.get("MaxResults", _MOST_RESULTS)
    key = aead.derive(await data_keys.of_scope(ctx.env, data_keys.HOUSE), "session")
    listing = f"developer-users|{pool.pool_id}|{identity_id}"
    after = ""
    if "NextToken" in req:
        after = str(paging.open_token(key, ctx.now, listing, req["NextToken"])[0])

    async def read(tx: Tx) -> list[tuple[str, str]]:
        await identities.by_id(tx, pool.pool_id, identity_id)
        return [
            (row["subject_digest"], row["subject"])
            for row in await identities.linked(tx, pool.pool_id, identity_id)
            if row["provider"] == pool.developer and row["subject_digest"] > after
        ]

    found = await ctx.env.db.read(read)
    answer: Response = {
        "IdentityId": identity_id,
        "DeveloperUserIdentifierList": [subject for _, subject in found[:size]],
    }
    if len(found) > size:
        answer["NextToken"] = paging.seal(key, ctx.env.rng, ctx.now, listing, [found[size - 1][0]])
    return answer


@operation("MergeDeveloperIdentities", service="cognito-identity")
async def merge_developer_identities(ctx: Ctx, req: MergeDeveloperIdentitiesInput) -> Response:
    """Give the identity of the destination every login of the source's, which is disabled then [K]."""
    pool = ctx.identity_pool
    _check_provider(ctx, req["DeveloperProviderName"])
    source_login = developer_login(ctx, req["SourceUserIdentifier"])
    destination_login = developer_login(ctx, req["DestinationUserIdentifier"])

    async def write(tx: Tx) -> str:
        source = await identities.owner(tx, pool.pool_id, source_login)
        destination = await identities.owner(tx, pool.pool_id, destination_login)
        if source is None or destination is None:
            raise DeveloperUserNotFound
        if source == destination:
            return destination
        for identity_id in sorted((source, destination)):
            await identities.hold(tx, pool.pool_id, identity_id, ctx.now)
        await identities.move(tx, pool.pool_id, source, destination)
        await identities.check(tx, pool, destination)
        await identities.disable(tx, pool.pool_id, source, ctx.now)
        return destination

    return {"IdentityId": await ctx.env.db.run(write)}


@operation("UnlinkDeveloperIdentity", service="cognito-identity")
async def unlink_developer_identity(ctx: Ctx, req: UnlinkDeveloperIdentityInput) -> Response:
    """Take a developer's user from an identity, which is disabled when it has no login left."""
    pool_id, identity_id = ctx.identity_pool.pool_id, req["IdentityId"]
    _check_provider(ctx, req["DeveloperProviderName"])
    login = developer_login(ctx, req["DeveloperUserIdentifier"])

    async def write(tx: Tx) -> None:
        await identities.hold(tx, pool_id, identity_id, ctx.now)
        if not await identities.unlink_one(tx, pool_id, identity_id, login):
            owner = await identities.owner(tx, pool_id, login)
            raise DeveloperUserNotFound if owner is None else DeveloperUserMismatch
        if not await identities.linked(tx, pool_id, identity_id):
            await identities.disable(tx, pool_id, identity_id, ctx.now)

    await ctx.env.db.run(write)
    return {}


def _check_provider(ctx: Ctx, name: str) -> None:
    if name != ctx.identity_pool.developer:
        raise DeveloperProviderNotSupported
