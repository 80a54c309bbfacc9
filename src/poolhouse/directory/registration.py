"""DcrConfiguration: whether and as what app clients may register themselves (service model, RFC 7591)."""

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from poolhouse.directory import resource_servers, scopes
from poolhouse.directory.resource_servers import ResourceServer

Config = dict[str, Any]

OIDC_SCOPES = (scopes.OPENID, scopes.EMAIL, scopes.PHONE, scopes.PROFILE)

_MEMBER = "DcrConfiguration"
_USUAL_FLOWS = {"AuthenticatedGrantTypes": ("code", "client_credentials"), "OpenDcrGrantTypes": ("code",)}


class Permission(Struct, frozen=True):
    """What a client may register as.

    flows   of AllowedOAuthFlows; empty: nobody may register in this way
    scopes  that it may be given, beside the OIDC scopes
    """

    flows: frozenset[str]
    scopes: tuple[str, ...]


def of_request(request: Mapping[str, Any]) -> Config:
    """The setting as it is kept: what it does not say of the status turns registration on (model text)."""
    given = request.get(_MEMBER)
    if given is None:
        return {}
    return {_MEMBER: {"EnableStatus": "Enabled", "OpenDcrEnabled": False} | dict(given)}


def enabled(config: Mapping[str, Any]) -> bool:
    """Of a pool's configuration."""
    return bool(config.get(_MEMBER, {}).get("EnableStatus") == "Enabled")


def is_open(config: Mapping[str, Any]) -> bool:
    """May a client register without an access token?"""
    return bool(enabled(config) and config[_MEMBER].get("OpenDcrEnabled"))


def permission(
    config: Mapping[str, Any], servers: Iterable[ResourceServer], *, authenticated: bool
) -> Permission:
    """Of a pool where registration is enabled. `implicit` is taken and ignored, as AWS says."""
    setting = config[_MEMBER]
    member = "AuthenticatedGrantTypes" if authenticated else "OpenDcrGrantTypes"
    flows = frozenset(setting.get(member, _USUAL_FLOWS[member])) - {"implicit"}
    return Permission(flows, more_scopes(config, servers))


def more_scopes(config: Mapping[str, Any], servers: Iterable[ResourceServer]) -> tuple[str, ...]:
    """AllowedScopes that exist and are not OIDC scopes; never the one whose holder may register others."""
    never = {resource_servers.REGISTER, *OIDC_SCOPES}
    allowed = [scope for scope in config[_MEMBER].get("AllowedScopes", ()) if scope not in never]
    return resource_servers.living(allowed, servers)
