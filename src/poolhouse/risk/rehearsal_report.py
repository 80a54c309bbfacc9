"""What a rehearsal found, as lines for a person or as lines of JSON. Pure."""

from collections import Counter
from datetime import UTC, datetime

import msgspec
from msgspec import Struct, field

from poolhouse.directory import one_line
from poolhouse.ports import SECOND
from poolhouse.risk.rehearsal import OUTCOMES, Played

MOST_SHOWN = 50


class Report(Struct):
    """
    shown  the first attempts that would have ended otherwise
    """

    happened: Counter[str] = field(default_factory=Counter)
    would: Counter[str] = field(default_factory=Counter)
    users: set[str] = field(default_factory=set)
    shown: list[Played] = field(default_factory=list)
    changed: int = 0

    def add(self, played: Played) -> None:
        self.happened[played.happened] += 1
        self.would[played.would] += 1
        self.users.add(played.event.sub)
        self.changed += played.changed
        if played.changed and len(self.shown) < MOST_SHOWN:
            self.shown.append(played)

    def lines(self, pool_id: str, days: int) -> list[str]:
        total = self.happened.total()
        return [
            f"{total:,} attempts of {len(self.users):,} names in {days} days, user pool {pool_id}",
            f"  {'':<40}{'happened':>10}{'would have':>12}",
            *(
                f"  {name:<40}{self.happened[name]:>10,}{self.would[name]:>12,}"
                for name in OUTCOMES
                if self.happened[name] or self.would[name]
            ),
            f"{self.changed:,} would have ended otherwise{':' if self.changed else '.'}",
            *(f"  {line(played)}" for played in self.shown),
            *([f"  and {self.changed - len(self.shown):,} more"] if self.changed > len(self.shown) else []),
        ]


def line(played: Played) -> str:
    """One attempt, for a person."""
    event, risk = played.event, played.risk
    at = datetime.fromtimestamp(event.at / SECOND, UTC).strftime("%Y-%m-%d %H:%M:%S")
    why = ", ".join(f"{reason.signal} {reason.points}" for reason in risk.reasons) if risk else ""
    level = f" ({risk.level or 'no level'}, {risk.points} points{': ' if why else ''}{why})" if risk else ""
    name = one_line.printable(event.username or event.sub)
    return f"{at} {name}: {played.happened} -> {played.would}{level}; request {event.request_id}"


def json_line(played: Played) -> str:
    """One attempt, for a program."""
    risk = played.risk
    shown = {
        "request_id": played.event.request_id,
        "event_id": played.event.event_id,
        "at": played.event.at // SECOND,
        "sub": played.event.sub,
        "username": played.event.username,
        "happened": played.happened,
        "would": played.would,
        "level": risk.level if risk else "",
        "points": risk.points if risk else 0,
    }
    return msgspec.json.encode(shown).decode()
