"""STS GetCallerIdentity: whose access key signed this (behaviour file, 1.20)."""

from typing import Any

from poolhouse.context import Ctx
from poolhouse.wire.operations import operation


@operation("GetCallerIdentity", service="sts")
async def get_caller_identity(ctx: Ctx, req: dict[str, Any]) -> dict[str, Any]:
    """Always allowed to whoever signs."""
    account = ctx.env.settings.account_id
    return {
        "UserId": ctx.caller.access_key_id,
        "Account": account,
        "Arn": f"arn:aws:iam::{account}:user/{ctx.caller.name}",
    }
