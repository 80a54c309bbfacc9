"""Tokens for what a sign-in granted, at the token endpoint or at once (4, 6.2)."""

from typing import Any

from msgspec.structs import replace

from poolhouse.auth import completion
from poolhouse.context import Ctx
from poolhouse.directory import scopes
from poolhouse.directory.users import User
from poolhouse.errors import InvalidGrant
from poolhouse.ports import Tx
from poolhouse.store import families, users
from poolhouse.store.authorization_codes import Grant
from poolhouse.store.families import Family
from poolhouse.tokens import issue
from poolhouse.triggers.pre_token_generation import HOSTED


async def tokens(ctx: Ctx, grant: Grant, *, refreshable: bool = True) -> dict[str, Any]:
    """The members of an AuthenticationResult (no IdToken without `openid`), and a RefreshToken.

    PreTokenGeneration is asked now, when the tokens are made [K]. Raises `InvalidGrant` where the user is
    gone, disabled, or has signed out everywhere since; `ApiError` where a function refuses.
    """
    user = await _user(ctx, grant)
    groups = await completion.groups_of(ctx, user)
    override = await completion.overridden(ctx, user, HOSTED, groups, scopes.split(grant.scopes))
    made = family(ctx, grant)

    async def store(tx: Tx) -> bool:
        stored = await families.add(tx, made) or await families.has(tx, made)
        await completion.make_room(tx, ctx, made)
        return stored

    if not await ctx.env.db.run_singly(store):
        raise InvalidGrant
    result = issue.tokens(ctx, user, groups, made, override, grant.nonce)
    if refreshable:
        result["RefreshToken"] = issue.refresh_token(ctx, made, made.generation)
    return result


async def _user(ctx: Ctx, grant: Grant) -> User:
    async def find(tx: Tx) -> User | None:
        return await users.by_sub(tx, ctx.pool.pool_id, grant.sub)

    user = await ctx.env.db.read(find)
    if user is None or not user.enabled or user.signed_out_at > grant.issued_at:
        raise InvalidGrant
    return user


def family(ctx: Ctx, grant: Grant) -> Family:
    """Of the tokens to come."""
    return replace(
        issue.new_family(ctx, grant.sub, grant.family_id),
        auth_time=grant.auth_time,
        claims=grant.claims,
        scopes=grant.scopes,
        audience=grant.audience,
        origin_session=grant.session_id,
    )
