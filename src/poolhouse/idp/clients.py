"""App clients (behaviour file, 1.11). Their secrets: client_secrets.py."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from poolhouse.context import Ctx
from poolhouse.directory import client_config, plans
from poolhouse.directory.client_oauth import Surroundings
from poolhouse.directory.pools import Pool
from poolhouse.errors import ClientNotFound, InvalidParameter
from poolhouse.ports import Row, Tx
from poolhouse.store import (
    client_creation,
    client_secrets,
    clients,
    login_styles,
    paging,
    pools,
    risk_configurations,
    snapshots,
    terms,
    ui_customizations,
)
from poolhouse.store.client_creation import NewClient
from poolhouse.wire.operations import operation

if TYPE_CHECKING:
    from poolhouse.wire.models.cognito_idp import (
        CreateUserPoolClientRequest,
        DeleteUserPoolClientRequest,
        DescribeUserPoolClientRequest,
        ListUserPoolClientsRequest,
        UpdateUserPoolClientRequest,
    )

Response = dict[str, Any]

_PAGE = 60


@operation("CreateUserPoolClient")
async def create_user_pool_client(ctx: Ctx, req: CreateUserPoolClientRequest) -> Response:
    """Make an app client, with a secret if the request gives one or asks for one."""
    client = NewClient(
        pool_id=ctx.pool.pool_id,
        name=req["ClientName"],
        client_type="REGULAR",
        secret=_secret(ctx, req),
        config=lambda pool, around: _config(ctx, req, pool, around),
    )
    client_id = await client_creation.create(ctx.env, ctx.keys.seal, client, ctx.now)
    snapshots.forget(ctx.env, ctx.pool.pool_id)
    return {"UserPoolClient": await _described(ctx, client_id)}


def _config(
    ctx: Ctx,
    req: CreateUserPoolClientRequest | UpdateUserPoolClientRequest,
    pool: Pool,
    around: Surroundings,
) -> Response:
    config = client_config.new_config(req, pool, around)
    if client_config.takes_part_in_choice(config):
        plans.require(ctx.env.settings, pool.config, plans.CHOICE)
    return config


def _secret(ctx: Ctx, req: CreateUserPoolClientRequest) -> str | None:
    given = req.get("ClientSecret")
    if not req.get("GenerateSecret"):
        return given
    if given is not None:
        raise InvalidParameter("GenerateSecret and ClientSecret cannot both be set.")
    return client_creation.new_secret(ctx.env)


@operation("DescribeUserPoolClient")
async def describe_user_pool_client(ctx: Ctx, req: DescribeUserPoolClientRequest) -> Response:
    """The whole configuration, and the secret in clear."""
    return {"UserPoolClient": await _described(ctx, req["ClientId"])}


async def _described(ctx: Ctx, client_id: str) -> Response:
    """From the store and not from the snapshot, so that every worker answers with the last change."""
    pool_id = ctx.pool.pool_id

    async def read(tx: Tx) -> tuple[Row, Sequence[Row]]:
        row = await clients.of_pool(tx, pool_id, client_id)
        return row, await client_secrets.of_client(tx, pool_id, client_id)

    row, secret_rows = await ctx.env.db.read(read)
    answer: Response = {
        **client_config.of_row(row),
        "UserPoolId": pool_id,
        "ClientId": client_id,
        "ClientName": row["name"],
        "ClientType": row["client_type"],
        "CreationDate": row["created_at"],
        "LastModifiedDate": row["modified_at"],
    }
    if secret_rows:
        # While a client has two, the older is shown: those who began the change know the newer one.
        answer["ClientSecret"] = client_secrets.opened(ctx.keys.seal, pool_id, client_id, secret_rows[:1])[0]
    return answer


@operation("UpdateUserPoolClient")
async def update_user_pool_client(ctx: Ctx, req: UpdateUserPoolClientRequest) -> Response:
    """Replace everything but the secrets: what the request leaves out gets its default."""
    pool_id, client_id = ctx.pool.pool_id, req["ClientId"]

    async def write(tx: Tx) -> None:
        pool = await client_creation.changing_pool(tx, pool_id)
        row = await clients.of_pool(tx, pool_id, client_id)
        has_secret = bool(await client_secrets.of_client(tx, pool_id, client_id))
        around = await client_creation.surroundings(tx, pool_id, has_secret=has_secret)
        config = _config(ctx, req, pool, around)
        await clients.replace(tx, pool_id, client_id, req.get("ClientName", row["name"]), config, ctx.now)

    await ctx.env.db.run(write)
    snapshots.forget(ctx.env, pool_id)
    return {"UserPoolClient": await _described(ctx, client_id)}


@operation("DeleteUserPoolClient")
async def delete_user_pool_client(ctx: Ctx, req: DeleteUserPoolClientRequest) -> Response:
    """End an app client; its tokens can be refreshed no more."""
    pool_id, client_id = ctx.pool.pool_id, req["ClientId"]

    async def write(tx: Tx) -> None:
        await pools.begin_change(tx, pool_id)
        if not await clients.delete(tx, pool_id, client_id):
            raise ClientNotFound(client_id=client_id)
        await client_secrets.delete_of_client(tx, pool_id, client_id)
        await ui_customizations.delete(tx, pool_id, client_id)
        await login_styles.delete_of_client(tx, pool_id, client_id)
        await terms.delete_of_client(tx, pool_id, client_id)
        await risk_configurations.delete(tx, pool_id, client_id)

    await ctx.env.db.run(write)
    snapshots.forget(ctx.env, pool_id)
    return {}


@operation("ListUserPoolClients")
async def list_user_pool_clients(ctx: Ctx, req: ListUserPoolClientsRequest) -> Response:
    """Ids and names of one type; which are listed where the request names none is [K]."""
    pool_id, size = ctx.pool.pool_id, req.get("MaxResults", _PAGE)
    client_type = req.get("ClientType", "REGULAR")
    listing = f"clients|{client_type}|{pool_id}"
    after = ""
    if "NextToken" in req:
        after = str(paging.open_token(ctx.keys.session, ctx.now, listing, req["NextToken"])[0])

    async def read(tx: Tx) -> Sequence[Row]:
        return await clients.page_of_type(tx, pool_id, client_type, after, size + 1)

    found = await ctx.env.db.read(read)
    answer: Response = {
        "UserPoolClients": [
            {"ClientId": row["client_id"], "UserPoolId": pool_id, "ClientName": row["name"]}
            for row in found[:size]
        ]
    }
    if len(found) > size:
        last = found[size - 1]["client_id"]
        answer["NextToken"] = paging.seal(ctx.keys.session, ctx.env.rng, ctx.now, listing, [last])
    return answer
