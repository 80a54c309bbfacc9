"""Threat protection in Cognito's metrics: by pool, operation and level (7.2). What each counts is [K]."""

from poolhouse.context import Ctx
from poolhouse.directory.events import SIGN_IN, Risk
from poolhouse.directory.risk_scale import HIGH

COMPROMISED = "CompromisedCredentialRisk"
TAKEOVER = "AccountTakeOverRisk"
OVERRIDE = "OverrideBlock"
RISK = "Risk"
NO_RISK = "NoRisk"


def assessed(ctx: Ctx, risk: Risk) -> None:
    """Of a sign-in, once: it is a risk by its level, or none. A stolen password was counted when found."""
    if risk.level:
        _count(ctx, TAKEOVER, SIGN_IN, risk.level)
    if not risk.compromised:
        _count(ctx, RISK if risk.level else NO_RISK, SIGN_IN, risk.level)


def compromised(ctx: Ctx, operation: str) -> None:
    """Of a password that is known to be stolen, whatever is done about it: a high risk, as Cognito has it."""
    _count(ctx, COMPROMISED, operation, HIGH)
    _count(ctx, RISK, operation, HIGH)


def blocked_address(ctx: Ctx) -> None:
    """Of a sign-in that the operator's own list of addresses blocked."""
    _count(ctx, OVERRIDE, SIGN_IN, HIGH)
    _count(ctx, RISK, SIGN_IN, HIGH)


def _count(ctx: Ctx, name: str, operation: str, level: str) -> None:
    """
    operation  SignIn, SignUp, PasswordChange
    level      LOW, MEDIUM, HIGH; empty: none
    """
    ctx.env.measure(name, ctx.pool.pool_id, operation, level.lower())
