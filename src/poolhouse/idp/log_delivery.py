"""Where a pool's logs go: SetLogDeliveryConfiguration, GetLogDeliveryConfiguration (1.10, 7.2)."""

from typing import Any

import msgspec

from poolhouse.context import Ctx
from poolhouse.directory import log_delivery as rules
from poolhouse.directory import plans
from poolhouse.ports import Tx
from poolhouse.store import log_outbox, pools, snapshots
from poolhouse.wire.models.cognito_idp import (
    GetLogDeliveryConfigurationRequest,
    SetLogDeliveryConfigurationRequest,
)
from poolhouse.wire.operations import operation

Response = dict[str, Any]


@operation("SetLogDeliveryConfiguration")
async def set_log_delivery_configuration(ctx: Ctx, req: SetLogDeliveryConfigurationRequest) -> Response:
    """Take the configuration in place of the one before. What waits goes to the new destination."""
    kept = rules.checked(req["LogConfigurations"], ctx.env.settings.log_sinks)

    async def write(tx: Tx) -> None:
        row = await pools.begin_change(tx, ctx.pool.pool_id)
        config = msgspec.json.decode(row["config"]) | {rules.CONFIG: kept}
        if rules.AUTH_EVENTS in rules.destinations(config):
            plans.require(ctx.env.settings, config, plans.ACTIVITY_EXPORT)
        await pools.replace(tx, ctx.pool.pool_id, row["name"], config, ctx.now)
        for configuration in kept:
            await log_outbox.open_lane(tx, ctx.pool.pool_id, configuration["EventSource"], ctx.now)

    await ctx.env.db.run(write)
    snapshots.forget(ctx.env, ctx.pool.pool_id)
    return _answer(ctx, kept)


@operation("GetLogDeliveryConfiguration")
async def get_log_delivery_configuration(ctx: Ctx, req: GetLogDeliveryConfigurationRequest) -> Response:
    """The configuration in force; an empty list where none was set [K]."""

    async def read(tx: Tx) -> list[Response]:
        row = await pools.by_id(tx, ctx.pool.pool_id)
        return msgspec.json.decode(row["config"]).get(rules.CONFIG, []) if row else []

    return _answer(ctx, await ctx.env.db.read(read))


def _answer(ctx: Ctx, configurations: list[Response]) -> Response:
    return {"LogDeliveryConfiguration": {"UserPoolId": ctx.pool.pool_id, "LogConfigurations": configurations}}
