"""The end of a sign-in: the row that makes it good once, and the tokens (2.5, 4)."""

from collections.abc import Awaitable, Sequence
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from poolhouse.auth import devices, ledger
from poolhouse.auth.sign_in import SignIn
from poolhouse.context import Ctx
from poolhouse.directory import assurance
from poolhouse.directory.token_overrides import UNCHANGED, TokenOverride
from poolhouse.directory.users import User
from poolhouse.errors import ApiError, SessionUsed
from poolhouse.ports import Instant, Tx
from poolhouse.store import attempts, families, groups, sessions, user_sessions
from poolhouse.store import devices as stored_devices
from poolhouse.store.families import Family
from poolhouse.tokens import claims, issue
from poolhouse.tokens.claims import Group
from poolhouse.trail import recorder, surroundings
from poolhouse.triggers import post_authentication, pre_token_generation

Result = dict[str, Any]
T = TypeVar("T")

_AT_THE_END = -1  # the round of a sign-in on the pages that is its last


class Authenticated(Struct, frozen=True):
    """Somebody who has signed in on the pool's pages, or came from an identity provider.

    family_id  of the tokens to come; each sign-in has its own
    claims     as JSON, `acr` and `amr`
    """

    user: User
    family_id: str
    auth_time: Instant
    claims: str = "{}"


async def complete(ctx: Ctx, sign_in: SignIn, user: User, *, tried: bool = False) -> Result:
    """Store the family, which is what makes the sign-in good once, and issue the tokens.

    The pool's functions are asked before: what one of them refuses was never written, and the try, which
    was right if it was `tried`, does not count.
    """
    if ctx.hosted:
        return {"Authenticated": await _authenticated(ctx, sign_in, user, tried)}
    groups = await groups_of(ctx, user)
    override = await _asked(ctx, sign_in, user, groups, tried) if ctx.pool.triggers else UNCHANGED
    offered = devices.new_key(ctx) if devices.tracks(ctx, sign_in) else ""
    kept = assurance.record(ctx.pool, sign_in.proven, sign_in.goal)
    unbound = replace(issue.new_family(ctx, user.sub, sign_in.family_id), claims=kept)

    async def store(tx: Tx) -> Family | SessionUsed:
        family = replace(unbound, device_key=await _device_of(tx, sign_in) or offered)
        if not await families.add(tx, family) and not await families.has(tx, family):
            return SessionUsed()
        if family.device_key != offered:
            key = (family.pool_id, family.sub, family.device_key)
            await stored_devices.signed_in(tx, *key, ctx.address, ctx.now)
        await make_room(tx, ctx, family)
        await attempts.clear(tx, ctx, user.sub)  # only now: a proof that is shown again clears nothing
        surroundings.on_device(ctx, family.device_key)
        await recorder.keep_passed(tx, ctx)
        return family

    family = await ctx.env.db.run_singly(store)
    if isinstance(family, SessionUsed):
        raise family
    ctx.trail.kept = True
    result = issue.tokens(ctx, user, groups, family, override)
    if offered and family.device_key == offered:
        result["NewDeviceMetadata"] = devices.metadata(ctx, user.sub, offered)
    result["RefreshToken"] = issue.refresh_token(ctx, family, family.generation)
    return {"ChallengeParameters": {}, "AuthenticationResult": result}  # the empty member: gotcha 52


async def make_room(tx: Tx, ctx: Ctx, family: Family) -> None:
    """After a sign-in that is tracked: end those of the user that are too many."""
    if family.session_id:
        await user_sessions.evict(tx, family.pool_id, family.sub, ctx.pool.sessions.most, ctx.now)


async def _authenticated(ctx: Ctx, sign_in: SignIn, user: User, tried: bool) -> Authenticated:
    """The end of a sign-in on the pages: PostAuthentication, then this sign-in is good no more."""
    if post_authentication.KIND in ctx.pool.triggers:
        await _taking_back(ctx, user, tried, post_authentication.fire(ctx, user, new_device=False))

    async def spend(tx: Tx) -> bool:
        if sign_in.device:
            key = (user.pool_id, user.sub, sign_in.device)
            await stored_devices.signed_in(tx, *key, ctx.address, ctx.now)
        if not await sessions.spend(tx, ctx, sign_in.family_id, _AT_THE_END):
            return False
        await attempts.clear(tx, ctx, user.sub)
        return True

    if not await ctx.env.db.run(spend):
        raise SessionUsed
    kept = assurance.record(ctx.pool, sign_in.proven, sign_in.goal)
    return Authenticated(user, sign_in.family_id, ctx.now, kept)


async def _taking_back(ctx: Ctx, user: User, tried: bool, asking: Awaitable[T]) -> T:
    """What the pool's functions say; where one refuses, the try, which was right, does not count."""
    try:
        return await asking
    except ApiError:
        if tried:
            await ledger.taken_back(ctx, user.sub)
        raise


async def _device_of(tx: Tx, sign_in: SignIn) -> str:
    """The device that the sign-in comes from, unless it was forgotten meanwhile; empty: none."""
    if not sign_in.device:
        return ""
    found = await stored_devices.get(tx, sign_in.pool_id, sign_in.sub, sign_in.device)
    return "" if found is None else found.device_key


async def _asked(
    ctx: Ctx, sign_in: SignIn, user: User, groups: Sequence[Group], tried: bool
) -> TokenOverride:
    """PostAuthentication, then PreTokenGeneration; for a proof that is shown again, neither (2.5)."""

    async def done(tx: Tx) -> bool:
        return await families.exists(tx, user.pool_id, user.sub, sign_in.family_id)

    if await ctx.env.db.read(done):
        raise SessionUsed
    new_device = devices.tracks(ctx, sign_in) and not sign_in.device

    async def ask() -> TokenOverride:
        await post_authentication.fire(ctx, user, new_device=new_device)
        return await overridden(ctx, user, _source(sign_in), groups)

    return await _taking_back(ctx, user, tried, ask())


def _source(sign_in: SignIn) -> str:
    if "NEW_PASSWORD" in sign_in.proven:
        return pre_token_generation.NEW_PASSWORD
    if "DEVICE" in sign_in.proven:
        return pre_token_generation.DEVICE
    return pre_token_generation.AUTHENTICATION


async def overridden(
    ctx: Ctx, user: User, source: str, groups: Sequence[Group], scopes: Sequence[str] = (claims.API_SCOPE,)
) -> TokenOverride:
    """What the pool's function wants to be other in the tokens."""
    if pre_token_generation.KIND not in ctx.pool.triggers:
        return UNCHANGED
    configuration = claims.group_configuration(groups)
    return await pre_token_generation.fire(ctx, user, source, configuration, scopes)


async def groups_of(ctx: Ctx, user: User) -> list[Group]:
    """The user's groups, read anew for every pair of tokens."""
    if not ctx.snapshot or not ctx.snapshot.has_groups:
        return []

    async def read(tx: Tx) -> list[Group]:
        rows = await groups.of_user(tx, user.pool_id, user.sub)
        return [Group(row["name"], row["precedence"], row["role_arn"]) for row in rows]

    return await ctx.env.db.read(read)
