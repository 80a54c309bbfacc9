"""Confirming a sign-up by the link in a mail (behaviour file, 3.6 and 6.1).

The link does what Cognito's does: whoever fetches it, a mail scanner too, confirms the address, and nothing
else. Tries count as those of ConfirmSignUp do, and nobody learns whether a user exists: who has not the
right code gets one answer.
"""

from typing import cast

from poolhouse.context import Ctx
from poolhouse.directory.users import User, UserStatus
from poolhouse.errors import AliasExistsOnConfirm, ApiError, CodeMismatch
from poolhouse.idp import lookup, signup
from poolhouse.ports import Tx
from poolhouse.store import codes, hourly, users
from poolhouse.store.users import NameTaken
from poolhouse.triggers import post_confirmation


async def confirm(ctx: Ctx, name: str, code: str) -> bool:
    """Confirm the user. False: this very link has done so before.

    Raises `ExpiredCode` for a right code that is too old, `CodeMismatch` for everything else that is not the
    newest code, `LimitExceeded`, `AliasExistsOnConfirm`, and what the pool's PostConfirmation function
    raises, after which the user stays confirmed (gotcha 22).
    """

    async def confirm_in(tx: Tx) -> User | ApiError | None:
        user = await users.by_name(tx, ctx.pool, name)
        sub = lookup.principal(ctx, user, name)
        if user is None:
            await users.with_credential(tx, ctx.pool.pool_id, sub)  # nobody's; it takes the time
        refused = await hourly.take(tx, ctx, sub, hourly.CONFIRM_SIGN_UP)
        if refused:
            return refused
        if user is not None and user.enabled and user.status is UserStatus.CONFIRMED:
            return await codes.check(tx, ctx, sub, codes.USED_LINK, code, hiding=True)
        return await _confirmed(tx, ctx, user, sub, code)

    try:
        confirmed = cast(User | None, await ctx.env.db.run(confirm_in))
    except NameTaken as taken:  # nothing of it stays
        raise AliasExistsOnConfirm(name=taken.kind) from taken
    if confirmed is not None:
        await post_confirmation.fire(ctx, confirmed)
    return confirmed is not None


async def _confirmed(tx: Tx, ctx: Ctx, user: User | None, sub: str, code: str) -> User | ApiError:
    spent = await codes.spend(tx, ctx, sub, codes.SIGN_UP, code, hiding=True)
    if isinstance(spent, ApiError):
        return spent
    if user is None or not user.enabled or user.status is not UserStatus.UNCONFIRMED:
        return CodeMismatch()
    confirmed = await signup.proven(tx, ctx, user, spent)
    if isinstance(confirmed, User):
        await codes.keep(tx, ctx, sub, codes.USED_LINK, code, life=codes.SIGN_UP_LIFE)
    return confirmed
