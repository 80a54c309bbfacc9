"""GetOpenIdToken and GetOpenIdTokenForDeveloperIdentity (behaviour file, 1.18 and 1.19)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from poolhouse.context import Ctx
from poolhouse.directory import logins as login_rules
from poolhouse.directory import principal_tags
from poolhouse.directory.logins import Login
from poolhouse.errors import ClassicFlowOff, DeveloperProviderNotSupported, InvalidParameter
from poolhouse.identity import minting, resolution
from poolhouse.identity.logins import verification
from poolhouse.wire.operations import operation

if TYPE_CHECKING:
    from poolhouse.wire.models.cognito_identity import (
        GetOpenIdTokenForDeveloperIdentityInput,
        GetOpenIdTokenInput,
    )

Response = dict[str, Any]

BASIC_SECONDS = 600
DEVELOPER_SECONDS = 900
LONGEST_DEVELOPER_USER = 1_024  # characters of a developer user identifier


@operation("GetOpenIdToken", service="cognito-identity")
async def get_open_id_token(ctx: Ctx, req: GetOpenIdTokenInput) -> Response:
    """The basic flow: a token for STS, valid for ten minutes."""
    if not ctx.identity_pool.has_basic_flow:
        raise ClassicFlowOff
    logins = await verification.verified(ctx, req.get("Logins") or {})
    identity_id = await resolution.of_identity(ctx, req["IdentityId"], logins)
    tags = principal_tags.of_logins(ctx.identity_pool, logins)
    token = await minting.token(ctx, identity_id, login_rules.amr(logins), tags, BASIC_SECONDS)
    return {"IdentityId": identity_id, "Token": token}


@operation("GetOpenIdTokenForDeveloperIdentity", service="cognito-identity")
async def get_open_id_token_for_developer_identity(
    ctx: Ctx, req: GetOpenIdTokenForDeveloperIdentityInput
) -> Response:
    """For a user whom the operator's own backend has signed in: the signature of the call vouches for it."""
    logins = await _logins(ctx, req["Logins"])
    if "IdentityId" in req:
        identity_id = await resolution.of_developer(ctx, req["IdentityId"], logins)
    else:
        identity_id = await resolution.of_logins(ctx, logins)
    tags = req.get("PrincipalTags") or {}
    seconds = req.get("TokenDuration", DEVELOPER_SECONDS)
    token = await minting.token(ctx, identity_id, login_rules.amr(logins), tags, seconds)
    return {"IdentityId": identity_id, "Token": token}


async def _logins(ctx: Ctx, given: Mapping[str, str]) -> tuple[Login, ...]:
    """The developer's user, and whatever other logins are proven beside it."""
    pool = ctx.identity_pool
    if not pool.developer or pool.developer not in given:
        raise DeveloperProviderNotSupported
    user = given[pool.developer]
    if len(user) > LONGEST_DEVELOPER_USER:
        raise InvalidParameter(
            f"A developer user identifier can have {LONGEST_DEVELOPER_USER} characters at most."
        )
    others = {name: token for name, token in given.items() if name != pool.developer}
    return (developer_login(ctx, user), *await verification.verified(ctx, others))


def developer_login(ctx: Ctx, user: str) -> Login:
    pool = ctx.identity_pool
    return Login(pool.developer, user, pool.pool_id)
