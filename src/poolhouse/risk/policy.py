"""What a pool does about risk for one app client: its risk configuration and its scale, made ready. Pure."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from poolhouse.directory import address_ranges, risk_config, risk_scale
from poolhouse.directory.address_ranges import Ranges
from poolhouse.directory.risk_scale import HIGH, LOW, MEDIUM, Scale

_MEMBERS = {LOW: "LowAction", MEDIUM: "MediumAction", HIGH: "HighAction"}
NO_ACTION = "NO_ACTION"


class RiskPolicy(Struct, frozen=True):
    """
    actions        `EventAction` of each level
    blocked        addresses from which nobody signs in, and
    skipped        from which no sign-in is assessed (RiskExceptionConfiguration)
    looks_up       events (risk_config.EVENTS) at which passwords are looked up, and
    refuses_known  those at which one that is known to be stolen is refused, in ENFORCED
    """

    scale: Scale
    actions: Mapping[str, str]
    blocked: Ranges
    skipped: Ranges
    looks_up: frozenset[str]
    refuses_known: frozenset[str]


def of(config: Mapping[str, Any], tags: Mapping[str, str]) -> RiskPolicy:
    """`config` is what is in force for the client (risk_config.effective), `tags` are the pool's.

    A level without an action has NO_ACTION [K].
    """
    actions = config[risk_config.TAKEOVER].get("Actions", {})
    exceptions, compromised = config[risk_config.EXCEPTIONS], config[risk_config.COMPROMISED]
    looks_up = risk_config.event_filter(compromised)
    return RiskPolicy(
        scale=risk_scale.of_tags(tags),
        actions={
            level: actions.get(name, {}).get("EventAction", NO_ACTION) for level, name in _MEMBERS.items()
        },
        blocked=address_ranges.of(risk_config.ranges(exceptions, "BlockedIPRangeList")),
        skipped=address_ranges.of(risk_config.ranges(exceptions, "SkippedIPRangeList")),
        looks_up=looks_up,
        refuses_known=looks_up if compromised["Actions"]["EventAction"] == "BLOCK" else frozenset(),
    )
