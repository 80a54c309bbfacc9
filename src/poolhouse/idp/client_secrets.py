"""The secrets of app clients: two at most, so that one can be changed for another (behaviour file, 1.11)."""

from __future__ import annotations

import string
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from poolhouse.context import Ctx
from poolhouse.errors import InvalidPageToken, InvalidParameter, LimitExceeded, ResourceNotFound
from poolhouse.ports import SECOND, Row, Tx
from poolhouse.store import client_secrets, clients, pools, snapshots
from poolhouse.wire.operations import operation

if TYPE_CHECKING:
    from poolhouse.wire.models.cognito_idp import (
        AddUserPoolClientSecretRequest,
        DeleteUserPoolClientSecretRequest,
        ListUserPoolClientSecretsRequest,
    )

Response = dict[str, Any]

MOST_SECRETS = 2

_LENGTH = 51
_ALPHABET = string.ascii_lowercase + string.digits


@operation("AddUserPoolClientSecret")
async def add_user_pool_client_secret(ctx: Ctx, req: AddUserPoolClientSecretRequest) -> Response:
    """Add a second secret; its value is answered only if we made it."""
    client_id = req["ClientId"]
    given = req.get("ClientSecret")
    secret = new_secret(ctx) if given is None else given

    async def write(tx: Tx) -> str:
        await pools.begin_change(tx, ctx.pool.pool_id)
        rows = await _secrets_of(ctx, tx, client_id)
        if not rows:
            raise InvalidParameter(f"User pool client {client_id} is public: it has no secret to rotate.")
        if len(rows) >= MOST_SECRETS:
            raise LimitExceeded(f"An app client can have {MOST_SECRETS} secrets at most.")
        return await store(ctx, tx, client_id, secret, taken=[row["secret_id"] for row in rows])

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
        rows = await _secrets_of(ctx, tx, client_id)
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


def new_secret(ctx: Ctx) -> str:
    return ctx.env.rng.text(_LENGTH, _ALPHABET)


async def store(ctx: Ctx, tx: Tx, client_id: str, secret: str, taken: Collection[str]) -> str:
    """Seal and keep a secret; give its id, `<client id>--<seconds since 1970>`."""
    pool_id, second = ctx.pool.pool_id, ctx.now // SECOND
    while f"{client_id}--{second}" in taken:  # two in one second
        second += 1
    secret_id = f"{client_id}--{second}"
    sealed = client_secrets.seal(ctx.keys.seal, ctx.env.rng, pool_id, client_id, secret_id, secret)
    await client_secrets.insert(tx, pool_id, client_id, secret_id, sealed, ctx.now)
    return secret_id


async def _secrets_of(ctx: Ctx, tx: Tx, client_id: str) -> Sequence[Row]:
    """Raises `ClientNotFound` when the client is not of this pool."""
    await clients.of_pool(tx, ctx.pool.pool_id, client_id)
    return await client_secrets.of_client(tx, ctx.pool.pool_id, client_id)
