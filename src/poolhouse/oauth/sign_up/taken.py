"""A name or an address that has an account already (UI guide, 6).

A chosen name is said to be taken: whoever chooses one has to know. An address is said to be only by an app
client that does not hide its users. Elsewhere the visitor goes on to /confirm as always, no account is made,
and the owner of the address is told.
"""

from poolhouse.auth import lookup
from poolhouse.context import Ctx
from poolhouse.delivery import messages, notices, verification
from poolhouse.directory import sign_up as rules
from poolhouse.errors import AccountWithAttributeExists, UsernameExists
from poolhouse.http.response import Response
from poolhouse.oauth.pages import says
from poolhouse.oauth.pages.parts import Attribute
from poolhouse.oauth.sign_in import trouble
from poolhouse.oauth.sign_in.turn import Turn
from poolhouse.oauth.sign_up import waiting
from poolhouse.oauth.sign_up.fields import Typed
from poolhouse.ports import Tx
from poolhouse.store import codes, hourly, users

_SAYS = {"email": says.taken("email"), "phone_number": says.taken("phone")}


async def answered(turn: Turn, typed: Typed, error: UsernameExists) -> Response:
    """Raises `Trouble` where the visitor is told, and what the delivery raises for a real account too."""
    if not isinstance(error, AccountWithAttributeExists):
        raise trouble.at("username", says.USERNAME_TAKEN)
    if not turn.client.hides_users:
        raise trouble.at(_field(turn, typed, error.name), _SAYS[error.name])
    return await _as_always(turn, typed, error.name)


def _field(turn: Turn, typed: Typed, kind: str) -> str:
    by_name = rules.address_kind(turn.visit.pool, typed.username) == kind
    return "username" if by_name else Attribute(kind).field


async def _as_always(turn: Turn, typed: Typed, kind: str) -> Response:
    """kind  the attribute whose value somebody else has"""
    given = {**typed.attributes, **rules.named_by(turn.visit.pool, typed.username, typed.attributes)}
    attribute = rules.attribute_to_verify(turn.visit.pool, given)
    await _tell_owner(turn.ctx("SignUp"), typed.username, given[kind], kind, attribute)
    if attribute is None:
        return await waiting.without_code(turn)
    details = messages.details(attribute, given[attribute])
    return waiting.told(turn, waiting.of(typed.username, turn.visit.env.rng.uuid(), details))


async def _tell_owner(ctx: Ctx, name: str, address: str, kind: str, attribute: str | None) -> None:
    """As often as a code may be sent again; a code that nobody gets to see is kept, as for a real account."""

    async def tell(tx: Tx) -> None:
        owner = await users.by_name(tx, ctx.pool, address)
        if attribute:
            sub = lookup.principal(ctx, None, name)
            await verification.pretend(tx, ctx, sub, name, [attribute], purpose=codes.SIGN_UP)
        if owner is not None and not await hourly.take(tx, ctx, owner.sub, hourly.RESEND):
            await notices.already_here(tx, ctx, owner, kind)

    await ctx.env.db.run(tell)
