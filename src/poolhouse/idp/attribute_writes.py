"""Changing the attributes of a user who exists: by the user or by an administrator, in one transaction."""

from collections.abc import Awaitable, Callable, Collection, Mapping

from poolhouse.context import Ctx
from poolhouse.delivery import messages, verification, wordings
from poolhouse.directory import attribute_change
from poolhouse.directory.attribute_change import Change
from poolhouse.directory.users import User
from poolhouse.errors import AliasExists
from poolhouse.ports import Tx
from poolhouse.store import codes, users
from poolhouse.store.users import NameTaken
from poolhouse.triggers.custom_message import USUAL, Wording


async def worded(ctx: Ctx, find: Callable[[Tx], Awaitable[User]], given: Mapping[str, str]) -> Wording:
    """What the pool's function makes of the messages that `write` will send to the user whom `find` reads."""

    async def changed(tx: Tx) -> tuple[User, Collection[str]]:
        before = await find(tx)
        change = attribute_change.plan(ctx.pool, before, given)
        await _refuse_sign_in_names_of_others(tx, ctx, before, change)
        return change.after, change.to_prove.keys()

    return await wordings.before(ctx, messages.UPDATE_USER_ATTRIBUTE, changed)


async def write(
    tx: Tx, ctx: Ctx, before: User, given: Mapping[str, str], wording: Wording = USUAL
) -> list[dict[str, str]]:
    """Store the change and send the codes that it asks for; gives the `CodeDeliveryDetails` of each.

    `given` has passed directory/attributes.py. Raises `AliasExists`, and `InvalidParameter` when the
    sign-in name would be lost.
    """
    change = attribute_change.plan(ctx.pool, before, given)
    await _refuse_sign_in_names_of_others(tx, ctx, before, change)
    saved = await save(tx, ctx, before, change.after)
    return [
        await verification.send(
            tx,
            ctx,
            saved,
            name,
            purpose=verification.PROVES[name],
            reason=messages.UPDATE_USER_ATTRIBUTE,
            destination=address,
            wording=wording,
        )
        for name, address in change.to_prove.items()
    ]


async def save(tx: Tx, ctx: Ctx, before: User, after: User) -> User:
    """Store the user. Codes that were sent to an address which is not the user's now are good no more."""
    try:
        saved = await users.save(tx, ctx, before, after)
    except NameTaken as taken:
        raise AliasExists(name=taken.kind) from taken
    moved = attribute_change.moved(before, after)
    for name in moved:
        await codes.withdraw(tx, ctx, before.sub, verification.PROVES[name])
    if moved:
        await codes.withdraw(tx, ctx, before.sub, codes.FORGOT_PASSWORD)
    return saved


async def _refuse_sign_in_names_of_others(tx: Tx, ctx: Ctx, before: User, change: Change) -> None:
    """A kept original does not claim the new name yet; who could never have it is told before the code."""
    for name, address in change.to_prove.items():
        if name in ctx.pool.username_attributes:
            owner = await users.owner(tx, ctx.pool, name, address)
            if owner not in (None, before.sub):
                raise AliasExists(name=name)
