"""Tags of identity pools (behaviour file, 1.18)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from poolhouse.context import Ctx
from poolhouse.directory import identity_pools as rules
from poolhouse.errors import InvalidParameter
from poolhouse.ports import Tx
from poolhouse.store import identity_pools
from poolhouse.wire.operations import operation

if TYPE_CHECKING:
    from poolhouse.wire.models.cognito_identity import (
        ListTagsForResourceInput,
        TagResourceInput,
        UntagResourceInput,
    )

Response = dict[str, Any]


@operation("TagResource", service="cognito-identity")
async def tag_resource(ctx: Ctx, req: TagResourceInput) -> Response:
    """Add tags to an identity pool, or give those it has new values."""
    await _change(ctx, add=req["Tags"], remove=())
    return {}


@operation("UntagResource", service="cognito-identity")
async def untag_resource(ctx: Ctx, req: UntagResourceInput) -> Response:
    """Take tags off an identity pool; those that it does not have are passed over."""
    await _change(ctx, add={}, remove=tuple(req["TagKeys"]))
    return {}


@operation("ListTagsForResource", service="cognito-identity")
async def list_tags_for_resource(ctx: Ctx, req: ListTagsForResourceInput) -> Response:
    """All tags of an identity pool."""
    pool_id = _pool_id(ctx)
    pool = await ctx.env.db.read(lambda tx: identity_pools.by_id(tx, pool_id))
    return {"Tags": dict(pool.tags)}


async def _change(ctx: Ctx, *, add: dict[str, str], remove: tuple[str, ...]) -> None:
    pool_id = _pool_id(ctx)

    async def write(tx: Tx) -> None:
        pool = await identity_pools.begin_change(tx, pool_id)
        tags = {key: value for key, value in {**pool.tags, **add}.items() if key not in remove}
        rules.check_tags(tags)
        await identity_pools.replace(tx, pool_id, pool.name, pool.config, tags, ctx.now)

    await ctx.env.db.run(write)
    identity_pools.forget(ctx.env, pool_id)


def _pool_id(ctx: Ctx) -> str:
    """The pool that the ARN names: of this account and Region (web/identity_placing.py looks for it)."""
    if ctx.placed is None:
        raise InvalidParameter("ResourceArn must be the ARN of an identity pool of this account and Region.")
    return ctx.placed.pool_id
