"""What one user may do only so often in an hour (behaviour file, 8.3)."""

from collections.abc import Mapping

from poolhouse.context import Ctx
from poolhouse.errors import ApiError, LimitExceeded
from poolhouse.ports import HOUR, Statement, Tx

RESEND = "RESEND"
CHANGE_PASSWORD = "CHANGE_PASSWORD"
ATTRIBUTE_CODE = "ATTRIBUTE_CODE"
CONFIRM_SIGN_UP = "CONFIRM_SIGN_UP"
VERIFY_ATTRIBUTE = "VERIFY_ATTRIBUTE"
FORGOT_PASSWORD = "FORGOT_PASSWORD"
MIGRATION = "MIGRATION"  # ForgotPassword of a name that only another directory may know
SIGN_IN_CODE = "SIGN_IN_CODE"
SIGN_IN_MAIL = "SIGN_IN_MAIL"  # to one address, asked for from one network
RISK_NOTICE = "RISK_NOTICE"  # mails about sign-ins that look odd
REGISTER = "REGISTER"  # clients that register themselves, by address

LIMITS: Mapping[str, int] = {
    RESEND: 5,
    CHANGE_PASSWORD: 5,
    ATTRIBUTE_CODE: 5,
    CONFIRM_SIGN_UP: 15,
    VERIFY_ATTRIBUTE: 15,
    SIGN_IN_CODE: 20,  # ours: of one user, by e-mail and SMS together
    SIGN_IN_MAIL: 20,  # usual; the setting mfa_emails_per_hour decides
    RISK_NOTICE: 20,  # ours: whoever has a password must not fill its owner's mailbox
    REGISTER: 20,  # ours: AWS publishes none
    FORGOT_PASSWORD: 20,  # usual; the setting reset_attempts_per_hour decides
}

# An hour begins with its first use. One that began more than an hour from now is over as well: a
# clock that was moved on and then back (`poolhouse dev`) must not shut the user out.
_TAKE = Statement("""
    INSERT INTO hourly (pool_id, principal, action, started_at, uses)
    VALUES (:pool_id, :principal, :action, :now, 1)
    ON CONFLICT (pool_id, principal, action) DO UPDATE
       SET started_at = CASE WHEN hourly.started_at > :earliest AND hourly.started_at < :latest
                             THEN hourly.started_at ELSE :now END,
           uses = CASE WHEN hourly.started_at > :earliest AND hourly.started_at < :latest
                       THEN hourly.uses + 1 ELSE 1 END
     WHERE hourly.uses < :most OR hourly.started_at <= :earliest OR hourly.started_at >= :latest
 RETURNING uses
""")


_USES = Statement("""
    SELECT uses FROM hourly
     WHERE pool_id = :pool_id AND principal = :principal AND action = :action
       AND started_at > :earliest AND started_at < :latest
""")


async def spent(tx: Tx, ctx: Ctx, principal: str, action: str) -> bool:
    """Would `take` refuse now? Counts nothing: `take` has the last word."""
    row = await tx.one(
        _USES,
        pool_id=ctx.pool.pool_id,
        principal=principal,
        action=action,
        earliest=ctx.now - HOUR,
        latest=ctx.now + HOUR,
    )
    return row is not None and int(row["uses"]) >= _limit(ctx, action)


async def check(tx: Tx, ctx: Ctx, principal: str, action: str) -> None:
    """Raise the `LimitExceeded` that `take` would give now."""
    if await spent(tx, ctx, principal, action):
        raise LimitExceeded


async def take(tx: Tx, ctx: Ctx, principal: str, action: str, limit: int | None = None) -> ApiError | None:
    """As `counted`: `LimitExceeded` when the uses of this hour are spent."""
    return None if await counted(tx, ctx, principal, action, limit) else LimitExceeded()


async def counted(tx: Tx, ctx: Ctx, principal: str, action: str, limit: int | None = None) -> bool:
    """Count one use. False when the uses of this hour are spent; that one is not counted.

    principal  the user's sub, or the decoy's for a name without an owner, or the address of a client
    limit      uses in an hour; without it, what `LIMITS` says
    """
    most = _limit(ctx, action) if limit is None else limit
    row = await tx.one(
        _TAKE,
        pool_id=ctx.pool.pool_id,
        principal=principal,
        action=action,
        now=ctx.now,
        earliest=ctx.now - HOUR,
        latest=ctx.now + HOUR,
        most=most,
    )
    ctx.trail.limits[f"{action} an hour"] = (row["uses"] if row else most, most)
    return row is not None


def _limit(ctx: Ctx, action: str) -> int:
    if action == FORGOT_PASSWORD:
        return ctx.env.settings.reset_attempts_per_hour
    if action == SIGN_IN_MAIL:
        return ctx.env.settings.mfa_emails_per_hour
    return LIMITS[action]
