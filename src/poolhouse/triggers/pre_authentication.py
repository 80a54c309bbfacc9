"""PreAuthentication: once a sign-in, before anything is compared, the function may refuse (2.5, 5.2)."""

from collections.abc import Mapping

from poolhouse.context import Ctx
from poolhouse.directory.users import User
from poolhouse.triggers import call

KIND = "PreAuthentication"


async def fire(ctx: Ctx, user: User | None, name: str, validation: Mapping[str, str] | None) -> None:
    """`user` is None for a name without an owner, where the client hides that.

    name        as it was typed; it is the `userName` of nobody [K]
    validation  the ClientMetadata of the call that began the sign-in (gotcha 36)
    """
    request = {
        "userAttributes": call.attributes(user, ctx),
        "validationData": validation,
        **call.not_found(ctx, user),
    }
    await call.fire(ctx, KIND, "Authentication", user.username if user else name, request, {})
