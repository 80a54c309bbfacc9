"""From facts to a level of risk, with the reasons. Pure."""

from poolhouse.directory.events import ACCOUNT_TAKEOVER, NO_RISK, Reason, Risk
from poolhouse.directory.risk_scale import Scale
from poolhouse.risk.facts import Facts
from poolhouse.risk.signals import SIGNALS


def assess(facts: Facts, scale: Scale) -> Risk:
    """The points of all signals, and the level that they reach. A signal without points gives no reason."""
    reasons = tuple(
        Reason(name, points, text)
        for name, signal in SIGNALS
        if (points := scale.points[name]) and (text := signal(facts))
    )
    points = max(sum(reason.points for reason in reasons), 0)
    level = scale.level(points)
    return Risk(level=level, decision=ACCOUNT_TAKEOVER if level else NO_RISK, points=points, reasons=reasons)
