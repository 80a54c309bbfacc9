"""How far threat protection goes in a pool: `UserPoolAddOns` (behaviour file, 7.2)."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from poolhouse.errors import CustomFlowsAlone

OFF, AUDIT, ENFORCED = "OFF", "AUDIT", "ENFORCED"


class ThreatProtection(Struct, frozen=True):
    """OFF: nothing is assessed. AUDIT: assessed and recorded, never acted upon. ENFORCED: acted upon.

    mode         of sign-ins, sign-ups and password changes
    custom_mode  of sign-ins by challenges of the pool's own functions (CUSTOM_AUTH)
    """

    mode: str = OFF
    custom_mode: str = OFF

    @property
    def on(self) -> bool:
        return self.mode != OFF

    def mode_of(self, flow: str) -> str:
        """Of a sign-in by this flow."""
        return self.custom_mode if flow == "CUSTOM_AUTH" else self.mode


def from_config(config: Mapping[str, Any]) -> ThreatProtection:
    """Of a pool's stored configuration."""
    given = config.get("UserPoolAddOns") or {}
    flows = given.get("AdvancedSecurityAdditionalFlows") or {}
    return ThreatProtection(given.get("AdvancedSecurityMode", OFF), flows.get("CustomAuthMode", OFF))


def check(request: Mapping[str, Any]) -> None:
    """Of CreateUserPool and UpdateUserPool. That a mode for custom flows alone is refused is [K]."""
    found = from_config(request)
    if not found.on and found.custom_mode != OFF:
        raise CustomFlowsAlone


def usual_tier(request: Mapping[str, Any]) -> str:
    """The tier of a request that names none (1.10)."""
    return "PLUS" if from_config(request).on else "ESSENTIALS"
