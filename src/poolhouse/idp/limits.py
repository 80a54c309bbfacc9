"""Provisioned limits: raise the request rate of a category (behaviour file, 1.10 and 8.1).

A limit holds for each pool on its own, as all of ours do, and within a second on every worker.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from poolhouse.context import Ctx
from poolhouse.errors import InvalidParameter, ServiceQuotaExceeded
from poolhouse.ports import Tx
from poolhouse.quotas import rates
from poolhouse.quotas.table import DEFAULT_RATES
from poolhouse.store import limits
from poolhouse.wire.operations import operation

if TYPE_CHECKING:
    from poolhouse.wire.models.cognito_idp import (
        GetProvisionedLimitRequest,
        LimitDefinitionType,
        UpdateProvisionedLimitRequest,
    )

Response = dict[str, Any]

MOST = 1_000_000  # requests a second: our "account maximum"


@operation("GetProvisionedLimit")
async def get_provisioned_limit(ctx: Ctx, req: GetProvisionedLimitRequest) -> Response:
    """The rate of a category in force, and the one that holds without provisioning."""
    category = _category(ctx, req["LimitDefinition"])
    provisioned = await ctx.env.db.read(limits.every)
    return _limit(ctx, category, provisioned.get(category, rates.free(ctx.env)[category]))


@operation("UpdateProvisionedLimit")
async def update_provisioned_limit(ctx: Ctx, req: UpdateProvisionedLimitRequest) -> Response:
    """Set the rate of a category, from its free default up."""
    category = _category(ctx, req["LimitDefinition"])
    rate = req["RequestedLimitValue"]
    free = rates.free(ctx.env)[category]
    if rate < free:
        raise InvalidParameter(f"The limit of {category} cannot be less than its default, {free}.")
    if rate > MOST:
        raise ServiceQuotaExceeded(f"The limit of {category} cannot be more than {MOST}.")

    async def write(tx: Tx) -> None:
        await limits.put(tx, category, rate)

    await ctx.env.db.run(write)
    rates.forget(ctx.env)
    return _limit(ctx, category, rate)


def _category(ctx: Ctx, definition: LimitDefinitionType) -> str:
    category = definition["Attributes"].get("Category")
    if category is None or set(definition["Attributes"]) != {"Category"}:
        raise InvalidParameter("LimitDefinition.Attributes must have one member, Category.")
    if category not in DEFAULT_RATES:  # those of the pages are set in the settings alone
        raise InvalidParameter(f"{category} is not a category of requests.")
    return category


def _limit(ctx: Ctx, category: str, rate: int) -> Response:
    return {
        "Limit": {
            "LimitDefinition": {"LimitClass": "API_CATEGORY", "Attributes": {"Category": category}},
            "ProvisionedLimitValue": rate,
            "FreeLimitValue": rates.free(ctx.env)[category],
        }
    }
