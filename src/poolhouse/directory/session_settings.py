"""Which sign-ins a pool keeps track of, and for how long a browser stays signed in (1.3). Pure."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

CONFIG = "SessionConfiguration"  # the member of a pool's stored configuration

USUAL_MOST = 20  # tracked sign-ins of one user
USUAL_MINUTES = 60  # that a browser stays signed in


class SessionSettings(Struct, frozen=True):
    """
    most     tracked sign-ins of a user; the one that was idle for longest makes room
    minutes  by app client, that a browser stays signed in for it; 0: it has to sign in each time
    """

    tracked: bool = False
    most: int = USUAL_MOST
    minutes: Mapping[str, int] = field(default_factory=dict)

    def minutes_for(self, client_id: str) -> int:
        """Without tracking every client has the usual hour."""
        return self.minutes.get(client_id, USUAL_MINUTES) if self.tracked else USUAL_MINUTES

    def to_config(self) -> dict[str, Any]:
        return {"Tracked": self.tracked, "Most": self.most, "Minutes": dict(self.minutes)}


def for_clients(config: Mapping[str, Any], ids: Mapping[str, str]) -> dict[str, Any]:
    """A pool's stored configuration when its app clients have other ids; clients without one are left out."""
    kept = config.get(CONFIG)
    if not kept:
        return dict(config)
    minutes = {ids[client_id]: value for client_id, value in kept["Minutes"].items() if client_id in ids}
    return {**config, CONFIG: {**kept, "Minutes": minutes}}


def from_config(config: Mapping[str, Any]) -> SessionSettings:
    """Of a pool's stored configuration."""
    kept = config.get(CONFIG)
    if not kept:
        return SessionSettings()
    return SessionSettings(kept["Tracked"], kept["Most"], kept["Minutes"])
