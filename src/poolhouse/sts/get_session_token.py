"""STS GetSessionToken: temporary credentials that may what an access key may (behaviour file, 1.20)."""

from typing import Any

from poolhouse.context import Ctx
from poolhouse.errors import NoMfaDevices, NotWithSessionCredentials
from poolhouse.sts import answers
from poolhouse.tokens import credentials
from poolhouse.wire.operations import operation

DEFAULT_SECONDS = 43_200


@operation("GetSessionToken", service="sts")
async def get_session_token(ctx: Ctx, req: dict[str, Any]) -> dict[str, Any]:
    """No permission is needed. They end with the access key."""
    answers.refuse_unsupported(req)
    if "SerialNumber" in req or "TokenCode" in req:
        raise NoMfaDevices
    if ctx.caller.session is not None:
        raise NotWithSessionCredentials(operation="GetSessionToken")
    session = credentials.begun(
        ctx.env,
        ctx.now,
        req.get("DurationSeconds", DEFAULT_SECONDS),
        kind="user",
        principal=ctx.caller.name,
        principal_id=ctx.caller.access_key_id,
    )
    return {"Credentials": answers.credentials(await credentials.mint(ctx.env, session, ctx.now))}
