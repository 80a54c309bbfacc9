"""How many mails may leave in a day for pools without a mail service of their own (behaviour file, 3.6)."""

from poolhouse.context import Ctx
from poolhouse.errors import ApiError, DailyEmailLimit, DailyEmailLimitReached
from poolhouse.ports import Tx
from poolhouse.store import daily
from poolhouse.triggers import custom_sender

# Whose models declare LimitExceededException, of those that send mail.
_DECLARE_LIMIT = frozenset(
    {
        "AdminResetUserPassword",
        "ForgotPassword",
        "GetUserAttributeVerificationCode",
        "ResendConfirmationCode",
        "SignUp",
    }
)


async def take(tx: Tx, ctx: Ctx, medium: str) -> None:
    """Count a message that is about to be put. Raises what stands for the daily limit of e-mail."""
    most = _limit(ctx, medium)
    if most and not await daily.take(tx, daily.EMAIL, ctx.now, most):
        raise _refusal(ctx)


async def check(tx: Tx, ctx: Ctx, medium: str) -> None:
    """As `take`, for a message that is only pretended: it does not count."""
    most = _limit(ctx, medium)
    if most and await daily.spent(tx, daily.EMAIL, ctx.now, most):
        raise _refusal(ctx)


def _limit(ctx: Ctx, medium: str) -> int:
    """0: none. It is for the mail that we send with the server's own sender."""
    account = ctx.pool.config.get("EmailConfiguration", {}).get("EmailSendingAccount")
    if medium != "EMAIL" or account == "DEVELOPER" or custom_sender.sends(ctx.pool, medium):
        return 0
    return ctx.env.settings.daily_emails


def _refusal(ctx: Ctx) -> ApiError:
    return DailyEmailLimit() if ctx.operation in _DECLARE_LIMIT else DailyEmailLimitReached()
