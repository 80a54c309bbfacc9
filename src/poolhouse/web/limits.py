"""Request-rate limits, per pool and category (behaviour file, 8.1). The rules are in quotas/."""

from collections.abc import Mapping
from typing import Any

from poolhouse.context import Ctx
from poolhouse.errors import ApiError, TooManyRequests
from poolhouse.quotas import admission
from poolhouse.wire.operations import Operation


async def take(ctx: Ctx, operation: Operation, request: Mapping[str, Any]) -> None:
    """Raises `TooManyRequests`.

    The limits of one user hold where the user is proven, by an access token: a name that anybody may type
    must not shut out the one who owns it.
    """
    user = ctx.caller.user.sub if ctx.caller.user else ""
    try:
        await admission.take(ctx.env, _pool_id(ctx), _counted(operation), request, user)
    except TooManyRequests:
        ctx.env.count("throttles")
        raise


def give_back(ctx: Ctx, operation: Operation, request: Mapping[str, Any], error: ApiError) -> None:
    """Failures of authentication do not count against sign-in's limit."""
    admission.give_back(ctx.env, _pool_id(ctx), _counted(operation), request, error.code)


def _counted(operation: Operation) -> str:
    """What the table calls it: identity pools have operations of the same name as user pools."""
    return operation.action if operation.service == "cognito-identity" else operation.name


def _pool_id(ctx: Ctx) -> str:
    """The user pool or identity pool whose limit it is; empty: the limit of all."""
    if ctx.snapshot:
        return ctx.snapshot.pool.pool_id
    return ctx.placed.pool_id if ctx.placed else ""
