"""Attributes for access control: which claims of a provider become principal tags (behaviour file, 1.18)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from poolhouse.context import Ctx
from poolhouse.directory import login_providers, principal_tags
from poolhouse.directory.identity_pools import IdentityPool
from poolhouse.errors import IdentityProviderUnusable
from poolhouse.ports import Tx
from poolhouse.store import identity_pools
from poolhouse.wire.operations import operation

if TYPE_CHECKING:
    from poolhouse.wire.models.cognito_identity import (
        GetPrincipalTagAttributeMapInput,
        SetPrincipalTagAttributeMapInput,
    )

Response = dict[str, Any]


@operation("SetPrincipalTagAttributeMap", service="cognito-identity")
async def set_principal_tag_attribute_map(ctx: Ctx, req: SetPrincipalTagAttributeMapInput) -> Response:
    """Replace the map of one provider; UseDefaults goes before PrincipalTags."""
    pool_id, given = req["IdentityPoolId"], req["IdentityProviderName"]
    setting = principal_tags.setting(req)

    async def write(tx: Tx) -> None:
        pool = await identity_pools.begin_change(tx, pool_id)
        maps = {**pool.principal_tags, _provider(ctx, pool, given): setting}
        await identity_pools.set_principal_tags(tx, pool_id, maps, ctx.now)

    await ctx.env.db.run(write)
    identity_pools.forget(ctx.env, pool_id)
    return {"IdentityPoolId": pool_id, "IdentityProviderName": given, **setting}


@operation("GetPrincipalTagAttributeMap", service="cognito-identity")
async def get_principal_tag_attribute_map(ctx: Ctx, req: GetPrincipalTagAttributeMapInput) -> Response:
    """The map of one provider; before one was set, there are no tags [K]."""
    pool_id, given = req["IdentityPoolId"], req["IdentityProviderName"]
    pool = await ctx.env.db.read(lambda tx: identity_pools.by_id(tx, pool_id))
    setting = pool.principal_tags.get(_provider(ctx, pool, given), principal_tags.NOTHING)
    return {"IdentityPoolId": pool_id, "IdentityProviderName": given, **setting}


def _provider(ctx: Ctx, pool: IdentityPool, given: str) -> str:
    """Its one name. Raises `IdentityProviderUnusable` for one that the pool does not have [K]."""
    name = login_providers.canonical(given, login_providers.host_of(ctx.env.settings.public_url))
    found = pool.providers.get(name)
    if found is None or found.kind == login_providers.DEVELOPER:
        raise IdentityProviderUnusable(name=given, why="the identity pool has no such provider.")
    return name
