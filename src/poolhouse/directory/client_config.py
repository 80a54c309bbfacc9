"""An app client's configuration from a request: defaults and rules.

The configuration is what DescribeUserPoolClient answers, less ids, dates and secrets (behaviour
file, 1.11, 2.8, 3.5, 3.9 and 4.5).
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from poolhouse.directory import client_oauth, unsupported_settings
from poolhouse.directory.client_oauth import Surroundings
from poolhouse.directory.clients import PROPAGATES, allowed_flows, validity
from poolhouse.directory.pools import Pool
from poolhouse.directory.schema import NOT_USER_WRITABLE, Attribute
from poolhouse.errors import (
    ContextWithoutSecret,
    InvalidParameter,
    InvalidTokenValidity,
    InvalidWriteAttributes,
)
from poolhouse.ports import SECOND

Config = dict[str, Any]

# What AWS answered in 2020 to an ALLOW_ list without it (behaviour file, 2.8). Off, such a list is stored.
REFRESH_MUST_BE_ALLOWED = True

_REFRESH = "ALLOW_REFRESH_TOKEN_AUTH"
_SRP = "ALLOW_USER_SRP_AUTH"
_REFRESH_DAYS = 30

# Seconds that a token may live, least and most (behaviour file, 4.5).
_BOUNDS = {"IdToken": (300, 86_400), "AccessToken": (300, 86_400), "RefreshToken": (3_600, 315_360_000)}
_AS_GIVEN = (
    "AccessTokenValidity",
    "IdTokenValidity",
    "ReadAttributes",
    "WriteAttributes",
    "ExplicitAuthFlows",
    "SupportedIdentityProviders",
    "CallbackURLs",
    "LogoutURLs",
    "DefaultRedirectURI",
    "AllowedOAuthFlows",
    "AllowedOAuthScopes",
)


def new_config(request: Mapping[str, Any], pool: Pool, around: Surroundings) -> Config:
    """Of CreateUserPoolClient and, since it replaces everything, of UpdateUserPoolClient.

    Raises `InvalidParameter`, `NotSupportedYet`, InvalidOAuthFlowException and ScopeDoesNotExistException.
    """
    unsupported_settings.check_client(request)
    config = _with_defaults(request)
    _check_flows(config)
    check_password_storage(config, pool.password_storage)
    _check_validity(config)
    _check_attributes(config, pool.schema)
    client_oauth.check(config, pool.pool_id, around)
    if config[PROPAGATES] and not around.has_secret:
        raise ContextWithoutSecret
    return config


def of_row(row: Mapping[str, Any]) -> Config:
    """The configuration in a row of the store."""
    config: Config = msgspec.json.decode(row["config"])
    return config


def takes_part_in_choice(config: Mapping[str, Any]) -> bool:
    """Does the app client allow USER_AUTH?"""
    return "ALLOW_USER_AUTH" in config.get("ExplicitAuthFlows", ())


def check_password_storage(config: Mapping[str, Any], storage: str) -> None:
    """SRP needs a verifier, and a pool that keeps argon2id hashes has none."""
    if storage != "argon2id" or _SRP not in allowed_flows(config.get("ExplicitAuthFlows")):
        return
    raise InvalidParameter(
        "The user pool keeps passwords as argon2id hashes, which SRP cannot check: name the flows of the "
        f"app client in ExplicitAuthFlows without {_SRP}, or set the pool's tag poolhouse:password-storage "
        "to srp."
    )


def _with_defaults(request: Mapping[str, Any]) -> Config:
    config: Config = {
        "TokenValidityUnits": dict(request.get("TokenValidityUnits") or {}),
        "PreventUserExistenceErrors": request.get("PreventUserExistenceErrors", "LEGACY"),
        "EnableTokenRevocation": request.get("EnableTokenRevocation", True),
        PROPAGATES: request.get(PROPAGATES, False),
        "AllowedOAuthFlowsUserPoolClient": request.get("AllowedOAuthFlowsUserPoolClient", False),
        "AuthSessionValidity": request.get("AuthSessionValidity", 3),
        "RefreshTokenValidity": request.get("RefreshTokenValidity") or _REFRESH_DAYS,
    }
    if not request.get("RefreshTokenValidity") and "RefreshToken" in config["TokenValidityUnits"]:
        config["TokenValidityUnits"]["RefreshToken"] = "days"
    rotation = request.get("RefreshTokenRotation")
    if rotation:
        grace = rotation.get("RetryGracePeriodSeconds", 0) if rotation["Feature"] == "ENABLED" else 0
        config["RefreshTokenRotation"] = {"Feature": rotation["Feature"], "RetryGracePeriodSeconds": grace}
    return config | {member: request[member] for member in _AS_GIVEN if request.get(member)}


def _check_flows(config: Config) -> None:
    """Legacy values stand alone; rotation and REFRESH_TOKEN_AUTH exclude each other."""
    named = config.get("ExplicitAuthFlows", ())
    modern = [flow for flow in named if flow.startswith("ALLOW_")]
    if modern and len(modern) < len(named):
        raise InvalidParameter(
            "ExplicitAuthFlows cannot have ADMIN_NO_SRP_AUTH, CUSTOM_AUTH_FLOW_ONLY or USER_PASSWORD_AUTH "
            "beside values that start with ALLOW_."
        )
    rotates = config.get("RefreshTokenRotation", {}).get("Feature") == "ENABLED"
    refreshes = _REFRESH in allowed_flows(named)
    if rotates and refreshes:
        raise InvalidParameter(
            "RefreshTokenRotation cannot be ENABLED together with ALLOW_REFRESH_TOKEN_AUTH: name the flows "
            "of the app client in ExplicitAuthFlows without it, and refresh with GetTokensFromRefreshToken."
        )
    signs_users_in = client_oauth.TOKEN_AUTH not in named
    if modern and signs_users_in and not rotates and not refreshes and REFRESH_MUST_BE_ALLOWED:
        raise InvalidParameter("REFRESH_TOKEN_AUTH should always be allowed.")


def _check_validity(config: Config) -> None:
    lives = {
        "IdToken": validity(config, "IdToken", 1, "hours"),
        "AccessToken": validity(config, "AccessToken", 1, "hours"),
        "RefreshToken": validity(config, "RefreshToken", _REFRESH_DAYS, "days"),
    }
    for token, (least, most) in _BOUNDS.items():
        if not least * SECOND <= lives[token] <= most * SECOND:
            raise InvalidTokenValidity
    if max(lives["IdToken"], lives["AccessToken"]) > lives["RefreshToken"]:
        raise InvalidTokenValidity


def _check_attributes(config: Config, schema: Mapping[str, Attribute]) -> None:
    for name in config.get("ReadAttributes", ()):
        if name not in schema or schema[name].developer_only:
            raise InvalidParameter("Invalid read attributes specified while creating a client")
    named = config.get("WriteAttributes")
    if not named:
        return
    for name in named:
        if name not in schema or schema[name].developer_only or name in NOT_USER_WRITABLE:
            raise InvalidWriteAttributes
    required = {attribute.name for attribute in schema.values() if attribute.required} - NOT_USER_WRITABLE
    if not required.issubset(named):
        raise InvalidWriteAttributes
