"""How much each signal of risk weighs, and how many points make a level (docs/threat-protection.md).

AWS has no member for either, so a pool changes them by tags, as `new-device=20 new-country=40`.
"""

import re
from collections.abc import Mapping

from msgspec import Struct

from poolhouse.errors import InvalidParameter

POINTS_TAG = "poolhouse:risk-points"
THRESHOLDS_TAG = "poolhouse:risk-thresholds"

LOW, MEDIUM, HIGH = "LOW", "MEDIUM", "HIGH"

# What tests/risk/test_replays.py plays attacks and ordinary life against. A device that is known takes points
# away.
POINTS: Mapping[str, int] = {
    "new-device": 30,
    "known-device": -20,
    "user-agent-change": 5,
    "new-address": 5,
    "new-network": 10,
    "new-country": 25,
    "impossible-travel": 35,
    "address-fails-many": 40,
    "user-fails-often": 20,
    "bad-address": 50,
    "unusual-hour": 5,
    "young-account": 5,
    "recent-reset": 10,
    "reported": 60,
}
THRESHOLDS: Mapping[str, int] = {"low": 25, "medium": 45, "high": 70}

_MOST = 100
_PAIR = re.compile(r"([a-z-]{1,32})=(-?[0-9]{1,3})", re.ASCII)


class Scale(Struct, frozen=True):
    """What a pool's points and levels are."""

    points: Mapping[str, int]
    low: int
    medium: int
    high: int

    def level(self, points: int) -> str:
        """LOW, MEDIUM, HIGH, or nothing."""
        if points >= self.high:
            return HIGH
        if points >= self.medium:
            return MEDIUM
        return LOW if points >= self.low else ""


def of_tags(tags: Mapping[str, str]) -> Scale:
    """The defaults with what the pool's tags change. Raises as `check` for tags that were never checked."""
    points = {**POINTS, **_read(POINTS_TAG, tags.get(POINTS_TAG, ""), POINTS)}
    levels = {**THRESHOLDS, **_read(THRESHOLDS_TAG, tags.get(THRESHOLDS_TAG, ""), THRESHOLDS)}
    return Scale(points, levels["low"], levels["medium"], levels["high"])


def check(key: str, value: str) -> None:
    """One of our two tags. Raises `InvalidParameter`, with one sentence."""
    if key == POINTS_TAG:
        _read(key, value, POINTS)
        return
    levels = {**THRESHOLDS, **_read(key, value, THRESHOLDS)}
    if not 0 < levels["low"] < levels["medium"] < levels["high"]:
        raise InvalidParameter(f"The tag {key} must have 0 < low < medium < high.")


def _read(key: str, value: str, known: Mapping[str, int]) -> dict[str, int]:
    """`name=number name=number`."""
    found: dict[str, int] = {}
    for part in value.split(" "):
        pair = _PAIR.fullmatch(part)
        if part and pair is None:
            raise InvalidParameter(
                f"The tag {key} must be pairs such as {next(iter(known))}=30, with spaces between."
            )
        if pair is None:
            continue
        name, number = pair[1], int(pair[2])
        if name not in known:
            raise InvalidParameter(f"The tag {key} knows no {name}: it has {', '.join(known)}.")
        if not -_MOST <= number <= _MOST:
            raise InvalidParameter(f"The tag {key} must have whole numbers from -{_MOST} to {_MOST}.")
        found[name] = number
    return found
