"""The roles of an identity pool and who gets which (behaviour file, 1.18 and 1.19)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from poolhouse.context import Ctx
from poolhouse.directory import identity_roles, login_providers
from poolhouse.ports import Tx
from poolhouse.store import identity_pools
from poolhouse.wire.operations import operation

if TYPE_CHECKING:
    from poolhouse.wire.models.cognito_identity import (
        GetIdentityPoolRolesInput,
        SetIdentityPoolRolesInput,
    )

Response = dict[str, Any]


@operation("SetIdentityPoolRoles", service="cognito-identity")
async def set_identity_pool_roles(ctx: Ctx, req: SetIdentityPoolRolesInput) -> Response:
    """Replace the roles and the role mappings. The signer may pass each role (web/identity_placing.py)."""
    pool_id = req["IdentityPoolId"]
    host = login_providers.host_of(ctx.env.settings.public_url)
    foreign = bool(ctx.env.settings.sts_upstream)

    async def write(tx: Tx) -> None:
        pool = await identity_pools.begin_change(tx, pool_id)
        roles = identity_roles.checked(pool, req, host, foreign=foreign)
        await identity_pools.set_roles(tx, pool_id, roles, ctx.now)

    await ctx.env.db.run(write)
    identity_pools.forget(ctx.env, pool_id)
    return {}


@operation("GetIdentityPoolRoles", service="cognito-identity")
async def get_identity_pool_roles(ctx: Ctx, req: GetIdentityPoolRolesInput) -> Response:
    """The roles and the role mappings."""
    pool_id = req["IdentityPoolId"]
    pool = await ctx.env.db.read(lambda tx: identity_pools.by_id(tx, pool_id))
    return {"IdentityPoolId": pool_id, "Roles": pool.roles.get("Roles", {}), **pool.roles}
