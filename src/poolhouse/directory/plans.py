"""Feature plans: what the tiers LITE, ESSENTIALS and PLUS have (behaviour file, 7.3). Pure.

The one table of it: whatever asks for a tier asks here. With the setting `tiers` = open every pool has
every feature, whatever its `UserPoolTier` says; with `enforced`, what its tier has. The words are [K].
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from poolhouse.directory import (
    assurance,
    log_delivery,
    registration,
    session_settings,
    threat_protection,
    triggers,
)
from poolhouse.directory.factors import EMAIL
from poolhouse.directory.pools import MFA_FACTORS
from poolhouse.errors import FeatureUnavailableInTier, TierChangeNotAllowed
from poolhouse.settings import Settings

Config = Mapping[str, Any]

LITE, ESSENTIALS, PLUS = "LITE", "ESSENTIALS", "PLUS"
_RANK: Mapping[str, int] = {LITE: 0, ESSENTIALS: 1, PLUS: 2}

_MEMBER = "UserPoolTier"


def _never(config: Config) -> bool:
    """Not a part of a pool's configuration: what is asked for is checked where it is asked for."""
    return False


class Feature(Struct, frozen=True):
    """tier    the least that has it
    says    what is not available, with its verb
    undo    what has to be done before the pool gets a tier without it, where that can be
    on      does a pool's stored configuration use it?
    """

    tier: str
    says: str
    undo: str = ""
    on: Callable[[Config], bool] = _never


def _password_policy(config: Config) -> Config:
    found: Config = config.get("Policies", {}).get("PasswordPolicy", {})
    return found


def _has_first_factors(config: Config) -> bool:
    allowed = config.get("Policies", {}).get("SignInPolicy", {}).get("AllowedFirstAuthFactors")
    return bool(allowed) and list(allowed) != ["PASSWORD"]


PASSWORD_HISTORY = Feature(
    ESSENTIALS,
    "PasswordHistorySize is",
    "Set PasswordHistorySize to 0",
    lambda config: bool(_password_policy(config).get("PasswordHistorySize")),
)
FIRST_FACTORS = Feature(
    ESSENTIALS,
    "AllowedFirstAuthFactors other than PASSWORD are",
    "Allow PASSWORD alone",
    _has_first_factors,
)
LEVEL_NAMES = Feature(
    ESSENTIALS,
    "AcrConfiguration is",
    "Remove AcrConfiguration",
    lambda config: assurance.names(config) != assurance.names({}),
)
TOKEN_CUSTOMIZATION = Feature(
    ESSENTIALS,
    "V2_0 and V3_0 of PreTokenGenerationConfig are",
    "Use V1_0 of PreTokenGenerationConfig",
    lambda config: triggers.changes_access_tokens(config.get("LambdaConfig", {})),
)
REGISTRATION = Feature(
    ESSENTIALS, "DcrConfiguration is", "Disable DcrConfiguration", lambda config: registration.enabled(config)
)
SESSIONS = Feature(
    ESSENTIALS,
    "User session tracking is",
    "Disable UserSessionTracking",
    lambda config: session_settings.from_config(config).tracked,
)
EMAIL_MFA = Feature(
    ESSENTIALS, "Email MFA is", "Turn off email MFA", lambda config: EMAIL in config.get(MFA_FACTORS, ())
)
THREAT_PROTECTION = Feature(
    PLUS,
    "UserPoolAddOns is",
    "Set AdvancedSecurityMode of UserPoolAddOns to OFF",
    lambda config: threat_protection.from_config(config).on,
)
ACTIVITY_EXPORT = Feature(
    PLUS,
    "Log delivery of userAuthEvents is",
    "Take userAuthEvents from the log delivery configuration",
    lambda config: log_delivery.AUTH_EVENTS in log_delivery.destinations(config),
)

# What is kept elsewhere than in a pool's configuration, or is asked for with a request alone.
PASSKEYS = Feature(ESSENTIALS, "WebAuthnConfiguration is")
MANAGED_LOGIN = Feature(ESSENTIALS, "Managed login is", "Set ManagedLoginVersion of the domain to 1")
BRANDING = Feature(ESSENTIALS, "Managed login branding is", "Delete the managed login branding")
CHOICE = Feature(
    ESSENTIALS, "USER_AUTH is", "Take ALLOW_USER_AUTH from the ExplicitAuthFlows of every app client"
)
STEP_UP = Feature(ESSENTIALS, "Step-up authentication is")

FEATURES = (
    FIRST_FACTORS,
    LEVEL_NAMES,
    REGISTRATION,
    PASSWORD_HISTORY,
    TOKEN_CUSTOMIZATION,
    EMAIL_MFA,
    SESSIONS,
    THREAT_PROTECTION,
    PASSKEYS,
    MANAGED_LOGIN,
    BRANDING,
    CHOICE,
    STEP_UP,
    ACTIVITY_EXPORT,
)


def has(settings: Settings, config: Config, feature: Feature) -> bool:
    """Has a pool of this configuration the feature?"""
    return settings.tiers == "open" or _includes(tier_of(config), feature)


def require(settings: Settings, config: Config, feature: Feature) -> None:
    """Raises `FeatureUnavailableInTier`."""
    if not has(settings, config, feature):
        raise FeatureUnavailableInTier(feature=feature.says, tier=tier_of(config))


def check(settings: Settings, config: Config, before: Config | None = None) -> None:
    """A pool's whole configuration, as it would be stored in place of the one `before`.

    Raises `FeatureUnavailableInTier` or, where it is the tier that would go, `TierChangeNotAllowed`.
    """
    for feature in FEATURES:
        if feature.on(config):
            check_kept(settings, config, feature, before)


def check_kept(settings: Settings, config: Config, feature: Feature, before: Config | None) -> None:
    """That a pool may have a feature that it uses. Raises as `check` does."""
    if has(settings, config, feature):
        return
    if before is not None and _includes(tier_of(before), feature):
        raise TierChangeNotAllowed(undo=feature.undo, tier=tier_of(config))
    raise FeatureUnavailableInTier(feature=feature.says, tier=tier_of(config))


def lost(settings: Settings, config: Config, before: Config) -> Iterator[Feature]:
    """The features that the tier of `before` has and that of `config` has not."""
    for feature in FEATURES:
        if _includes(tier_of(before), feature) and not has(settings, config, feature):
            yield feature


def tier_of(config: Config) -> str:
    """Of a pool's stored configuration, whatever the setting says."""
    return str(config.get(_MEMBER, ESSENTIALS))


def _includes(tier: str, feature: Feature) -> bool:
    return _RANK[tier] >= _RANK[feature.tier]
