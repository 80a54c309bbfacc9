"""PostConfirmation: after a user was confirmed, who stays confirmed whatever it raises (gotcha 22)."""

from poolhouse.context import Ctx
from poolhouse.directory.users import User
from poolhouse.triggers import call

KIND = "PostConfirmation"
SIGN_UP = "ConfirmSignUp"
FORGOT_PASSWORD = "ConfirmForgotPassword"
_METADATA_OF = frozenset({"ConfirmSignUp", "AdminConfirmSignUp", "ConfirmForgotPassword", "SignUp"})


async def fire(ctx: Ctx, user: User, source: str = SIGN_UP) -> None:
    """Tell the pool's function, with the user as it is now. After the transaction, never in it."""
    if KIND not in ctx.pool.triggers:
        return
    request = {"userAttributes": call.attributes(user, ctx), **call.metadata(ctx, _METADATA_OF)}
    await call.fire(ctx, KIND, source, user.username, request, {})
