"""Resource servers and their scopes (behaviour file, 1.14 and 6.9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from poolhouse.context import Ctx
from poolhouse.directory import pools as pool_rules
from poolhouse.directory import resource_quotas
from poolhouse.directory import resource_servers as rules
from poolhouse.directory.resource_servers import ResourceServer
from poolhouse.errors import LimitExceeded, ResourceServerExists, ResourceServerNotFound
from poolhouse.ports import Tx
from poolhouse.store import paging, pools, resource_servers, snapshots
from poolhouse.wire.operations import operation

if TYPE_CHECKING:
    from poolhouse.wire.models.cognito_idp import (
        CreateResourceServerRequest,
        DeleteResourceServerRequest,
        DescribeResourceServerRequest,
        ListResourceServersRequest,
        UpdateResourceServerRequest,
    )

Response = dict[str, Any]

_PAGE = 50


@operation("CreateResourceServer")
async def create_resource_server(ctx: Ctx, req: CreateResourceServerRequest) -> Response:
    """Make a resource server, if its identifier is free and the pool has not too many."""
    server, pool_id = rules.of_request(req), ctx.pool.pool_id

    async def create(tx: Tx) -> None:
        await pools.begin_change(tx, pool_id)
        if not await resource_servers.insert(tx, pool_id, server):
            raise ResourceServerExists(identifier=server.identifier, pool_id=pool_id)
        most = resource_quotas.of(ctx.env.settings, resource_quotas.RESOURCE_SERVERS)
        if len(await resource_servers.of_pool(tx, pool_id)) > most:
            raise LimitExceeded(f"A user pool can have {most} resource servers at most.")

    await ctx.env.db.run(create)
    snapshots.forget(ctx.env, pool_id)
    return {"ResourceServer": _shown(ctx, rules.described(server))}


@operation("DescribeResourceServer")
async def describe_resource_server(ctx: Ctx, req: DescribeResourceServerRequest) -> Response:
    for found in await _all(ctx):
        if found["Identifier"] == req["Identifier"]:
            return {"ResourceServer": _shown(ctx, found)}
    raise ResourceServerNotFound(identifier=req["Identifier"])


@operation("UpdateResourceServer")
async def update_resource_server(ctx: Ctx, req: UpdateResourceServerRequest) -> Response:
    """Replace name and scopes. App clients keep listing a scope that is gone; nobody gets it any more."""
    server, pool_id = rules.of_request(req), ctx.pool.pool_id

    async def update(tx: Tx) -> None:
        await pools.begin_change(tx, pool_id)
        if not await resource_servers.replace(tx, pool_id, server):
            raise ResourceServerNotFound(identifier=server.identifier)

    await ctx.env.db.run(update)
    snapshots.forget(ctx.env, pool_id)
    return {"ResourceServer": _shown(ctx, rules.described(server))}


@operation("DeleteResourceServer")
async def delete_resource_server(ctx: Ctx, req: DeleteResourceServerRequest) -> Response:
    """End a resource server: no token gets its scopes from now on."""
    identifier, pool_id = req["Identifier"], ctx.pool.pool_id
    rules.check_not_reserved(identifier)

    async def delete(tx: Tx) -> None:
        await pools.begin_change(tx, pool_id)
        if not await resource_servers.delete(tx, pool_id, identifier):
            raise ResourceServerNotFound(identifier=identifier)

    await ctx.env.db.run(delete)
    snapshots.forget(ctx.env, pool_id)
    return {}


@operation("ListResourceServers")
async def list_resource_servers(ctx: Ctx, req: ListResourceServersRequest) -> Response:
    """By identifier; there are so few that one read has them all."""
    listing, size = f"resource-servers|{ctx.pool.pool_id}", req.get("MaxResults", _PAGE)
    after = ""
    if "NextToken" in req:
        after = str(paging.open_token(ctx.keys.session, ctx.now, listing, req["NextToken"])[0])
    left = [found for found in await _all(ctx) if found["Identifier"] > after]
    answer: Response = {"ResourceServers": [_shown(ctx, found) for found in left[:size]]}
    if len(left) > size:
        last = [left[size - 1]["Identifier"]]
        answer["NextToken"] = paging.seal(ctx.keys.session, ctx.env.rng, ctx.now, listing, last)
    return answer


async def _all(ctx: Ctx) -> Sequence[Mapping[str, Any]]:
    """From the store and not from the snapshot, so that every worker answers with the last change."""
    pool_id = ctx.pool.pool_id

    async def read(tx: Tx) -> tuple[Mapping[str, Any], Sequence[ResourceServer]]:
        row = await pools.by_id(tx, pool_id)
        config = pool_rules.from_row(row, {}).config if row else {}
        return config, await resource_servers.of_pool(tx, pool_id)

    config, servers = await ctx.env.db.read(read)
    found = [*rules.managed(config), *map(rules.described, servers)]
    return sorted(found, key=lambda one: str(one["Identifier"]))


def _shown(ctx: Ctx, found: Mapping[str, Any]) -> Response:
    """ResourceServerType."""
    return {"UserPoolId": ctx.pool.pool_id, **found}
