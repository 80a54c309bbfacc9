"""Step-up: TARGET_ACR_VALUES, ACCESS_TOKEN and MAX_AGE of USER_AUTH (2.7, service model)."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from poolhouse.auth import choices
from poolhouse.auth.ledger import counted
from poolhouse.auth.sign_in import SignIn
from poolhouse.auth.who import Person
from poolhouse.context import Caller, Ctx
from poolhouse.directory import assurance
from poolhouse.directory.users import User, UserStatus
from poolhouse.errors import (
    InvalidAccessToken,
    MaxAgeNotANumber,
    NoKnownLevel,
    TokenOfAnother,
    TokenWithoutTarget,
)
from poolhouse.ports import SECOND, Tx
from poolhouse.store import families
from poolhouse.store.families import Family
from poolhouse.tokens import verify

_SECONDS = re.compile(r"[0-9]{1,10}", re.ASCII)
# What an access token may be credited with.
_CREDITED = frozenset({"PASSWORD", "SMS_MFA", "EMAIL_MFA", "TOTP"})


async def aimed(ctx: Ctx, sign_in: SignIn, person: Person, parameters: Mapping[str, str]) -> SignIn:
    """The sign-in with the level that it aims at, and with what the access token has proven already.

    Raises `InvalidParameter`, NotAuthorizedException, `UserNotFound`, `LockedOut`.
    """
    targets, token = parameters.get("TARGET_ACR_VALUES"), parameters.get("ACCESS_TOKEN")
    if token and not targets:
        raise TokenWithoutTarget
    max_age = _seconds(parameters.get("MAX_AGE"))
    if not targets:
        return sign_in
    wanted = assurance.wanted(ctx.pool, targets)
    if not wanted:
        raise NoKnownLevel
    offered = choices.passwords_at_least(ctx, person, sign_in.name)
    goal = assurance.goal(ctx.pool, person.user, wanted, offered)
    credit = await _credit(ctx, person, token, max_age) if token else ()
    proven = await _enough(ctx, person, credit, goal)
    return msgspec.structs.replace(sign_in, goal=goal, proven=proven)


def _seconds(text: str | None) -> int | None:
    if text is None:
        return None
    if not _SECONDS.fullmatch(text):
        raise MaxAgeNotANumber
    return int(text)


async def _credit(ctx: Ctx, person: Person, token: str, max_age: int | None) -> tuple[str, ...]:
    """What the sign-in behind the access token has proven, unless it is older than `max_age` seconds."""
    snapshot, owner = await verify.access_token(ctx.env, token, ctx.now)
    if snapshot.pool.pool_id != ctx.pool.pool_id or owner.claims["client_id"] != ctx.client.client_id:
        raise InvalidAccessToken
    if owner.user is None or owner.user.sub != person.sub:
        raise TokenOfAnother
    if max_age is not None and ctx.now - owner.claims["auth_time"] * SECOND > max_age * SECOND:
        return ()
    family = await _family(ctx, owner)
    found = assurance.proven_by(family.claims) if family else ()
    return tuple(proof for proof in found if proof in _CREDITED)


async def _family(ctx: Ctx, owner: Caller) -> Family | None:
    """None for a token of a client without revocation, which does not say where it comes from."""
    claims: Mapping[str, Any] = owner.claims

    async def read(tx: Tx) -> tuple[User | None, Family | None]:
        return await families.with_user(tx, ctx.pool.pool_id, claims["sub"], claims["origin_jti"])

    return (await ctx.env.db.read(read))[1]


async def _enough(ctx: Ctx, person: Person, credit: tuple[str, ...], goal: int) -> tuple[str, ...]:
    """The credit, where one more factor makes it the level; else nothing, and the sign-in begins anew.

    An access token alone is never worth new tokens [K], and somebody who has to choose a password proves the
    one that they have.
    """
    user = person.user
    if user is None or user.status is not UserStatus.CONFIRMED:
        return ()
    if not assurance.next_factor(ctx.pool, user, frozenset(credit), goal):
        return ()
    await counted(ctx, person.sub)  # as for every other proof; what is asked next takes it back
    return credit
