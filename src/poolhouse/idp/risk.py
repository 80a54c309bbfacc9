"""Threat protection: what is done about risk (behaviour file, 1.16 and 7.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from poolhouse.context import Ctx
from poolhouse.delivery import messages
from poolhouse.directory import risk_config, threat_protection
from poolhouse.directory.risk_config import WHOLE_POOL, RiskConfiguration
from poolhouse.errors import AddOnNotEnabled
from poolhouse.ports import Row, Tx
from poolhouse.store import clients, pools, risk_configurations, snapshots
from poolhouse.wire.operations import operation

if TYPE_CHECKING:
    from poolhouse.wire.models.cognito_idp import (
        DescribeRiskConfigurationRequest,
        SetRiskConfigurationRequest,
    )

Response = dict[str, Any]


@operation("SetRiskConfiguration")
async def set_risk_configuration(ctx: Ctx, req: SetRiskConfigurationRequest) -> Response:
    """In place of what was set at this level; a request with ids alone takes that away (7.2, Level)."""
    pool_id, client_id = ctx.pool.pool_id, req.get("ClientId", WHOLE_POOL)
    config = risk_config.of_request(req)
    if risk_config.notifies(config):
        messages.check_carrier(ctx, messages.EMAIL)
    made = RiskConfiguration(client_id, config, ctx.now)

    async def write(tx: Tx) -> None:
        _check_enabled(pool_id, await pools.begin_change(tx, pool_id))
        await _check_client(tx, pool_id, client_id)
        if config:
            await risk_configurations.put(tx, pool_id, made)
        else:
            await risk_configurations.delete(tx, pool_id, client_id)

    await ctx.env.db.run(write)
    snapshots.forget(ctx.env, pool_id)
    return {"RiskConfiguration": _described(pool_id, client_id, made if config else None)}


@operation("DescribeRiskConfiguration")
async def describe_risk_configuration(ctx: Ctx, req: DescribeRiskConfigurationRequest) -> Response:
    """What was set at this level, of the pool or of an app client, and nothing that is inherited [K]."""
    pool_id, client_id = ctx.pool.pool_id, req.get("ClientId", WHOLE_POOL)

    async def read(tx: Tx) -> RiskConfiguration | None:
        _check_enabled(pool_id, await pools.by_id(tx, pool_id))
        await _check_client(tx, pool_id, client_id)
        return await risk_configurations.get(tx, pool_id, client_id)

    return {"RiskConfiguration": _described(pool_id, client_id, await ctx.env.db.read(read))}


def _check_enabled(pool_id: str, row: Row | None) -> None:
    """By the store and not by the snapshot, which may be a second old."""
    config = msgspec.json.decode(row["config"]) if row else {}
    if not threat_protection.from_config(config).on:
        raise AddOnNotEnabled(pool_id=pool_id)


async def _check_client(tx: Tx, pool_id: str, client_id: str) -> None:
    if client_id != WHOLE_POOL:
        await clients.of_pool(tx, pool_id, client_id)


def _described(pool_id: str, client_id: str, found: RiskConfiguration | None) -> Response:
    """RiskConfigurationType."""
    shown: Response = {"UserPoolId": pool_id}
    if client_id != WHOLE_POOL:
        shown["ClientId"] = client_id
    if found is not None:
        shown |= {**found.config, "LastModifiedDate": found.modified_at}
    return shown
