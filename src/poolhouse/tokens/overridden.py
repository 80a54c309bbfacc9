"""Claims as the pool's PreTokenGeneration function wants them, where it may (behaviour file, 4.7). Pure."""

from collections.abc import Mapping
from typing import Any

from poolhouse.directory.token_overrides import UNCHANGED, ClaimChange, GroupOverride, TokenOverride

Claims = dict[str, Any]

_NEVER_IN_BOTH = frozenset(
    {"acr", "amr", "at_hash", "auth_time", "azp", "exp", "iat", "iss", "jti", "nbf", "nonce", "origin_jti"}
    | {"sub", "token_use"}
)
_NEVER_IN_ID = _NEVER_IN_BOTH | {"aud", "cognito:username", "identities"}
# That client_id is one of them, and that scope changes by scopes alone, is [K].
_NEVER_IN_ACCESS = _NEVER_IN_BOTH | {"client_id", "device_key", "event_id", "scope", "username", "version"}


def id_token(claims: Claims, override: TokenOverride) -> Claims:
    """The claims of the ID token. What may never change stays as it is, without a word."""
    if override is UNCHANGED:
        return claims
    grouped = _grouped(claims, override.groups) if override.groups else claims
    return _changed(grouped, override.id_token, _NEVER_IN_ID)


def access_token(claims: Claims, override: TokenOverride) -> Claims:
    """The claims of the access token. An `aud` is only ever the app client's id, or of the resource [K]."""
    if override is UNCHANGED:
        return claims
    grouped = _grouped(claims, override.groups, with_roles=False) if override.groups else claims
    never = _NEVER_IN_ACCESS
    if "aud" in claims or override.access_token.add.get("aud") != claims["client_id"]:
        never = never | {"aud"}
    return _changed(grouped, override.access_token, never) | {"scope": _scope(claims["scope"], override)}


def _changed(claims: Claims, change: ClaimChange, never: frozenset[str]) -> Claims:
    added = {name: value for name, value in change.add.items() if name not in never}
    kept = claims | added
    return {name: value for name, value in kept.items() if name in never or name not in change.suppress}


def _scope(before: str, override: TokenOverride) -> str:
    scopes = dict.fromkeys((*before.split(), *override.add_scopes))
    return " ".join(scope for scope in scopes if scope not in override.suppress_scopes)


def _grouped(claims: Claims, groups: GroupOverride, *, with_roles: bool = True) -> Claims:
    """Groups, and in the ID token roles, in place of the user's. What is empty is left out."""
    given: Mapping[str, Any] = {"cognito:groups": list(groups.groups)}
    if with_roles:
        given = {
            **given,
            "cognito:roles": list(groups.roles),
            "cognito:preferred_role": groups.preferred_role,
        }
    kept = {name: value for name, value in claims.items() if name not in given}
    return kept | {name: value for name, value in given.items() if value}
