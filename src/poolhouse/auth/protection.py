"""Threat protection in a sign-in: assessed once, when its first factor is proven (behaviour file, 2.5, 7.2).

AUDIT assesses and records; ENFORCED acts as well. What the assessment led to is sealed in the sign-in, so
that the requests that follow go on with it. Where the mode is OFF, all of this is a look at the pool.
"""

from msgspec.structs import replace

from poolhouse.auth import risk_metrics, risk_rules
from poolhouse.auth.sign_in import SignIn
from poolhouse.auth.table import FIRST_FACTORS, SECOND_FACTORS
from poolhouse.auth.who import Person, known
from poolhouse.context import Ctx
from poolhouse.delivery import risk_notices
from poolhouse.delivery.risk_notices import Notice
from poolhouse.directory import factors, threat_protection, user_agents
from poolhouse.directory.events import Risk
from poolhouse.directory.past import History
from poolhouse.directory.users import User
from poolhouse.errors import AddressBlocked, RiskTooHigh
from poolhouse.ports import Tx
from poolhouse.risk import actions, facts, policy
from poolhouse.risk.assess import assess
from poolhouse.risk.facts import Facts
from poolhouse.risk.policy import RiskPolicy
from poolhouse.store import history
from poolhouse.trail import surroundings

# Proofs of a person; a remembered device is none, for it would answer for whoever holds it (decision.py).
_PROOFS = SECOND_FACTORS - {"DEVICE"}
_BEGINNINGS = FIRST_FACTORS | {"CUSTOM"}


def refuse_blocked(ctx: Ctx, flow: str) -> None:
    """Raises `AddressBlocked` for addresses of BlockedIPRangeList, before anything is compared.

    That it is so in ENFORCED alone, and that it is about sign-ins alone, is [K].
    """
    mode = ctx.pool.protection.mode_of(flow)
    if mode == threat_protection.OFF or not risk_rules.of(ctx).blocked.has(surroundings.seen(ctx).address):
        return
    ctx.trail.risk = actions.from_blocked_range()
    if mode == threat_protection.ENFORCED:
        ctx.trail.answering = ""  # what came with the request is not looked at
        risk_metrics.blocked_address(ctx)
        raise AddressBlocked


async def assessed(ctx: Ctx, sign_in: SignIn, person: Person) -> SignIn:
    """The sign-in with its risk, once its first factor is proven. Raises `RiskTooHigh`."""
    mode = ctx.pool.protection.mode_of(sign_in.flow)
    if mode == threat_protection.OFF or not _BEGINNINGS.intersection(sign_in.proven):
        return sign_in
    if sign_in.risk is not None:
        _refuse_without_factor(ctx, sign_in, person)
        return sign_in
    rules = risk_rules.of(ctx)
    risk = await _risk(ctx, known(person), rules)
    if mode == threat_protection.ENFORCED:
        risk = actions.decided(risk, rules, has_factor=bool(risk.level) and _has_factor(ctx, sign_in, person))
    risk = _noted(ctx, risk)
    risk_metrics.assessed(ctx, risk)
    if risk.level and mode == threat_protection.ENFORCED:
        await _tell(ctx, sign_in, known(person), risk)
    if risk.action == actions.BLOCKED:
        raise RiskTooHigh
    return replace(sign_in, risk=replace(risk, reasons=()))


def _refuse_without_factor(ctx: Ctx, sign_in: SignIn, person: Person) -> None:
    """The second factor that was required is gone meanwhile: then nothing can take its place."""
    required = sign_in.risk is not None and sign_in.risk.action == actions.MFA_REQUIRED
    if required and not _has_factor(ctx, sign_in, person):
        raise RiskTooHigh


async def _risk(ctx: Ctx, user: User, rules: RiskPolicy) -> Risk:
    """None at all where the surroundings cannot be believed, or the address is one of SkippedIPRangeList."""
    seen = surroundings.seen(ctx)
    if not seen.scored or rules.skipped.has(seen.address):
        return Risk()

    async def read(tx: Tx) -> History:
        return await history.of(tx, user.pool_id, user.sub, seen.address, ctx.now)

    return assess(_facts(ctx, user, await ctx.env.db.read(read)), rules.scale)


def _facts(ctx: Ctx, user: User, past: History) -> Facts:
    seen, known_past = surroundings.seen(ctx), facts.known(past)
    last = known_past[0].seen.address if known_past else ""
    return Facts(
        now=ctx.now,
        seen=seen,
        agent=user_agents.device(seen.user_agent),
        place=surroundings.place(ctx, seen.address),
        before=surroundings.place(ctx, last),
        made_at=user.created_at,
        set_at=user.credential_set_at,
        history=past,
        known=known_past,
    )


def _has_factor(ctx: Ctx, sign_in: SignIn, person: Person) -> bool:
    """Is there a second factor that the user could be asked for, or one that is proven?

    To set one up now is no answer to a risk: whoever has stolen the password could do so.
    """
    asked = factors.asked(ctx.pool, known(person))
    return bool(_PROOFS.intersection(sign_in.proven)) or bool(asked and asked != (factors.SETUP,))


async def _tell(ctx: Ctx, sign_in: SignIn, user: User, risk: Risk) -> None:
    """The user, by mail, where the pool wants that: about the event that this request becomes."""
    seen, trail = surroundings.seen(ctx), ctx.trail
    trail.event_id = trail.event_id or ctx.env.rng.uuid()
    notice = Notice(
        action=risk.action,
        level=risk.level,
        flow=sign_in.flow,
        event_id=trail.event_id,
        address=seen.address,
        device=seen.device_name,
        city=seen.city,
        country=seen.country,
    )
    await risk_notices.send(ctx, user, notice)


def _noted(ctx: Ctx, risk: Risk) -> Risk:
    """Told to the event, reason by reason. Gives the risk with what others have found of the password."""
    trail = ctx.trail
    if trail.risk is not None and trail.risk.compromised:
        risk = replace(risk, compromised=True)
    trail.risk = risk
    for reason in risk.reasons:
        trail.note("signal", name=reason.signal, points=reason.points, reason=reason.text)
    trail.note("risk", level=risk.level, points=risk.points, action=risk.action)
    if risk.action and risk.action != policy.NO_ACTION:
        trail.rule = f"risk {risk.level}"
    return risk
