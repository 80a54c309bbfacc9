"""Passwords that are known to be stolen, where threat protection looks for them (behaviour file, 7.2).

Only where the password itself comes to us: over SRP it never does.
"""

from collections.abc import Mapping

from msgspec.structs import replace

from poolhouse.auth import ledger, progress, risk_metrics, risk_rules
from poolhouse.auth.sign_in import SignIn
from poolhouse.context import Ctx
from poolhouse.directory import events, risk_config
from poolhouse.directory.events import BLOCK, Risk
from poolhouse.directory.threat_protection import ENFORCED
from poolhouse.directory.users import User, UserStatus
from poolhouse.errors import ApiError, IncorrectLogin, PasswordCompromised, PasswordNotSafe
from poolhouse.ports import Tx
from poolhouse.store import audited, users

SIGN_IN, PASSWORD_CHANGE, SIGN_UP = risk_config.EVENTS

# What the metrics call them.
_OPERATIONS: Mapping[str, str] = {
    SIGN_IN: events.SIGN_IN,
    PASSWORD_CHANGE: events.PASSWORD_CHANGE,
    SIGN_UP: events.SIGN_UP,
}


def check_new(ctx: Ctx, password: str, event: str) -> None:
    """Raise `PasswordNotSafe` for a new password that is known, where the pool blocks such at this event.

    Where no app client is named, as administrators name none, the pool's own configuration holds [K].
    """
    if _blocked(ctx, password, event):
        raise PasswordNotSafe


async def check_proven(ctx: Ctx, sign_in: SignIn, user: User, password: str) -> None:
    """After a right password: one that is known has to be reset, where the pool blocks such at sign-in.

    Not that of somebody who may not sign in anyway, or has to choose a new one at once [K].

    sign_in  as far as it has come with this password

    Raises `PasswordCompromised`, once the user's status says so: the try, which was right, does not count.
    Raises `IncorrectLogin` where the password was changed since it was compared.
    """
    if not user.enabled or user.status is not UserStatus.CONFIRMED or not _blocked(ctx, password, SIGN_IN):
        return

    async def reset(tx: Tx) -> ApiError:
        current = await users.with_credential(tx, user.pool_id, user.sub)
        if current is None or current.credential != user.credential:
            return IncorrectLogin()
        if current.status is UserStatus.CONFIRMED:
            await users.save(tx, ctx, current, replace(current, status=UserStatus.RESET_REQUIRED))
        return PasswordCompromised()

    try:
        await audited.for_service(ctx.env, "breaches", ctx.operation, ctx.request_id).db.run(reset)
    except PasswordCompromised:
        progress.came_to(ctx, sign_in)
        await ledger.taken_back(ctx, user.sub)
        raise


def _blocked(ctx: Ctx, password: str, event: str) -> bool:
    """Is the password known, and to be refused? That it is known is put down, whatever follows from it."""
    protection, breaches = ctx.pool.protection, ctx.env.breaches
    if not protection.on or breaches is None:
        return False
    rules = risk_rules.of(ctx)
    if event not in rules.looks_up or not breaches.has(password):
        return False
    blocks = protection.mode == ENFORCED and event in rules.refuses_known
    _put_down(ctx, event, blocks=blocks)
    return blocks


def _put_down(ctx: Ctx, event: str, *, blocks: bool) -> None:
    """Once a request, although some look at a new password twice. That `RiskDecision` is Block is [K]."""
    trail = ctx.trail
    risk = trail.risk or Risk()
    if risk.compromised:
        return
    trail.risk = replace(risk, compromised=True, decision=BLOCK if blocks else risk.decision)
    trail.note("breach", event=event, action="BLOCK" if blocks else "NO_ACTION")
    risk_metrics.compromised(ctx, _OPERATIONS[event])
