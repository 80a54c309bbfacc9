"""Resource servers: an API and the scopes that may be granted for it (behaviour file, 1.14 and 6.9)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from poolhouse.directory import scopes
from poolhouse.errors import ReservedResourceServer, ScopeTwice
from poolhouse.ports import Row

# Cognito keeps these for itself (model text: ManagedBy). That the whole prefix is kept is [K].
_RESERVED = "aws.cognito"

REGISTRATION = "aws.cognito/dcr"
REGISTER = f"{REGISTRATION}/register"  # the scope whose holder may register app clients
_REGISTRATION_SERVER: Mapping[str, Any] = {
    "Identifier": REGISTRATION,
    "Name": "Dynamic client registration",
    "Scopes": [{"ScopeName": "register", "ScopeDescription": "Register app clients"}],
    "ManagedBy": "COGNITO",
}


class ResourceServer(Struct, frozen=True):
    """`scopes` are their descriptions by name, in the operator's order."""

    identifier: str
    name: str
    scopes: Mapping[str, str]


def of_request(request: Mapping[str, Any]) -> ResourceServer:
    """Of CreateResourceServer and UpdateResourceServer, which replaces everything.

    Raises `ReservedResourceServer`, and `ScopeTwice`, whose text is [K].
    """
    identifier = request["Identifier"]
    check_not_reserved(identifier)
    scopes: dict[str, str] = {}
    for scope in request.get("Scopes") or ():
        if scope["ScopeName"] in scopes:
            raise ScopeTwice(scope=scope["ScopeName"])
        scopes[scope["ScopeName"]] = scope["ScopeDescription"]
    return ResourceServer(identifier, request["Name"], scopes)


def check_not_reserved(identifier: str) -> None:
    """Raises `ReservedResourceServer`."""
    if identifier.startswith(_RESERVED):
        raise ReservedResourceServer(identifier=identifier)


def of_row(row: Row) -> ResourceServer:
    return ResourceServer(row["identifier"], row["name"], msgspec.json.decode(row["scopes"]))


def known_scopes(servers: Iterable[ResourceServer]) -> frozenset[str]:
    """Every scope that an app client of the pool may be given; a custom one is `<identifier>/<name>`."""
    custom = {f"{server.identifier}/{name}" for server in servers for name in server.scopes}
    return scopes.STANDARD | {REGISTER} | custom


def living(named: Collection[str], servers: Iterable[ResourceServer]) -> tuple[str, ...]:
    """Those of `named` that exist, in their order: a deleted scope that a client still lists is ignored."""
    known = known_scopes(servers)
    return tuple(scope for scope in named if scope in known)


def managed(pool_config: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """ResourceServerType of those that the service manages, less the pool. That they are listed is [K]."""
    setting = pool_config.get("DcrConfiguration", {})
    return [_REGISTRATION_SERVER] if setting.get("EnableStatus") == "Enabled" else []


def described(server: ResourceServer) -> dict[str, Any]:
    """ResourceServerType, less the pool."""
    return {
        "Identifier": server.identifier,
        "Name": server.name,
        "Scopes": [
            {"ScopeName": name, "ScopeDescription": description}
            for name, description in server.scopes.items()
        ],
    }
