"""App clients: what one may do, and for how long its tokens live."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from poolhouse.directory.pools import Pool
from poolhouse.directory.schema import DEFAULT_READ, DEFAULT_WRITE
from poolhouse.ports import DAY, HOUR, MINUTE, SECOND, Instant

PROPAGATES = "EnablePropagateAdditionalUserContextData"
UNITS: Mapping[str, Instant] = {"seconds": SECOND, "minutes": MINUTE, "hours": HOUR, "days": DAY}

# What `ExplicitAuthFlows` means when it is left out (behaviour file, 2.3).
DEFAULT_FLOWS = frozenset({"ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH"})
_LEGACY_FLOWS = {
    "ADMIN_NO_SRP_AUTH": "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "CUSTOM_AUTH_FLOW_ONLY": "ALLOW_CUSTOM_AUTH",
    "USER_PASSWORD_AUTH": "ALLOW_USER_PASSWORD_AUTH",
}


class Client(Struct, frozen=True):
    """One app client at one version of its pool. Lengths of life are in microseconds."""

    client_id: str
    pool_id: str
    name: str
    config: Mapping[str, Any]
    secrets: tuple[str, ...]
    created_at: Instant
    modified_at: Instant
    flows: frozenset[str]  # in the ALLOW_ form
    readable: frozenset[str]
    writable: frozenset[str]
    id_validity: Instant
    access_validity: Instant
    refresh_validity: Instant
    session_validity: Instant
    hides_users: bool  # PreventUserExistenceErrors = ENABLED
    revocable: bool  # EnableTokenRevocation
    rotates: bool
    rotation_grace: Instant
    oauth_enabled: bool  # AllowedOAuthFlowsUserPoolClient
    oauth_flows: frozenset[str]  # code | implicit | client_credentials
    scopes: tuple[str, ...]  # AllowedOAuthScopes, in the operator's order
    callback_urls: tuple[str, ...]
    logout_urls: tuple[str, ...]
    default_redirect_uri: str  # empty: none
    providers: tuple[str, ...]  # SupportedIdentityProviders; COGNITO is the pool itself
    browser_life: Instant  # for how long a browser stays signed in for it
    third_party: bool  # it registered itself (ClientType DCR), so its users are asked for consent
    propagates_context: bool  # it may name the user's address (PROPAGATES), if it proves itself


def from_row(row: Mapping[str, Any], secrets: Sequence[str], pool: Pool) -> Client:
    """A client from its row in the store and its opened secrets."""
    config = msgspec.json.decode(row["config"])
    rotation = config.get("RefreshTokenRotation", {})
    return Client(
        client_id=row["client_id"],
        pool_id=row["pool_id"],
        name=row["name"],
        config=config,
        secrets=tuple(secrets),
        created_at=row["created_at"],
        modified_at=row["modified_at"],
        flows=allowed_flows(config.get("ExplicitAuthFlows")),
        readable=frozenset(config.get("ReadAttributes") or DEFAULT_READ),
        writable=_writable(config, pool),
        id_validity=validity(config, "IdToken", 1, "hours"),
        access_validity=validity(config, "AccessToken", 1, "hours"),
        refresh_validity=validity(config, "RefreshToken", 30, "days"),
        session_validity=config.get("AuthSessionValidity", 3) * MINUTE,
        hides_users=config.get("PreventUserExistenceErrors") == "ENABLED",
        revocable=config.get("EnableTokenRevocation", True),
        rotates=rotation.get("Feature") == "ENABLED",
        rotation_grace=rotation.get("RetryGracePeriodSeconds", 0) * SECOND,
        oauth_enabled=config.get("AllowedOAuthFlowsUserPoolClient", False),
        oauth_flows=frozenset(config.get("AllowedOAuthFlows", ())),
        scopes=tuple(config.get("AllowedOAuthScopes", ())),
        callback_urls=tuple(config.get("CallbackURLs", ())),
        logout_urls=tuple(config.get("LogoutURLs", ())),
        default_redirect_uri=config.get("DefaultRedirectURI", ""),
        providers=tuple(config.get("SupportedIdentityProviders", ())),
        browser_life=pool.sessions.minutes_for(row["client_id"]) * MINUTE,
        third_party=row["client_type"] == "DCR",
        propagates_context=config.get(PROPAGATES, False),
    )


def allowed_flows(named: Sequence[str] | None) -> frozenset[str]:
    """`ExplicitAuthFlows` in the ALLOW_ form. The legacy values always allow refreshing and SRP.

    That legacy lists keep SRP and refresh open is [K].
    """
    if not named:
        return DEFAULT_FLOWS
    if any(flow.startswith("ALLOW_") for flow in named):
        return frozenset(named)
    translated = frozenset(_LEGACY_FLOWS[flow] for flow in named)
    if "CUSTOM_AUTH_FLOW_ONLY" in named:
        return translated | {"ALLOW_REFRESH_TOKEN_AUTH"}
    return translated | {"ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"}


def validity(config: Mapping[str, Any], token: str, usual: int, usual_unit: str) -> Instant:
    """How long a token lives, in microseconds; 0 for the refresh token means its default."""
    amount = config.get(f"{token}Validity")
    if not amount:
        return usual * UNITS[usual_unit]
    unit = config.get("TokenValidityUnits", {}).get(token, usual_unit)
    return int(amount) * UNITS[unit]


def _writable(config: Mapping[str, Any], pool: Pool) -> frozenset[str]:
    named = config.get("WriteAttributes")
    if named:
        return frozenset(named)
    return DEFAULT_WRITE | {a.name for a in pool.schema.values() if a.required and a.name != "sub"}
