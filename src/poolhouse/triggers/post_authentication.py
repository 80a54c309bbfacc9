"""PostAuthentication: all is proven and no token made yet; the function may still refuse (2.5, 5.2)."""

from poolhouse.context import Ctx
from poolhouse.directory.users import User
from poolhouse.triggers import call

KIND = "PostAuthentication"
_METADATA_OF = frozenset({"RespondToAuthChallenge", "AdminRespondToAuthChallenge"})


async def fire(ctx: Ctx, user: User, *, new_device: bool) -> None:
    if KIND not in ctx.pool.triggers:
        return
    request = {
        "userAttributes": call.attributes(user, ctx),
        "newDeviceUsed": new_device,
        **call.metadata(ctx, _METADATA_OF),
    }
    await call.fire(ctx, KIND, "Authentication", user.username, request, {})
