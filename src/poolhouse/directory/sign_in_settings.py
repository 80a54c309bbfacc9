"""How users of a pool may sign in: SignInPolicy and AcrConfiguration of a request (2.7, service model)."""

from collections.abc import Mapping
from typing import Any

from poolhouse.directory import assurance, first_factors
from poolhouse.errors import (
    FirstFactorNotKnown,
    LevelNameTwice,
    LevelNotKnown,
    PasswordNotAllowed,
)

Config = dict[str, Any]

_USUAL = ["PASSWORD"]


def of_request(request: Mapping[str, Any]) -> Config:
    """`SignInPolicy` and `AcrConfiguration` as they are kept. Raises InvalidParameterException."""
    policy = (request.get("Policies") or {}).get("SignInPolicy") or {}
    allowed = policy.get("AllowedFirstAuthFactors") or _USUAL
    if "SOFTWARE_TOKEN" in allowed:
        raise FirstFactorNotKnown
    if "PASSWORD" not in allowed:
        raise PasswordNotAllowed
    return {
        "SignInPolicy": {"AllowedFirstAuthFactors": list(allowed)},
        "AcrConfiguration": _levels(request.get("AcrConfiguration") or {}),
    }


def allows_codes(request: Mapping[str, Any]) -> bool:
    """Can users sign in with a one-time password?"""
    allowed = of_request(request)["SignInPolicy"]["AllowedFirstAuthFactors"]
    return not set(allowed).isdisjoint(first_factors.ADDRESS_OF)


def _levels(given: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """The effective names: what is not given has its default. All four must differ."""
    effective = {f"Level{level}": {"AcrValue": name} for level, name in assurance.names({}).items()}
    if not given.keys() <= effective.keys():
        raise LevelNotKnown
    effective |= {level: {"AcrValue": setting["AcrValue"]} for level, setting in given.items()}
    if len({setting["AcrValue"] for setting in effective.values()}) < len(effective):
        raise LevelNameTwice
    return effective
