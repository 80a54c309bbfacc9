"""What the pool's CustomMessage function makes of a message, asked before the transaction that sends it."""

from collections.abc import Awaitable, Callable, Collection

from poolhouse.context import Ctx
from poolhouse.delivery import messages
from poolhouse.directory.users import User
from poolhouse.ports import Tx
from poolhouse.triggers import custom_message
from poolhouse.triggers.custom_message import USUAL, Wording

Find = Callable[[Tx], Awaitable[tuple[User, Collection[str]] | None]]


async def before(ctx: Ctx, reason: str, find: Find) -> Wording:
    """The wording of a message that the next transaction sends; nothing is read where nobody words it.

    reason  of delivery/messages.py
    find    reads who gets it and the attributes whose addresses it goes to; None: nobody gets one. It raises
            what the transaction would refuse, so that no function is called in vain.
    """
    if custom_message.KIND not in ctx.pool.triggers:
        return USUAL
    found = await ctx.env.db.read(find)
    if found is None:
        return USUAL
    user, attributes = found
    return await messages.worded(ctx, user, reason, [messages.medium_of(name) for name in attributes])
