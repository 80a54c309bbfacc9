"""Multi-factor authentication of a pool: SetUserPoolMfaConfig and GetUserPoolMfaConfig (1.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from poolhouse.context import Ctx
from poolhouse.directory import mfa_config, plans
from poolhouse.directory.pools import EMAIL_MFA, WEB_AUTHN
from poolhouse.errors import PoolNotFound
from poolhouse.ports import Row, Tx
from poolhouse.store import pools, snapshots
from poolhouse.wire.operations import operation

if TYPE_CHECKING:
    from poolhouse.wire.models.cognito_idp import GetUserPoolMfaConfigRequest, SetUserPoolMfaConfigRequest

Response = dict[str, Any]

# Members of the request that not every tier has.
_FEATURES = {WEB_AUTHN: plans.PASSKEYS, EMAIL_MFA: plans.EMAIL_MFA}


@operation("SetUserPoolMfaConfig")
async def set_user_pool_mfa_config(ctx: Ctx, req: SetUserPoolMfaConfigRequest) -> Response:
    """Replace the second factors of a pool, and whether users must have one."""
    pool_id = req["UserPoolId"]

    async def write(tx: Tx) -> Response:
        row = await pools.begin_change(tx, pool_id)
        before = _config(row)
        for member, feature in _FEATURES.items():
            if member in req:
                plans.require(ctx.env.settings, before, feature)
        config = mfa_config.replaced(before, req)
        await pools.replace(tx, pool_id, row["name"], config, ctx.now)
        return config

    config = await ctx.env.db.run(write)
    snapshots.forget(ctx.env, pool_id)
    return mfa_config.shown(config)


@operation("GetUserPoolMfaConfig")
async def get_user_pool_mfa_config(ctx: Ctx, req: GetUserPoolMfaConfigRequest) -> Response:
    """From the store and not from the snapshot, so that every worker answers with the last change."""
    row = await ctx.env.db.read(lambda tx: pools.by_id(tx, req["UserPoolId"]))
    if row is None:
        raise PoolNotFound(pool_id=req["UserPoolId"])
    return mfa_config.shown(_config(row))


def _config(row: Row) -> Response:
    config: Response = msgspec.json.decode(row["config"])
    return config
