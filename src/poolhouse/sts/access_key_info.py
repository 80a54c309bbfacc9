"""STS GetAccessKeyInfo: of which account an access key is (behaviour file, 1.20)."""

from typing import Any

from poolhouse.context import Ctx
from poolhouse.crypto import access_key_ids
from poolhouse.errors import NotWithSessionCredentials, UnknownAccessKey
from poolhouse.store import access_keys
from poolhouse.wire.operations import operation


@operation("GetAccessKeyInfo", service="sts")
async def get_access_key_info(ctx: Ctx, req: dict[str, Any]) -> dict[str, Any]:
    """Temporary keys tell it themselves; others are looked up. Of keys elsewhere we know nothing.

    Sessions of GetSessionToken may call AssumeRole and GetCallerIdentity alone (model, GetSessionToken).
    """
    if ctx.caller.session is not None and ctx.caller.session.kind == "user":
        raise NotWithSessionCredentials(operation="GetAccessKeyInfo")
    account, asked = ctx.env.settings.account_id, req["AccessKeyId"]
    if asked.startswith(access_key_ids.TEMPORARY):
        ours = access_key_ids.account_of(asked) == account
    else:
        ours = await access_keys.living(ctx.env, asked) is not None
    if not ours:
        raise UnknownAccessKey(access_key_id=asked)
    return {"Account": account}
