"""Invitations: what somebody who was made or brought here by others is told (behaviour file, 1.1)."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from poolhouse.context import Ctx
from poolhouse.delivery import allowance, messages
from poolhouse.directory.users import User
from poolhouse.ports import Tx
from poolhouse.store import outbox
from poolhouse.triggers.custom_message import Wording

_ATTRIBUTES: Mapping[str, str] = {messages.SMS: "phone_number", messages.EMAIL: "email"}
_DEFAULT_MEDIUMS = (messages.SMS,)  # gotcha 14


class Invitation(Struct, frozen=True):
    """What it says, and by which mediums it goes.

    password  the temporary one; empty: the user has one already, or needs none
    """

    password: str
    mediums: tuple[str, ...]
    wording: Wording


async def prepared(ctx: Ctx, user: User, password: str, mediums: Iterable[str] | None) -> Invitation:
    """By every desired medium for which the user has an address. Not in a transaction."""
    desired = dict.fromkeys(_DEFAULT_MEDIUMS if mediums is None else mediums)
    reached = tuple(medium for medium in desired if user.attributes.get(_ATTRIBUTES[medium]))
    return Invitation(
        password,
        reached,
        await messages.worded(ctx, user, messages.ADMIN_CREATE_USER, reached, has_code=bool(password)),
    )


async def put(tx: Tx, ctx: Ctx, user: User, invitation: Invitation) -> None:
    """Raises what `messages.check_carrier` and `allowance.take` do: who cannot be invited is not created."""
    for medium in invitation.mediums:
        messages.check_carrier(ctx, medium)
        await allowance.take(tx, ctx, medium)
        message = messages.compose(
            ctx,
            user,
            purpose=messages.ADMIN_CREATE_USER,
            medium=medium,
            to=user.attributes[_ATTRIBUTES[medium]],
            code=invitation.password,
            wording=invitation.wording,
        )
        await outbox.put(tx, ctx, message)
