"""The secrets of app clients: two at most, so that one can be changed for another (behaviour file, 1.11)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from poolhouse.context import Ctx
from poolhouse.errors import (
    InvalidPageToken,
    InvalidParameter,
    LimitExceeded,
    RegisteredClientSecret,
    ResourceNotFound,
)
from poolhouse.ports import Row, Tx
from poolhouse.store import client_creation, client_secrets, clients, pools, snapshots
from poolhouse.store.client_secrets import Owner
from poolhouse.wire.operations import operation

if TYPE_CHECKING:
    from poolhouse.wire.models.cognito_idp import (
        AddUserPoolClientSecretRequest,
        DeleteUserPoolClientSecretRequest,
        ListUserPoolClientSecretsRequest,
    )

Response = dict[str, Any]

MOST_SECRETS = 2


@operation("AddUserPoolClientSecret")
async def add_user_pool_client_secret(ctx: Ctx, req: AddUserPoolClientSecretRequest) -> Response:
    """Add a second secret; its value is answered only if we made it."""
    client_id = req["ClientId"]
    given = req.get("ClientSecret")
    secret = client_creation.new_secret(ctx.env) if given is None else given

    async def write(tx: Tx) -> str:
        await pools.begin_change(tx, ctx.pool.pool_id)
        rows = await _secrets_of(ctx, tx, client_id, rotating=True)
        if not rows:
            raise InvalidParameter(f"User pool client {client_id} is public: it has no secret to rotate.")
        if len(rows) >= MOST_SECRETS:
            raise LimitExceeded(f"An app client can have {MOST_SECRETS} secrets at most.")
        owner = Owner(ctx.pool.pool_id, client_id, ctx.keys.seal)
        taken = [row["secret_id"] for row in rows]
        return await client_secrets.add(tx, ctx.env.rng, owner, secret, ctx.now, taken)

    secret_id = await ctx.env.db.run(write)
    snapshots.forget(ctx.env, ctx.pool.pool_id)
    descriptor = {"ClientSecretId": secret_id, "ClientSecretCreateDate": ctx.now}
    if given is None:
        descriptor["ClientSecretValue"] = secret
    return {"ClientSecretDescriptor": descriptor}


@operation("DeleteUserPoolClientSecret")
async def delete_user_pool_client_secret(ctx: Ctx, req: DeleteUserPoolClientSecretRequest) -> Response:
    """Delete a secret, unless it is the last."""
    client_id, secret_id = req["ClientId"], req["ClientSecretId"]

    async def write(tx: Tx) -> None:
        await pools.begin_change(tx, ctx.pool.pool_id)
        rows = await _secrets_of(ctx, tx, client_id, rotating=True)
        if secret_id not in [row["secret_id"] for row in rows]:
            raise ResourceNotFound(f"Client secret {secret_id} does not exist.")
        if len(rows) == 1:
            raise InvalidParameter("The last secret of an app client cannot be deleted.")
        await client_secrets.delete(tx, ctx.pool.pool_id, client_id, secret_id)

    await ctx.env.db.run(write)
    snapshots.forget(ctx.env, ctx.pool.pool_id)
    return {}


@operation("ListUserPoolClientSecrets")
async def list_user_pool_client_secrets(ctx: Ctx, req: ListUserPoolClientSecretsRequest) -> Response:
    """Ids and dates, never values. There are two at most, so no page has a next one."""
    if "NextToken" in req:
        raise InvalidPageToken

    async def read(tx: Tx) -> Sequence[Row]:
        return await _secrets_of(ctx, tx, req["ClientId"])

    return {
        "ClientSecrets": [
            {"ClientSecretId": row["secret_id"], "ClientSecretCreateDate": row["created_at"]}
            for row in await ctx.env.db.read(read)
        ]
    }


async def _secrets_of(ctx: Ctx, tx: Tx, client_id: str, *, rotating: bool = False) -> Sequence[Row]:
    """Raises `ClientNotFound` when the client is not of this pool.

    `rotating` also raises `RegisteredClientSecret`: who registered itself could not learn of a new secret
    (behaviour file, 6.9).
    """
    row = await clients.of_pool(tx, ctx.pool.pool_id, client_id)
    if rotating and row["client_type"] == "DCR":
        raise RegisteredClientSecret(client_id=client_id)
    return await client_secrets.of_client(tx, ctx.pool.pool_id, client_id)
