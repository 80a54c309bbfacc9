"""What somebody is told without having asked for anything."""

from poolhouse.context import Ctx
from poolhouse.delivery import allowance, messages
from poolhouse.directory.users import User
from poolhouse.ports import Tx
from poolhouse.store import outbox
from poolhouse.triggers import custom_sender


async def already_here(tx: Tx, ctx: Ctx, owner: User, attribute: str) -> None:
    """Tell the owner of an address that somebody was about to make another account with it.

    attribute  `email` or `phone_number`

    Where a function of the pool sends the messages nothing is told: Cognito has no event for it [K].
    """
    medium = messages.medium_of(attribute)
    if custom_sender.of(ctx.pool, medium) is not None or messages.undeliverable(ctx, medium):
        return
    await allowance.take(tx, ctx, medium)
    to = owner.attributes[attribute]
    message = messages.compose(ctx, owner, purpose=messages.ACCOUNT_EXISTS, medium=medium, to=to, code="")
    await outbox.put(tx, ctx, message)
