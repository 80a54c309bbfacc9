"""App clients (behaviour file, 1.11). Their secrets: client_secrets.py."""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from poolhouse.context import Ctx
from poolhouse.directory import client_config, providers
from poolhouse.directory import pools as pool_rules
from poolhouse.directory.pools import Pool
from poolhouse.errors import ClientNotFound, InvalidParameter, LimitExceeded
from poolhouse.idp import client_secrets as secret_operations
from poolhouse.ports import Row, Tx
from poolhouse.store import client_secrets, clients, identity_providers, paging, pools, snapshots, tags
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

MOST_CLIENTS = 1_000  # of a pool (behaviour file, 8.2)

_ID_LENGTH = 26
_ALPHABET = string.ascii_lowercase + string.digits
_PAGE = 60


@operation("CreateUserPoolClient")
async def create_user_pool_client(ctx: Ctx, req: CreateUserPoolClientRequest) -> Response:
    """Make an app client, with a secret if the request gives one or asks for one."""
    secret = _secret(ctx, req)
    while True:
        client_id = ctx.env.rng.text(_ID_LENGTH, _ALPHABET)
        if await _created(ctx, req, client_id, secret):
            break
    snapshots.forget(ctx.env, ctx.pool.pool_id)
    return {"UserPoolClient": await _described(ctx, client_id)}


def _secret(ctx: Ctx, req: CreateUserPoolClientRequest) -> str | None:
    given = req.get("ClientSecret")
    if not req.get("GenerateSecret"):
        return given
    if given is not None:
        raise InvalidParameter("GenerateSecret and ClientSecret cannot both be set.")
    return secret_operations.new_secret(ctx)


async def _created(ctx: Ctx, req: CreateUserPoolClientRequest, client_id: str, secret: str | None) -> bool:
    pool_id = ctx.pool.pool_id

    async def write(tx: Tx) -> bool:
        pool = await _changing_pool(tx, pool_id)
        config = client_config.new_config(req, pool)
        await _check_providers(tx, pool_id, config)
        if await clients.count(tx, pool_id) >= MOST_CLIENTS:
            raise LimitExceeded(f"A user pool can have {MOST_CLIENTS} app clients at most.")
        if not await clients.insert(tx, pool_id, client_id, req["ClientName"], config, ctx.now):
            return False
        if secret is not None:
            await secret_operations.store(ctx, tx, client_id, secret, taken=())
        return True

    return await ctx.env.db.run(write)


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
        "ClientType": "REGULAR",
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
        pool = await _changing_pool(tx, pool_id)
        row = await clients.of_pool(tx, pool_id, client_id)
        config = client_config.new_config(req, pool)
        await _check_providers(tx, pool_id, config)
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

    await ctx.env.db.run(write)
    snapshots.forget(ctx.env, pool_id)
    return {}


@operation("ListUserPoolClients")
async def list_user_pool_clients(ctx: Ctx, req: ListUserPoolClientsRequest) -> Response:
    """Ids and names."""
    if req.get("ClientType", "REGULAR") != "REGULAR":
        return {"UserPoolClients": []}  # clients that registered themselves do not exist here
    pool_id, size = ctx.pool.pool_id, req.get("MaxResults", _PAGE)
    listing = f"clients|{pool_id}"
    after = ""
    if "NextToken" in req:
        after = str(paging.open_token(ctx.keys.session, ctx.now, listing, req["NextToken"])[0])

    async def read(tx: Tx) -> Sequence[Row]:
        return await clients.page(tx, pool_id, after, size + 1)

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


async def _check_providers(tx: Tx, pool_id: str, config: Mapping[str, Any]) -> None:
    """SupportedIdentityProviders names providers that are there. Raises `ProviderNotInPool`."""
    named = config.get("SupportedIdentityProviders", ())
    if named:
        providers.check_supported(pool_id, named, await identity_providers.names(tx, pool_id))


async def _changing_pool(tx: Tx, pool_id: str) -> Pool:
    """The pool as it stays until the commit."""
    row = await pools.begin_change(tx, pool_id)
    return pool_rules.from_row(row, await tags.of_pool(tx, pool_id))
