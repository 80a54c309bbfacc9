"""PreTokenGeneration: the function may change claims, groups and, from V2_0 on, scopes (4.7, 5.2).

V1_0 changes the ID token, with texts only; V2_0 both tokens, with any JSON; V3_0 is asked for
client credentials too.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from poolhouse.context import Ctx
from poolhouse.directory import resource_quotas
from poolhouse.directory.token_overrides import UNCHANGED, ClaimChange, GroupOverride, TokenOverride
from poolhouse.directory.users import User
from poolhouse.errors import UnrecognizableLambdaOutput
from poolhouse.triggers import call

KIND = "PreTokenGeneration"

# Sources.
AUTHENTICATION = "Authentication"
NEW_PASSWORD = "NewPasswordChallenge"
DEVICE = "AuthenticateDevice"
REFRESH = "RefreshTokens"
HOSTED = "HostedAuth"
_CLIENT_CREDENTIALS = "ClientCredentials"

_METADATA_OF = frozenset(
    {"RespondToAuthChallenge", "AdminRespondToAuthChallenge", "GetTokensFromRefreshToken"}
)


class _Groups(msgspec.Struct, frozen=True, rename="camel"):
    groups_to_override: list[str] | None = None
    iam_roles_to_override: list[str] | None = None
    preferred_role: str | None = None


class _Texts(msgspec.Struct, frozen=True, rename="camel"):
    """V1_0: `claimsOverrideDetails`."""

    claims_to_add_or_override: dict[str, str] | None = None
    claims_to_suppress: list[str] | None = None
    group_override_details: _Groups | UnsetType | None = UNSET


class _Claims(msgspec.Struct, frozen=True, rename="camel"):
    claims_to_add_or_override: dict[str, Any] | None = None
    claims_to_suppress: list[str] | None = None
    scopes_to_add: list[str] | None = None
    scopes_to_suppress: list[str] | None = None


class _Both(msgspec.Struct, frozen=True, rename="camel"):
    """From V2_0 on: `claimsAndScopeOverrideDetails`."""

    id_token_generation: _Claims | None = None
    access_token_generation: _Claims | None = None
    group_override_details: _Groups | UnsetType | None = UNSET


class _First(msgspec.Struct, frozen=True, rename="camel"):
    claims_override_details: _Texts | None = None


class _Later(msgspec.Struct, frozen=True, rename="camel"):
    claims_and_scope_override_details: _Both | None = None


async def fire(
    ctx: Ctx, user: User, source: str, groups: Mapping[str, Any], scopes: Sequence[str]
) -> TokenOverride:
    """What is to be other in the tokens of a user. Raises as `call.fire` does.

    groups  `groupConfiguration`: the user's own
    scopes  of the access token
    """
    trigger = ctx.pool.triggers.get(KIND)
    if trigger is None:
        return UNCHANGED
    request: dict[str, Any] = {
        "userAttributes": call.attributes(user, ctx),
        "groupConfiguration": dict(groups),
    }
    return await _fire(ctx, source, user.username, request, scopes, trigger.version)


async def for_client(ctx: Ctx, scopes: Sequence[str], metadata: Mapping[str, str]) -> TokenOverride:
    """The same for client credentials, which only V3_0 is asked about. `metadata`: aws_client_metadata."""
    trigger = ctx.pool.triggers.get(KIND)
    if trigger is None or trigger.version != "V3_0":
        return UNCHANGED
    request: dict[str, Any] = {"userAttributes": {}, "groupConfiguration": None}
    if metadata:
        request["clientMetadata"] = dict(metadata)
    return await _fire(ctx, _CLIENT_CREDENTIALS, _CLIENT_CREDENTIALS, request, scopes, trigger.version)


async def _fire(
    ctx: Ctx, source: str, username: str, request: dict[str, Any], scopes: Sequence[str], version: str
) -> TokenOverride:
    request |= call.metadata(ctx, _METADATA_OF)
    if version == "V1_0":
        response = await call.fire(ctx, KIND, source, username, request, {"claimsOverrideDetails": None})
        override = _of_first(call.read(response or {}, _First).claims_override_details)
        return _checked(ctx, override)
    request["scopes"] = list(scopes)
    defaults = {"claimsAndScopeOverrideDetails": None}
    response = await call.fire(ctx, KIND, source, username, request, defaults)
    return _checked(ctx, _of_later(call.read(response or {}, _Later).claims_and_scope_override_details))


def _of_first(details: _Texts | None) -> TokenOverride:
    if details is None:
        return UNCHANGED
    change = _change(details.claims_to_add_or_override, details.claims_to_suppress)
    return TokenOverride(id_token=change, groups=_groups(details.group_override_details))


def _of_later(details: _Both | None) -> TokenOverride:
    if details is None:
        return UNCHANGED
    identity = details.id_token_generation or _Claims()
    access = details.access_token_generation or _Claims()
    return TokenOverride(
        id_token=_change(identity.claims_to_add_or_override, identity.claims_to_suppress),
        access_token=_change(access.claims_to_add_or_override, access.claims_to_suppress),
        add_scopes=tuple(access.scopes_to_add or ()),
        suppress_scopes=frozenset(access.scopes_to_suppress or ()),
        groups=_groups(details.group_override_details),
    )


def _change(add: Mapping[str, Any] | None, suppress: Sequence[str] | None) -> ClaimChange:
    return ClaimChange(add or {}, frozenset(suppress or ()))


def _groups(given: _Groups | UnsetType | None) -> GroupOverride | None:
    """Null and `{}` take all groups away; left out, they stay as they are [K]."""
    if isinstance(given, UnsetType):
        return None
    if given is None:
        return GroupOverride()
    return GroupOverride(
        given.groups_to_override or (), given.iam_roles_to_override or (), given.preferred_role or ""
    )


def _checked(ctx: Ctx, override: TokenOverride) -> TokenOverride:
    """Claims without a value, scopes that are two, and too much of all of them (8.2) are no answer."""
    most = resource_quotas.of(ctx.env.settings, resource_quotas.CLAIMS_AND_SCOPES)
    claims = (*override.id_token.add.items(), *override.access_token.add.items())
    absent = any(not name or value is None for name, value in claims)
    broken = any(not scope or scope.split() != [scope] for scope in override.add_scopes)
    if absent or broken or len(claims) + len(override.add_scopes) > most:
        raise UnrecognizableLambdaOutput
    return override
