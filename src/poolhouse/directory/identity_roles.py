"""Which role an identity gets: what a pool may be set to, and the choice (behaviour file, 1.19). Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from poolhouse.directory import login_providers
from poolhouse.directory.identity_pools import IdentityPool
from poolhouse.directory.logins import USER_POOL_SIGN_IN, Login
from poolhouse.errors import (
    IdentityForbidden,
    InvalidIdentityPoolConfiguration,
    InvalidRoleArn,
    InvalidRoleMapping,
)

MOST_RULES = 25  # of a provider (behaviour file, 8.2)
TOKEN, RULES = "Token", "Rules"
AUTHENTICATED, UNAUTHENTICATED = "authenticated", "unauthenticated"

_ROLE = re.compile(r"arn:aws:iam::\d{12}:role/[\w+=,.@/-]{1,576}", re.ASCII)
_FOREIGN_ROLE = re.compile(r"arn:[a-z-]{1,32}:iam::[\w-]{0,64}:role/[\w+=,.@/-]{1,576}", re.ASCII)
_DENY = "Deny"


def checked(
    pool: IdentityPool, req: Mapping[str, Any], host: str, *, foreign: bool = False
) -> dict[str, Any]:
    """The members of SetIdentityPoolRoles, to be stored. Raises `InvalidParameter`.

    host     of our public URL: another name of our user pools
    foreign  the roles are of another server, which may not have accounts of twelve digits
    """
    form = _FOREIGN_ROLE if foreign else _ROLE
    for arn in named(req):
        if not form.fullmatch(arn):
            raise InvalidRoleArn(arn=arn)
    for provider, mapping in (req.get("RoleMappings") or {}).items():
        _check_provider(pool, provider, host)
        _check_mapping(provider, mapping)
    return {member: req[member] for member in ("Roles", "RoleMappings") if req.get(member)}


def named(req: Mapping[str, Any]) -> list[str]:
    """Every role that SetIdentityPoolRoles would hand out, each once."""
    mappings = (req.get("RoleMappings") or {}).values()
    rules = [rule["RoleARN"] for mapping in mappings for rule in _rules(mapping)]
    return list(dict.fromkeys([*req.get("Roles", {}).values(), *rules]))


def choose(
    pool: IdentityPool, identity_id: str, logins: Sequence[Login], custom_role: str = "", host: str = ""
) -> str:
    """The ARN of the role.

    logins       proven, in the order of the request: the first whose provider has a mapping decides [K];
                 none: a guest
    custom_role  that the request asks for; it must be one of a token's

    Raises `IdentityForbidden` and, where the pool has no role for it, `InvalidIdentityPoolConfiguration`.
    """
    if custom_role:
        _check_custom(pool, identity_id, logins, custom_role, host)
        return custom_role
    for login, mapping in _mapped(pool, logins, host):
        mapped = _by_token(login) if mapping["Type"] == TOKEN else _by_rules(mapping, login.claims)
        if mapped is None and mapping.get("AmbiguousRoleResolution") == _DENY:
            raise IdentityForbidden(identity_id=identity_id)
        return mapped or _default(pool, AUTHENTICATED)
    return _default(pool, AUTHENTICATED if logins else UNAUTHENTICATED)


def _check_custom(
    pool: IdentityPool, identity_id: str, logins: Sequence[Login], custom_role: str, host: str
) -> None:
    """Roles in tokens count when a user pool of ours says them; others', where a mapping lets tokens choose.

    That others need the mapping is [K]: else any issuer could hand out any role that trusts the pool.
    """
    by_token = {login for login, mapping in _mapped(pool, logins, host) if mapping["Type"] == TOKEN}
    trusted = [login for login in logins if login.source == USER_POOL_SIGN_IN or login in by_token]
    if not any(custom_role in _roles_of(login) for login in trusted):
        raise IdentityForbidden(identity_id=identity_id)


def _default(pool: IdentityPool, kind: str) -> str:
    role = pool.roles.get("Roles", {}).get(kind)
    if role is None:
        raise InvalidIdentityPoolConfiguration
    return str(role)


def _mapped(
    pool: IdentityPool, logins: Sequence[Login], host: str
) -> Iterator[tuple[Login, Mapping[str, Any]]]:
    """Logins that have a mapping: the one of their app client goes before the one of their provider."""
    mappings = {_key(name, host): found for name, found in pool.roles.get("RoleMappings", {}).items()}
    for login in logins:
        for key in ((login.provider, login.client), (login.provider, "")):
            if key in mappings:
                yield login, mappings[key]
                break


def _key(name: str, host: str) -> tuple[str, str]:
    """Provider and app client that a key of RoleMappings names: `provider` or `provider:client`."""
    provider, _, client = name.rpartition(":")
    if name.startswith("arn:") or not provider or "/" in client:
        return login_providers.canonical(name, host), ""
    return login_providers.canonical(provider, host), client


def _roles_of(login: Login) -> list[str]:
    roles = login.claims.get("cognito:roles")
    return [role for role in roles if isinstance(role, str)] if isinstance(roles, list) else []


def _by_token(login: Login) -> str | None:
    preferred = login.claims.get("cognito:preferred_role")
    if isinstance(preferred, str) and preferred:
        return preferred
    roles = _roles_of(login)
    return roles[0] if len(roles) == 1 else None


def _by_rules(mapping: Mapping[str, Any], claims: Mapping[str, Any]) -> str | None:
    """The first rule that matches."""
    return next((rule["RoleARN"] for rule in _rules(mapping) if _matches(rule, claims)), None)


def _rules(mapping: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    rules: Sequence[Mapping[str, Any]] = (mapping.get("RulesConfiguration") or {}).get("Rules", ())
    return rules


def _matches(rule: Mapping[str, Any], claims: Mapping[str, Any]) -> bool:
    """A rule of a claim that is not there is passed over, NotEqual too.

    A claim with several values matches by any of them; NotEqual, if none of them is the value [K].
    """
    values = _texts(claims.get(rule["Claim"]))
    if not values:
        return False
    wanted, kind = rule["Value"], rule["MatchType"]
    if kind == "NotEqual":
        return wanted not in values
    if kind == "Equals":
        return wanted in values
    if kind == "StartsWith":
        return any(value.startswith(wanted) for value in values)
    return any(wanted in value for value in values)


def _texts(claim: Any) -> list[str]:
    """A claim as the texts that rules compare; what is neither text, number nor boolean is none."""
    listed = claim if isinstance(claim, list | tuple) else [claim]
    return [text for value in listed if (text := text_of(value)) is not None]


def text_of(value: Any) -> str | None:
    """A claim's value as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | float) else None


def _check_provider(pool: IdentityPool, name: str, host: str) -> None:
    provider, client = _key(name, host)
    found = pool.providers.get(provider)
    if found is None or found.kind == login_providers.DEVELOPER:
        raise InvalidRoleMapping(provider=name, why="the identity pool has no such provider.")
    if client and client not in found.audiences:
        raise InvalidRoleMapping(provider=name, why="the provider has no such client.")


def _check_mapping(provider: str, mapping: Mapping[str, Any]) -> None:
    """The model's documentation: RoleMapping."""
    if "AmbiguousRoleResolution" not in mapping:
        raise InvalidRoleMapping(provider=provider, why="AmbiguousRoleResolution is required.")
    rules = _rules(mapping)
    if mapping["Type"] == RULES and not rules:
        raise InvalidRoleMapping(provider=provider, why="RulesConfiguration is required for the type Rules.")
    if mapping["Type"] == TOKEN and mapping.get("RulesConfiguration"):
        raise InvalidRoleMapping(provider=provider, why="the type Token has no RulesConfiguration.")
    if len(rules) > MOST_RULES:
        raise InvalidRoleMapping(provider=provider, why=f"a provider can have {MOST_RULES} rules at most.")
