"""User pools: create, describe, update, delete, list, and custom attributes (behaviour file, 1.10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from poolhouse.context import Ctx
from poolhouse.crypto import aead
from poolhouse.directory import plans, pool_config, pool_tags, schema, schema_rules, triggers
from poolhouse.directory import pools as pool_rules
from poolhouse.directory.domains import CUSTOM, PREFIX, Domain
from poolhouse.directory.pools import NOT_DESCRIBED, UNREACHABLE_TAG, Pool
from poolhouse.errors import (
    DeletionProtected,
    InvalidParameter,
    PoolHasDomain,
    PoolNotFound,
    TriggerUnreachable,
    UserImportInProgress,
)
from poolhouse.idp import plan_changes
from poolhouse.idp.tags import replace_tags
from poolhouse.ports import Row, Tx
from poolhouse.store import (
    counters,
    data_keys,
    domains,
    import_jobs,
    paging,
    pool_creation,
    pool_removal,
    pools,
    signing_keys,
    snapshots,
    tags,
    user_quota,
)
from poolhouse.store.pool_creation import NewPool
from poolhouse.wire.operations import operation

if TYPE_CHECKING:
    from poolhouse.wire.models.cognito_idp import (
        AddCustomAttributesRequest,
        CreateUserPoolRequest,
        DeleteUserPoolRequest,
        DescribeUserPoolRequest,
        ListUserPoolsRequest,
        UpdateUserPoolRequest,
    )

Response = dict[str, Any]

_DOMAIN_MEMBERS = {PREFIX: "Domain", CUSTOM: "CustomDomain"}


@operation("CreateUserPool")
async def create_user_pool(ctx: Ctx, req: CreateUserPoolRequest) -> Response:
    """Make a user pool with its own keys."""
    if not pool_creation.is_region(ctx.region):
        raise InvalidParameter("The Region that the request is signed for is not the name of a Region.")
    config = pool_config.new_config(req)
    plans.check(ctx.env.settings, config)
    wanted = req.get("UserPoolTags") or {}
    pool_tags.check(wanted)
    await _refuse_unreachable(ctx, config["LambdaConfig"], wanted)
    signing = await signing_keys.new_pair()
    while True:
        pool_id = pool_creation.new_id(ctx.env, ctx.region)
        if await _created(ctx, NewPool(pool_id, req["PoolName"], config, wanted, signing)):
            return {"UserPool": await _described(ctx, pool_id)}


async def _refuse_unreachable(ctx: Ctx, config: Mapping[str, Any], wanted: Mapping[str, str]) -> None:
    """A trigger that nothing can call is told when it is saved, not at the first sign-in."""
    if not config or pool_tags.allows_unreachable(wanted):
        return
    invoker = ctx.env.invoker
    for trigger in triggers.from_config(config).values():
        why = "This server calls no functions." if invoker is None else await invoker.obstacle(trigger.arn)
        if why:
            raise TriggerUnreachable(kind=trigger.kind, why=why, tag=UNREACHABLE_TAG)


async def _created(ctx: Ctx, pool: NewPool) -> bool:
    async def write(tx: Tx) -> bool:
        await pool_creation.check_room(tx, ctx.env.settings, ctx.region)
        return await pool_creation.create(tx, ctx.env, pool, ctx.now)

    return await ctx.env.db.run(write)


@operation("DescribeUserPool")
async def describe_user_pool(ctx: Ctx, req: DescribeUserPoolRequest) -> Response:
    """The whole configuration."""
    return {"UserPool": await _described(ctx, req["UserPoolId"])}


async def _described(ctx: Ctx, pool_id: str) -> Response:
    """From the store and not from the snapshot, so that every worker answers with the last change."""

    async def read(tx: Tx) -> tuple[Pool, tuple[Domain, ...], int]:
        row = await pools.by_id(tx, pool_id)
        if row is None:
            raise PoolNotFound(pool_id=pool_id)
        pool = pool_rules.from_row(row, await tags.of_pool(tx, pool_id))
        found = await domains.of_pool(tx, pool_id)
        return pool, found, await counters.total(tx, pool_id, user_quota.COUNTER)

    pool, found, number_of_users = await ctx.env.db.read(read)
    shown = {member: value for member, value in pool.config.items() if member not in NOT_DESCRIBED}
    return {
        **shown,
        "Id": pool.pool_id,
        "Name": pool.name,
        "Arn": pool.arn(ctx.env.settings.account_id),
        "CreationDate": pool.created_at,
        "LastModifiedDate": pool.modified_at,
        "SchemaAttributes": [schema.to_entry(attribute) for attribute in pool.schema.values()],
        "UserPoolTags": dict(pool.tags),
        "EstimatedNumberOfUsers": max(number_of_users, 0),
        **{_DOMAIN_MEMBERS[domain.kind]: domain.name for domain in found},
    }


@operation("UpdateUserPool")
async def update_user_pool(ctx: Ctx, req: UpdateUserPoolRequest) -> Response:
    """Replace everything that may change: what the request leaves out gets its default."""
    pool_id = req["UserPoolId"]
    lambdas = triggers.checked(req.get("LambdaConfig") or {})
    await _refuse_unreachable(ctx, lambdas, req.get("UserPoolTags", ctx.pool.tags))

    async def write(tx: Tx) -> None:
        row = await pools.begin_change(tx, pool_id)
        await _refuse_during_import(tx, pool_id)
        config = pool_config.replaced_config(_config(row), req)
        await plan_changes.check(tx, ctx.env.settings, pool_id, config, _config(row))
        await pools.replace(tx, pool_id, req.get("PoolName", row["name"]), config, ctx.now)
        before = await tags.of_pool(tx, pool_id)
        wanted = req.get("UserPoolTags", pool_tags.kept_on_update(before))
        await replace_tags(tx, pool_id, before, wanted)

    await ctx.env.db.run(write)
    snapshots.forget(ctx.env, pool_id)
    return {}


@operation("DeleteUserPool")
async def delete_user_pool(ctx: Ctx, req: DeleteUserPoolRequest) -> Response:
    """End a pool at once; what is left of a large one the janitor deletes."""
    pool_id = req["UserPoolId"]

    async def write(tx: Tx) -> None:
        row = await pools.begin_change(tx, pool_id)
        if _config(row)["DeletionProtection"] == "ACTIVE":
            raise DeletionProtected
        await _refuse_during_import(tx, pool_id)
        if await domains.of_pool(tx, pool_id):
            raise PoolHasDomain
        await pool_removal.remove(tx, pool_id, ctx.now)

    await ctx.env.db.run(write)
    snapshots.forget(ctx.env, pool_id)
    await pool_removal.empty(ctx.env, pool_id)
    return {}


@operation("ListUserPools")
async def list_user_pools(ctx: Ctx, req: ListUserPoolsRequest) -> Response:
    """The pools of the Region that the request is signed for."""
    key = aead.derive(await data_keys.of_scope(ctx.env, data_keys.HOUSE), "session")
    listing = f"pools|{ctx.region}"
    after = ""
    if "NextToken" in req:
        after = str(paging.open_token(key, ctx.now, listing, req["NextToken"])[0])
    size = req["MaxResults"]

    async def read(tx: Tx) -> Sequence[Row]:
        return await pools.page(tx, ctx.region, after, size + 1)

    found = await ctx.env.db.read(read)
    answer: Response = {"UserPools": [_summary(row) for row in found[:size]]}
    if len(found) > size:
        answer["NextToken"] = paging.seal(key, ctx.env.rng, ctx.now, listing, [found[size - 1]["pool_id"]])
    return answer


def _summary(row: Row) -> dict[str, Any]:
    return {
        "Id": row["pool_id"],
        "Name": row["name"],
        "LambdaConfig": _config(row)["LambdaConfig"],
        "CreationDate": row["created_at"],
        "LastModifiedDate": row["modified_at"],
    }


@operation("AddCustomAttributes")
async def add_custom_attributes(ctx: Ctx, req: AddCustomAttributesRequest) -> Response:
    """Add attributes to the schema, for good: none can be changed or removed."""
    pool_id = req["UserPoolId"]

    async def write(tx: Tx) -> None:
        row = await pools.begin_change(tx, pool_id)
        await _refuse_during_import(tx, pool_id)
        config = _config(row)
        entries = schema_rules.with_custom(config["SchemaAttributes"], req["CustomAttributes"])
        await pools.replace(tx, pool_id, row["name"], {**config, "SchemaAttributes": entries}, ctx.now)

    await ctx.env.db.run(write)
    snapshots.forget(ctx.env, pool_id)
    return {}


async def _refuse_during_import(tx: Tx, pool_id: str) -> None:
    """After `begin_change`, behind which the start of an import waits."""
    if await import_jobs.is_active(tx, pool_id):
        raise UserImportInProgress(pool_id=pool_id)


def _config(row: Row) -> Mapping[str, Any]:
    config: dict[str, Any] = msgspec.json.decode(row["config"])
    return config
