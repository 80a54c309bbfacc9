"""STS GetCallerIdentity: whose credentials signed this (behaviour file, 1.20)."""

from typing import Any

from poolhouse.context import Ctx
from poolhouse.wire.operations import operation


@operation("GetCallerIdentity", service="sts")
async def get_caller_identity(ctx: Ctx, req: dict[str, Any]) -> dict[str, Any]:
    """Always allowed to whoever signs."""
    who = ctx.principal
    return {"UserId": who.user_id, "Account": ctx.env.settings.account_id, "Arn": who.arn}
