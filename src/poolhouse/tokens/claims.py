"""What ID and access tokens say (behaviour file, 4.1 and 4.2). Pure."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct, field

from poolhouse.directory import scopes as scope_rules
from poolhouse.directory.clients import Client
from poolhouse.directory.pools import Pool
from poolhouse.directory.schema import IDENTITIES
from poolhouse.directory.users import User
from poolhouse.ports import SECOND, Instant

API_SCOPE = scope_rules.API
_BOOLEANS = frozenset({"email_verified", "phone_number_verified"})


class Group(Struct, frozen=True):
    name: str
    precedence: int | None
    role_arn: str | None


class Subject(Struct, frozen=True):
    """Whom a pair of tokens speaks of, and from which sign-in they come.

    scopes    of the access token
    hosted    the sign-in was on the pool's pages: the ID token shows what its scopes show
    audience  the resource that the access token is bound to; empty: none
    """

    pool: Pool
    client: Client
    user: User
    groups: Sequence[Group]
    issuer: str
    family_id: str
    event_id: str
    auth_time: Instant
    device_key: str = ""
    assurance: dict[str, Any] = field(default_factory=dict)  # acr and amr, where they were asked for
    scopes: tuple[str, ...] = (API_SCOPE,)
    hosted: bool = False
    audience: str = ""


def id_claims(subject: Subject, now: Instant, jti: str) -> dict[str, Any]:
    """The claims of the ID token; `jti` is left out where the client has no token revocation."""
    claims: dict[str, Any] = {"sub": subject.user.sub}
    claims |= _groups(subject.groups)
    claims |= _roles(subject.groups)
    claims |= {
        "iss": subject.issuer,
        "cognito:username": subject.user.username,
        "aud": subject.client.client_id,
        "event_id": subject.event_id,
        "token_use": "id",
    }
    claims |= _times(subject, now, subject.client.id_validity)
    claims |= _revocation(subject, jti)
    return _attributes(subject) | claims | subject.assurance


def access_claims(subject: Subject, now: Instant, jti: str) -> dict[str, Any]:
    """The claims of the access token. `version` has only one of the pages (4.2)."""
    claims: dict[str, Any] = {"sub": subject.user.sub}
    if subject.device_key:
        claims["device_key"] = subject.device_key
    claims |= _groups(subject.groups)
    claims |= {
        "iss": subject.issuer,
        "client_id": subject.client.client_id,
        "event_id": subject.event_id,
        "token_use": "access",
        "scope": " ".join(subject.scopes),
        "username": subject.user.username,
    }
    if subject.hosted:
        claims["version"] = 2
    if subject.audience:
        claims["aud"] = subject.audience
    claims |= _times(subject, now, subject.client.access_validity)
    claims |= _revocation(subject, jti)
    return claims | subject.assurance


def client_claims(
    client: Client, issuer: str, scopes: Sequence[str], now: Instant, jti: str
) -> dict[str, Any]:
    """The claims of an access token of the app client itself; `username` is what makes one of a user."""
    issued = now // SECOND
    return {
        "sub": client.client_id,
        "token_use": "access",
        "scope": " ".join(scopes),
        "auth_time": issued,
        "iss": issuer,
        "exp": issued + client.access_validity // SECOND,
        "iat": issued,
        "version": 2,
        "jti": jti,
        "client_id": client.client_id,
    }


def group_configuration(groups: Sequence[Group]) -> dict[str, Any]:
    """What the groups say in a token, as a PreTokenGeneration function is asked about them (5.2)."""
    roles = _roles(groups)
    return {
        "groupsToOverride": _groups(groups).get("cognito:groups", []),
        "iamRolesToOverride": roles.get("cognito:roles", []),
        "preferredRole": roles.get("cognito:preferred_role"),
    }


def _times(subject: Subject, now: Instant, validity: Instant) -> dict[str, int]:
    issued = now // SECOND
    return {"auth_time": subject.auth_time // SECOND, "exp": issued + validity // SECOND, "iat": issued}


def _revocation(subject: Subject, jti: str) -> dict[str, str]:
    return {"origin_jti": subject.family_id, "jti": jti} if subject.client.revocable else {}


def _groups(groups: Sequence[Group]) -> dict[str, list[str]]:
    """Names in order of precedence, groups without one last (the order is [K])."""
    ordered = sorted(groups, key=lambda g: (g.precedence is None, g.precedence or 0, g.name))
    return {"cognito:groups": [group.name for group in ordered]} if ordered else {}


def _roles(groups: Sequence[Group]) -> dict[str, Any]:
    """`cognito:roles`, and `cognito:preferred_role` where the best precedence names one role only."""
    with_role = [group for group in groups if group.role_arn]
    if not with_role:
        return {}
    found: dict[str, Any] = {"cognito:roles": [group.role_arn for group in with_role]}
    ranked = [group.precedence for group in with_role if group.precedence is not None]
    best = {group.role_arn for group in with_role if ranked and group.precedence == min(ranked)}
    if len(best) == 1:
        found["cognito:preferred_role"] = best.pop()
    return found


def _attributes(subject: Subject) -> dict[str, Any]:
    """The attributes that the client may read, in the types of the claims; `identities` always (4.1)."""
    readable = subject.client.readable
    if subject.hosted:
        readable = scope_rules.visible(readable, subject.scopes)
    return {
        name: _typed(name, value)
        for name, value in subject.user.attributes.items()
        if name == IDENTITIES or (name in readable and not name.startswith("dev:"))
    }


def _typed(name: str, value: str) -> Any:
    if name in _BOOLEANS:
        return value == "true"
    if name == "updated_at":
        return int(value)
    if name == IDENTITIES:
        return msgspec.json.decode(value)
    if name == "address":
        return {"formatted": value}
    return value
