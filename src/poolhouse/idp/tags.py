"""Tags of user pools (behaviour file, 1.10). Tags under `poolhouse:` are settings of the pool."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from poolhouse.context import Ctx
from poolhouse.directory import pool_tags
from poolhouse.directory.clients import allowed_flows
from poolhouse.errors import InvalidParameter, PoolNotFound
from poolhouse.ports import Tx
from poolhouse.store import clients, email_domains, pools, snapshots, tags
from poolhouse.wire.operations import operation

if TYPE_CHECKING:
    from poolhouse.wire.models.cognito_idp import (
        ListTagsForResourceRequest,
        TagResourceRequest,
        UntagResourceRequest,
    )

Response = dict[str, Any]


@operation("TagResource")
async def tag_resource(ctx: Ctx, req: TagResourceRequest) -> Response:
    """Add tags to a user pool, or give those it has new values."""
    pool_id = _pool_id(ctx, req["ResourceArn"])

    async def write(tx: Tx) -> None:
        await pools.begin_change(tx, pool_id)
        before = await tags.of_pool(tx, pool_id)
        await replace_tags(tx, pool_id, before, before | req["Tags"])

    await ctx.env.db.run(write)
    snapshots.forget(ctx.env, pool_id)
    return {}


@operation("UntagResource")
async def untag_resource(ctx: Ctx, req: UntagResourceRequest) -> Response:
    """Take tags off a user pool; those that it does not have are passed over."""
    pool_id = _pool_id(ctx, req["ResourceArn"])

    async def write(tx: Tx) -> None:
        await pools.begin_change(tx, pool_id)
        before = await tags.of_pool(tx, pool_id)
        left = {key: value for key, value in before.items() if key not in req["TagKeys"]}
        await replace_tags(tx, pool_id, before, left)

    await ctx.env.db.run(write)
    snapshots.forget(ctx.env, pool_id)
    return {}


@operation("ListTagsForResource")
async def list_tags_for_resource(ctx: Ctx, req: ListTagsForResourceRequest) -> Response:
    """All tags of a user pool."""
    pool_id = _pool_id(ctx, req["ResourceArn"])

    async def read(tx: Tx) -> dict[str, str]:
        if await pools.version(tx, pool_id) is None:
            raise PoolNotFound(pool_id=pool_id)
        return await tags.of_pool(tx, pool_id)

    return {"Tags": await ctx.env.db.read(read)}


async def replace_tags(tx: Tx, pool_id: str, before: Mapping[str, str], wanted: Mapping[str, str]) -> None:
    """Give the pool these tags instead of those. The caller has begun a change of the pool.

    Raises `InvalidParameter`.
    """
    pool_tags.check(wanted)
    if pool_tags.stores_argon2id(wanted) and not pool_tags.stores_argon2id(before):
        await _check_no_client_allows_srp(tx, pool_id)
    await email_domains.follow(tx, pool_id, before, wanted)
    await tags.delete(tx, pool_id, [key for key in before if key not in wanted])
    await tags.put(tx, pool_id, {key: value for key, value in wanted.items() if before.get(key) != value})


async def _check_no_client_allows_srp(tx: Tx, pool_id: str) -> None:
    async for row in clients.every(tx, pool_id):
        flows = msgspec.json.decode(row["config"]).get("ExplicitAuthFlows")
        if "ALLOW_USER_SRP_AUTH" in allowed_flows(flows):
            raise InvalidParameter(
                f"The app client {row['client_id']} allows SRP, which cannot check argon2id hashes: name "
                "its flows in ExplicitAuthFlows without ALLOW_USER_SRP_AUTH before you set this tag."
            )


def _pool_id(ctx: Ctx, arn: str) -> str:
    """The pool that an ARN names: one that exists, of this account and Region (web/api.py looks for it)."""
    if ctx.snapshot is not None:
        return ctx.pool.pool_id
    if ":userpool/" not in arn:
        raise InvalidParameter("ResourceArn must be the ARN of a user pool.")
    raise PoolNotFound(pool_id=arn.rpartition("/")[2])
