"""From facts to a level of risk, with the reasons. Pure."""

from poolhouse.directory.events import ACCOUNT_TAKEOVER, NO_RISK, Reason, Risk
from poolhouse.directory.risk_scale import Scale
from poolhouse.risk.facts import Facts
from poolhouse.risk.signals import SIGNALS


def assess(facts: Facts, scale: Scale) -> Risk:
    """Every signal that was seen, and the level that their points reach.

    One without points is a reason too: another scale may give it some (rehearsal.py).
    """
    seen = [Reason(name, scale.points[name], text) for name, signal in SIGNALS if (text := signal(facts))]
    return weighed(tuple(seen), scale)


def weighed(reasons: tuple[Reason, ...], scale: Scale) -> Risk:
    """The level of what was seen."""
    points = max(sum(reason.points for reason in reasons), 0)
    level = scale.level(points)
    return Risk(level=level, decision=ACCOUNT_TAKEOVER if level else NO_RISK, points=points, reasons=reasons)
