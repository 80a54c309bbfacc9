"""What is done about a level of risk (behaviour file, 7.2). Pure."""

from msgspec.structs import replace

from poolhouse.directory.events import BLOCK, Reason, Risk
from poolhouse.risk.policy import NO_ACTION, RiskPolicy

MFA_IF_CONFIGURED, MFA_REQUIRED, BLOCKED = "MFA_IF_CONFIGURED", "MFA_REQUIRED", "BLOCK"

DEMANDS_FACTOR = frozenset({MFA_IF_CONFIGURED, MFA_REQUIRED})

_BLOCKED_RANGE = Reason("blocked-range", 0, "The address is in the pool's BlockedIPRangeList.")
_NO_FACTOR = Reason("no-second-factor", 0, "A second factor is required, and the user has none.")


def decided(risk: Risk, policy: RiskPolicy, *, has_factor: bool) -> Risk:
    """The same risk, with what the policy does about its level.

    has_factor  the user has a second factor to be asked for. Who has none is blocked where one is required;
    also
                where the pool's MFA is OFF, for then nobody has one [K].
    """
    action = policy.actions.get(risk.level, NO_ACTION)
    if action == MFA_IF_CONFIGURED and not has_factor:
        action = NO_ACTION
    if action == MFA_REQUIRED and not has_factor:
        return replace(risk, decision=BLOCK, action=BLOCKED, reasons=(*risk.reasons, _NO_FACTOR))
    return replace(risk, decision=BLOCK if action == BLOCKED else risk.decision, action=action)


def from_blocked_range() -> Risk:
    """Of an address that the operator has shut out: nothing else is looked at."""
    return Risk(decision=BLOCK, action=BLOCKED, reasons=(_BLOCKED_RANGE,))
