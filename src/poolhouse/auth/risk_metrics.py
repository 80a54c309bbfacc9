"""The metrics of threat protection, each a counter (behaviour file, 7.2). What each counts is [K]."""

from poolhouse.context import Ctx
from poolhouse.directory.events import Risk

COMPROMISED = "CompromisedCredentialRisk"
TAKEOVER = "AccountTakeOverRisk"
OVERRIDE = "OverrideBlock"
RISK = "Risk"
NO_RISK = "NoRisk"


def assessed(ctx: Ctx, risk: Risk) -> None:
    """Of a sign-in, once: it is a risk by its level, or none. A stolen password was counted when found."""
    if risk.level:
        ctx.env.count(TAKEOVER)
    if risk.compromised:
        return
    ctx.env.count(RISK if risk.level else NO_RISK)


def compromised(ctx: Ctx) -> None:
    """Of a password that is known to be stolen, whatever is done about it."""
    ctx.env.count(COMPROMISED)
    ctx.env.count(RISK)


def blocked_address(ctx: Ctx) -> None:
    """Of a request that the operator's own list of addresses blocked."""
    ctx.env.count(OVERRIDE)
    ctx.env.count(RISK)
