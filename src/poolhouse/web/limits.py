"""Request-rate limits, per pool and category (behaviour file, 8.1). The rules are in quotas/."""

import hashlib
from collections.abc import Mapping
from typing import Any

from poolhouse.context import Ctx
from poolhouse.errors import ApiError, TooManyRequests
from poolhouse.http.sources import network
from poolhouse.quotas import admission, table
from poolhouse.wire.operations import Operation


async def take(ctx: Ctx, operation: Operation, request: Mapping[str, Any]) -> None:
    """Raises `TooManyRequests`."""
    try:
        await admission.take(ctx.env, _pool_id(ctx), _counted(operation), request, _user(ctx, request))
    except TooManyRequests:
        ctx.env.count("throttles")
        raise


def give_back(ctx: Ctx, operation: Operation, request: Mapping[str, Any], error: ApiError) -> None:
    """Failures of authentication do not count against sign-in's limit."""
    admission.give_back(ctx.env, _pool_id(ctx), _counted(operation), request, error.code)


def _user(ctx: Ctx, request: Mapping[str, Any]) -> str:
    """Whose limits hold: those of the owner of the access token or, in a sign-in, of a name.

    A name that anybody may type must not shut out the one who owns it, so it is counted for each network
    that it comes from; and whether anybody has it makes no difference. Short, because it is a key in memory.
    """
    if ctx.caller.user:
        return ctx.caller.user.sub
    member = table.NAMING.get(ctx.operation)
    name = request.get(member, {}).get("USERNAME") if member else None
    if not name or not ctx.env.settings.quotas:
        return ""
    said = f"{network(ctx.address)}|{ctx.pool.fold('username', name)}"
    return hashlib.blake2b(said.encode(), digest_size=16).hexdigest()


def _counted(operation: Operation) -> str:
    """What the table calls it: identity pools have operations of the same name as user pools."""
    return operation.action if operation.service == "cognito-identity" else operation.name


def _pool_id(ctx: Ctx) -> str:
    """The user pool or identity pool whose limit it is; empty: the limit of all."""
    if ctx.snapshot:
        return ctx.snapshot.pool.pool_id
    return ctx.placed.pool_id if ctx.placed else ""
