"""The file of `poolhouse rehearse --policy`: what would be other than it is (docs/events.md)."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from poolhouse.directory import risk_config, risk_scale
from poolhouse.directory.risk_config import Config
from poolhouse.errors import InvalidParameter


class LockoutTable(Struct, frozen=True, forbid_unknown_fields=True):
    """As the pool's tags have it (docs/settings.md)."""

    free_tries: Annotated[int, Meta(ge=1, le=100)] | None = None
    longest_seconds: Annotated[int, Meta(ge=1, le=86_400)] | None = None


class PolicyFile(Struct, frozen=True, forbid_unknown_fields=True):
    """Every member may be left out: then it is as it is.

    mode        of threat protection
    risk        the members of SetRiskConfiguration, in force for every app client
    points      of signals, and
    thresholds  of levels
    mfa         `MfaConfiguration`
    """

    mode: Literal["OFF", "AUDIT", "ENFORCED"] | None = None
    risk: dict[str, Any] | None = None
    points: dict[str, int] = {}
    thresholds: dict[str, int] = {}
    mfa: Literal["OFF", "OPTIONAL", "ON"] | None = None
    lockout: LockoutTable = LockoutTable()

    def tags(self, now: Mapping[str, str]) -> dict[str, str]:
        """The pool's tags of now, with the points and thresholds of this file."""
        named = {risk_scale.POINTS_TAG: self.points, risk_scale.THRESHOLDS_TAG: self.thresholds}
        changed = {tag: _pairs(given) for tag, given in named.items() if given}
        return {**now, **{tag: f"{now.get(tag, '')} {pairs}".strip() for tag, pairs in changed.items()}}

    def risk_config(self) -> Config | None:
        """Checked. None: as it is."""
        return None if self.risk is None else risk_config.of_request(self.risk)


def read(text: bytes) -> PolicyFile:
    """Raises `InvalidParameter`, with one sentence."""
    try:
        found = msgspec.json.decode(text, type=PolicyFile)
    except msgspec.MsgspecError as error:
        raise InvalidParameter(f"it must be JSON as docs/events.md shows it; {error}") from error
    for tag, value in found.tags({}).items():
        risk_scale.check(tag, value)
    return found


def _pairs(given: Mapping[str, int]) -> str:
    return " ".join(f"{name}={number}" for name, number in given.items())
