"""Codes on their way to a user: made, kept as a digest, and written to the outbox, all in one transaction.

Behaviour file, 3.6 and 8.3.
"""

from collections.abc import Mapping, Sequence

from poolhouse.context import Ctx
from poolhouse.crypto import aead
from poolhouse.delivery import allowance, messages
from poolhouse.directory import attributes
from poolhouse.directory.users import User
from poolhouse.ports import Instant, Tx
from poolhouse.store import codes, outbox
from poolhouse.triggers.custom_message import USUAL, Wording

# Which purpose proves which attribute once the user is confirmed.
PROVES: Mapping[str, str] = {"email": codes.VERIFY_EMAIL, "phone_number": codes.VERIFY_PHONE_NUMBER}

_LIVES: Mapping[str, Instant] = {
    codes.SIGN_UP: codes.SIGN_UP_LIFE,
    codes.FORGOT_PASSWORD: codes.FORGOT_PASSWORD_LIFE,
    codes.VERIFY_EMAIL: codes.VERIFY_LIFE,
    codes.VERIFY_PHONE_NUMBER: codes.VERIFY_LIFE,
}
_FAKE_DIGITS = 11


async def send(
    tx: Tx,
    ctx: Ctx,
    user: User,
    attribute: str,
    *,
    purpose: str,
    reason: str,
    destination: str | None = None,
    wording: Wording = USUAL,
) -> dict[str, str]:
    """Send the user a new code, and give its `CodeDeliveryDetails`.

    attribute    `email` or `phone_number`: where it goes
    purpose      what the code is good for, of store/codes.py: `SIGN_UP`, `PROVES[attribute]`, ...
    reason       why it is sent, of delivery/messages.py: `SIGN_UP`, `RESEND_CODE`, ...
    destination  the address, where it is not yet the attribute's value (keep-original, 3.6)
    wording      what `messages.worded` gave, before the transaction

    Raises `CodeDeliveryFailure` or `DailyEmailLimit` before anything is written.
    """
    medium = messages.medium_of(attribute)
    messages.check_carrier(ctx, medium)
    await allowance.take(tx, ctx, medium)
    to = destination or user.attributes[attribute]
    code = await codes.issue(
        tx, ctx, user.sub, purpose, attribute=attribute, destination=to, life=_LIVES[purpose]
    )
    message = messages.compose(ctx, user, purpose=reason, medium=medium, to=to, code=code, wording=wording)
    await outbox.put(tx, ctx, message)
    return messages.details(attribute, to)


async def pretend(
    tx: Tx, ctx: Ctx, sub: str, name: str, channels: Sequence[str], *, purpose: str
) -> dict[str, str]:
    """What `send` would answer for a name that gets no code, with as many statements (1.4, gotcha 8).

    sub       the decoy's; a code that nobody gets to see is kept for it, so that wrong codes are
              answered as for a user
    channels  the attributes that the pool might have used, the likeliest first; not empty

    Raises `CodeDeliveryFailure` where nobody at all would get a code.
    """
    carried = [kind for kind in channels if not messages.undeliverable(ctx, messages.medium_of(kind))]
    attribute, destination = simulated(ctx, name, carried or channels)
    messages.check_carrier(ctx, messages.medium_of(attribute))
    await allowance.check(tx, ctx, messages.medium_of(attribute))
    await codes.issue(tx, ctx, sub, purpose, attribute=attribute, destination="", life=_LIVES[purpose])
    no_message = ctx.env.rng.uuid()  # there is none; it stands for the one that `send` would put
    await outbox.finish(tx, ctx.pool.pool_id, no_message, 0)
    return messages.details(attribute, destination)


def simulated(ctx: Ctx, name: str, channels: Sequence[str]) -> tuple[str, str]:
    """The attribute and address that a code for this name might have gone to [K].

    A name that is an address stands for itself; for any other the address is made up, always the
    same for the same name in this pool.
    """
    if "email" in channels and attributes.is_email(name):
        return "email", name
    if "phone_number" in channels and attributes.is_phone(name):
        return "phone_number", name
    digest = aead.keyed_digest(ctx.keys.digest, "simulated", ctx.pool.fold("username", name))
    if channels[0] == "phone_number":
        return "phone_number", "+" + "".join(str(byte % 10) for byte in digest[:_FAKE_DIGITS])
    local, domain = (chr(ord("a") + byte % 26) for byte in digest[:2])
    return "email", f"{local}@{domain}"
