"""The end of a sign-in: the row that makes it good once, and the tokens (2.5, 4)."""

from typing import Any

from poolhouse.auth import ledger
from poolhouse.auth.sign_in import SignIn
from poolhouse.context import Ctx
from poolhouse.directory.users import User
from poolhouse.errors import SessionUsed
from poolhouse.ports import Tx
from poolhouse.store import families, groups
from poolhouse.store.families import Family
from poolhouse.tokens import issue
from poolhouse.tokens.claims import Group

Result = dict[str, Any]


async def complete(ctx: Ctx, sign_in: SignIn, user: User) -> Result:
    """Store the family, which is what makes the sign-in good once, and issue the tokens."""
    family = issue.new_family(ctx, user, sign_in.family_id)

    async def store(tx: Tx) -> SessionUsed | None:
        if await families.add(tx, family) or await families.has(tx, family):
            return None
        return SessionUsed()

    await ctx.env.db.run_singly(store)
    await ledger.cleared(ctx, user.sub)  # only now: a proof that is shown again clears nothing
    return await authenticated(ctx, user, family)


async def authenticated(ctx: Ctx, user: User, family: Family) -> Result:
    """AuthenticationResult with all three tokens, and the empty ChallengeParameters (gotcha 52)."""
    result = issue.tokens(ctx, user, await groups_of(ctx, user), family)
    result["RefreshToken"] = issue.refresh_token(ctx, family, family.generation)
    return {"ChallengeParameters": {}, "AuthenticationResult": result}


async def groups_of(ctx: Ctx, user: User) -> list[Group]:
    """The user's groups, read anew for every pair of tokens."""
    if not ctx.snapshot or not ctx.snapshot.has_groups:
        return []

    async def read(tx: Tx) -> list[Group]:
        rows = await groups.of_user(tx, user.pool_id, user.sub)
        return [Group(row["name"], row["precedence"], row["role_arn"]) for row in rows]

    return await ctx.env.db.read(read)
