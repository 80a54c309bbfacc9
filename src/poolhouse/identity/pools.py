"""Identity pools (behaviour file, 1.18)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from poolhouse.context import Ctx
from poolhouse.crypto import aead
from poolhouse.directory import identity_pools as rules
from poolhouse.directory import login_providers, resource_quotas
from poolhouse.errors import IdentityPoolNotFound, LimitExceeded
from poolhouse.identity import registrations
from poolhouse.ports import Row, Tx
from poolhouse.store import data_keys, identity_pools, paging, pool_removal
from poolhouse.wire.operations import operation

if TYPE_CHECKING:
    from poolhouse.wire.models.cognito_identity import (
        CreateIdentityPoolInput,
        DeleteIdentityPoolInput,
        DescribeIdentityPoolInput,
        IdentityPool,
        ListIdentityPoolsInput,
    )

Response = dict[str, Any]


@operation("CreateIdentityPool", service="cognito-identity")
async def create_identity_pool(ctx: Ctx, req: CreateIdentityPoolInput) -> Response:
    """Make an identity pool, without roles and principal tags: two other operations set those."""
    rules.check_region(ctx.region)
    config = await _checked(ctx, req)
    tags = req.get("IdentityPoolTags") or {}
    rules.check_tags(tags)
    pool_id = f"{ctx.region}:{ctx.env.rng.uuid()}"

    async def write(tx: Tx) -> rules.IdentityPool:
        most = resource_quotas.of(ctx.env.settings, resource_quotas.IDENTITY_POOLS)
        if await identity_pools.count(tx, ctx.region) >= most:
            raise LimitExceeded(f"A Region can have {most} identity pools at most.")
        await identity_pools.insert(tx, pool_id, req["IdentityPoolName"], config, tags, ctx.now)
        return await identity_pools.by_id(tx, pool_id)

    return (await ctx.env.db.run(write)).described()


@operation("DescribeIdentityPool", service="cognito-identity")
async def describe_identity_pool(ctx: Ctx, req: DescribeIdentityPoolInput) -> Response:
    """From the store, so that every worker answers with the last change."""
    pool_id = req["IdentityPoolId"]
    return (await ctx.env.db.read(lambda tx: identity_pools.by_id(tx, pool_id))).described()


@operation("UpdateIdentityPool", service="cognito-identity")
async def update_identity_pool(ctx: Ctx, req: IdentityPool) -> Response:
    """Replace everything: what the request leaves out gets its default.

    Tags that the request does not name stay [K], as does the name of the developer provider.
    """
    pool_id = req["IdentityPoolId"]
    wanted = await _checked(ctx, req)

    async def write(tx: Tx) -> rules.IdentityPool:
        before = await identity_pools.begin_change(tx, pool_id)
        config = rules.replaced(before.config, wanted)
        tags = req.get("IdentityPoolTags", before.tags)
        rules.check_tags(tags)
        await identity_pools.replace(tx, pool_id, req["IdentityPoolName"], config, tags, ctx.now)
        return await identity_pools.by_id(tx, pool_id)

    changed = await ctx.env.db.run(write)
    identity_pools.forget(ctx.env, pool_id)
    return changed.described()


@operation("DeleteIdentityPool", service="cognito-identity")
async def delete_identity_pool(ctx: Ctx, req: DeleteIdentityPoolInput) -> Response:
    """End a pool at once; what is left of a large one the janitor deletes."""
    pool_id = req["IdentityPoolId"]
    if not await ctx.env.db.run(lambda tx: pool_removal.remove_identity_pool(tx, pool_id, ctx.now)):
        raise IdentityPoolNotFound(pool_id=pool_id)
    identity_pools.forget(ctx.env, pool_id)
    await pool_removal.empty(ctx.env, pool_id)
    return {}


@operation("ListIdentityPools", service="cognito-identity")
async def list_identity_pools(ctx: Ctx, req: ListIdentityPoolsInput) -> Response:
    """The identity pools of the Region that the request is signed for."""
    key = aead.derive(await data_keys.of_scope(ctx.env, data_keys.HOUSE), "session")
    listing = f"identity-pools|{ctx.region}"
    after = ""
    if "NextToken" in req:
        after = str(paging.open_token(key, ctx.now, listing, req["NextToken"])[0])
    size = req["MaxResults"]

    async def read(tx: Tx) -> Sequence[Row]:
        return await identity_pools.page(tx, ctx.region, after, size + 1)

    found = await ctx.env.db.read(read)
    listed = [{"IdentityPoolId": row["pool_id"], "IdentityPoolName": row["name"]} for row in found[:size]]
    answer: Response = {"IdentityPools": listed}
    if len(found) > size:
        answer["NextToken"] = paging.seal(key, ctx.env.rng, ctx.now, listing, [found[size - 1]["pool_id"]])
    return answer


async def _checked(ctx: Ctx, req: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration, every provider of which is one that logins can be verified with."""
    config = rules.checked(req, ctx.env.settings)
    await registrations.check(ctx, login_providers.of_config(config).values())
    return config
