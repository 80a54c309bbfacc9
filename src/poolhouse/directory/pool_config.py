"""A user pool's configuration from a request: defaults, rules, and what an update may not change.

The configuration is what DescribeUserPool answers, less dates, counts and tags; of the schema it
keeps the entries that differ from the standard attributes (behaviour file, 1.10 and 3.9).
"""

from collections.abc import Mapping
from typing import Any

from poolhouse.directory import (
    log_delivery,
    message_settings,
    mfa_config,
    registration,
    schema_rules,
    session_settings,
    sign_in_settings,
    threat_protection,
    triggers,
    unsupported_settings,
)
from poolhouse.errors import InvalidParameter

Config = dict[str, Any]

_IMMUTABLE = ("UsernameAttributes", "AliasAttributes", "UsernameConfiguration", "SchemaAttributes")
# Kept as they came, where they came with anything.
_AS_GIVEN = (
    "AutoVerifiedAttributes",
    "SmsConfiguration",
    "AccountRecoverySetting",
    "UserPoolAddOns",
    "DeviceConfiguration",
    "KeyConfiguration",
    "IssuerConfiguration",
)
_TEMPORARY_DAYS = 7


def new_config(request: Mapping[str, Any]) -> Config:
    """Of CreateUserPool. Raises `InvalidParameter`, `NotSupportedYet`. What the tier has not: plans.py."""
    unsupported_settings.check_pool(request)
    config = _mutable(request) | mfa_config.of_new_pool(request) | _given(request, _IMMUTABLE)
    config["SchemaAttributes"] = schema_rules.new_schema(request.get("Schema") or ())
    _check_names(config)
    return config


def replaced_config(old: Mapping[str, Any], request: Mapping[str, Any]) -> Config:
    """Of UpdateUserPool: what the request leaves out gets its default, except what never changes.

    Raises as `new_config` does.
    """
    unsupported_settings.check_pool(request)
    config = _mutable(request) | {member: old[member] for member in _IMMUTABLE if member in old}
    config |= mfa_config.of_changed_pool(old, request)
    if "DcrConfiguration" not in config:
        config |= _given(old, ("DcrConfiguration",))
    config |= _given(old, (session_settings.CONFIG, log_delivery.CONFIG))
    return config


def _mutable(request: Mapping[str, Any]) -> Config:
    admin, days = _admin_create_user(request)
    password = _password_policy(request.get("Policies", {}).get("PasswordPolicy"), days)
    sign_in = sign_in_settings.of_request(request)
    config: Config = {
        "Policies": {"PasswordPolicy": password, "SignInPolicy": sign_in["SignInPolicy"]},
        "AcrConfiguration": sign_in["AcrConfiguration"],
        "DeletionProtection": request.get("DeletionProtection", "INACTIVE"),
        "LambdaConfig": triggers.checked(request.get("LambdaConfig") or {}),
        "UserPoolTier": request.get("UserPoolTier") or threat_protection.usual_tier(request),
        "AdminCreateUserConfig": admin
        | {"UnusedAccountValidityDays": password["TemporaryPasswordValidityDays"]},
        "EmailConfiguration": message_settings.email(request.get("EmailConfiguration", {})),
        "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": _keep_original(request)},
    }
    message_settings.check_sms(request.get("SmsConfiguration"))
    _check_recovery(request.get("AccountRecoverySetting"))
    threat_protection.check(request)
    config |= message_settings.verification(request) | registration.of_request(request)
    return config | _given(request, _AS_GIVEN)


def _given(request: Mapping[str, Any], members: tuple[str, ...]) -> Config:
    return {member: request[member] for member in members if request.get(member)}


def _password_policy(policy: Mapping[str, Any] | None, unused_days: int) -> dict[str, Any]:
    """A policy that is given requires what it says and nothing else [K]; none is the default of 3.9."""
    unnamed = policy is None
    policy = policy or {}
    return {
        "MinimumLength": policy.get("MinimumLength", 8),
        "RequireUppercase": policy.get("RequireUppercase", unnamed),
        "RequireLowercase": policy.get("RequireLowercase", unnamed),
        "RequireNumbers": policy.get("RequireNumbers", unnamed),
        "RequireSymbols": policy.get("RequireSymbols", unnamed),
        "PasswordHistorySize": policy.get("PasswordHistorySize", 0),
        # 0 counts as left out (model text).
        "TemporaryPasswordValidityDays": policy.get("TemporaryPasswordValidityDays") or unused_days,
    }


def _admin_create_user(request: Mapping[str, Any]) -> tuple[dict[str, Any], int]:
    """AdminCreateUserConfig without its days, and these days: the older name of a password setting.

    The invitation's default shows only where the whole setting was left out: an infrastructure tool that
    sets a part of it would take a template that it did not set for drift.
    """
    given = request.get("AdminCreateUserConfig")
    days = (given or {}).get("UnusedAccountValidityDays")
    password = request.get("Policies", {}).get("PasswordPolicy", {})
    if days is not None and password.get("TemporaryPasswordValidityDays"):
        raise InvalidParameter(  # [K]
            "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays"
        )
    config: dict[str, Any] = {
        "AllowAdminCreateUserOnly": (given or {}).get("AllowAdminCreateUserOnly", False)
    }
    template = message_settings.DEFAULT_INVITATION if given is None else given.get("InviteMessageTemplate")
    if template:
        message_settings.check_invitation(template, passwordless=sign_in_settings.allows_codes(request))
        config["InviteMessageTemplate"] = dict(template)
    return config, days or _TEMPORARY_DAYS


def _keep_original(request: Mapping[str, Any]) -> list[str]:
    settings = request.get("UserAttributeUpdateSettings") or {}
    names = list(settings.get("AttributesRequireVerificationBeforeUpdate") or ())
    automatic = request.get("AutoVerifiedAttributes") or ()
    for name in names:
        if name not in automatic:
            raise InvalidParameter(
                f"AttributesRequireVerificationBeforeUpdate has {name}, but AutoVerifiedAttributes has not."
            )
    return names


def _check_recovery(setting: Mapping[str, Any] | None) -> None:
    """Behaviour file, 3.7: each mechanism and each priority once, and admin_only alone."""
    mechanisms = (setting or {}).get("RecoveryMechanisms") or ()
    names = [mechanism["Name"] for mechanism in mechanisms]
    priorities = [mechanism["Priority"] for mechanism in mechanisms]
    if len(set(names)) < len(names) or len(set(priorities)) < len(priorities):
        raise InvalidParameter("AccountRecoverySetting names a mechanism or a priority twice.")
    if "admin_only" in names and len(names) > 1:
        raise InvalidParameter("The recovery mechanism admin_only cannot stand beside another one.")


def _check_names(config: Config) -> None:
    """The sign-in names of 3.2."""
    if config.get("AliasAttributes") and config.get("UsernameAttributes"):
        raise InvalidParameter(  # [K]
            "Only one of the aliasAttributes or usernameAttributes can be set in a user pool."
        )
    required = {entry["Name"] for entry in config["SchemaAttributes"] if entry["Required"]}
    if "preferred_username" in required and "preferred_username" in config.get("AliasAttributes", ()):
        raise InvalidParameter("preferred_username cannot be both a required attribute and an alias.")
