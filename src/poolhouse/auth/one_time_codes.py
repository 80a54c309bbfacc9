"""Codes that are good for one step of one sign-in: SMS_MFA, SMS_OTP, EMAIL_OTP (behaviour file, 2.4).

Only a digest is kept, in the sealed state of the sign-in, so a code is good for nobody else's and for no
other session. Wrong ones count in the one ledger.
"""

import hmac
from collections.abc import Sequence

from poolhouse.auth.challenges.asked import Asked
from poolhouse.auth.ledger import counted
from poolhouse.auth.sign_in import SignIn
from poolhouse.auth.who import Person
from poolhouse.context import Ctx
from poolhouse.crypto import aead
from poolhouse.delivery import allowance, messages, verification
from poolhouse.delivery.masking import masked
from poolhouse.directory.users import User
from poolhouse.errors import ApiError, SignInCodeMismatch, TooManyCodes
from poolhouse.http.sources import network
from poolhouse.ports import Tx
from poolhouse.store import hourly, outbox
from poolhouse.triggers import custom_message
from poolhouse.triggers.custom_message import USUAL, Wording

MFA_DIGITS = 6
FIRST_FACTOR_DIGITS = 8  # observed (2.4)


async def send(ctx: Ctx, sign_in: SignIn, user: User, attribute: str, digits: int) -> Asked:
    """Send a code to the user's `email` or `phone_number`.

    Raises `TooManyCodes`, and `NotDeliverable` before anything is written.

    digits  of the code: MFA_DIGITS or FIRST_FACTOR_DIGITS
    """
    to, code = user.attributes[attribute], _new(ctx, digits)
    medium = messages.medium_of(attribute)
    messages.check_carrier(ctx, medium)
    uses = _uses(ctx, user.sub, medium, to)
    wording = await _worded(ctx, user, medium, uses)
    message = messages.compose(
        ctx, user, purpose=messages.AUTHENTICATION, medium=medium, to=to, code=code, wording=wording
    )

    async def put(tx: Tx) -> ApiError | None:
        if not await _taken(tx, ctx, uses):
            return TooManyCodes()
        await allowance.take(tx, ctx, medium)
        await outbox.put(tx, ctx, message)
        return None

    await ctx.env.db.run(put)
    return _asked(ctx, sign_in, attribute, to, code)


def _uses(ctx: Ctx, sub: str, medium: str, to: str) -> list[tuple[str, str]]:
    """What the code counts for: its user and, by e-mail, its address and who asks (behaviour file, 8.2)."""
    uses = [(sub, hourly.SIGN_IN_CODE)]
    if medium == messages.EMAIL:
        asked = aead.keyed_digest(ctx.keys.digest, "mail", to.lower(), network(ctx.address)).hex()
        uses.append((asked, hourly.SIGN_IN_MAIL))
    return uses


async def _taken(tx: Tx, ctx: Ctx, uses: Sequence[tuple[str, str]]) -> bool:
    """False: one of the limits of this hour is spent."""
    for principal, action in uses:
        if await hourly.take(tx, ctx, principal, action):
            return False
    return True


async def _worded(ctx: Ctx, user: User, medium: str, uses: Sequence[tuple[str, str]]) -> Wording:
    """What the pool's function makes of it, if it has one. Who has had too many codes gets none worded."""
    if not custom_message.is_called(ctx, [medium]):
        return USUAL

    async def spent(tx: Tx) -> bool:
        return any([await hourly.spent(tx, ctx, *use) for use in uses])

    if await ctx.env.db.read(spent):
        raise TooManyCodes
    return await messages.worded(ctx, user, messages.AUTHENTICATION, [medium])


async def pretend(ctx: Ctx, sign_in: SignIn, channels: Sequence[str], digits: int) -> Asked:
    """What `send` would answer for a name that nobody has, with as many statements (2.7)."""
    attribute, to = verification.simulated(ctx, sign_in.name, channels)
    medium = messages.medium_of(attribute)
    messages.check_carrier(ctx, medium)
    uses = _uses(ctx, sign_in.sub, medium, to)

    async def put(tx: Tx) -> ApiError | None:
        taken = await _taken(tx, ctx, uses)
        if taken:
            await allowance.check(tx, ctx, medium)
        await outbox.finish(tx, ctx.pool.pool_id, ctx.env.rng.uuid(), 0)  # there is none; it takes the time
        return None if taken else TooManyCodes()

    await ctx.env.db.run(put)
    return _asked(ctx, sign_in, attribute, to, _new(ctx, digits))


def _new(ctx: Ctx, digits: int) -> str:
    return ctx.env.settings.fixed_code or ctx.env.rng.digits(digits)


def _asked(ctx: Ctx, sign_in: SignIn, attribute: str, to: str, code: str) -> Asked:
    parameters = {
        "CODE_DELIVERY_DELIVERY_MEDIUM": messages.medium_of(attribute),
        "CODE_DELIVERY_DESTINATION": masked(attribute, to),
    }
    return Asked(parameters, private=_digest(ctx, sign_in, code))


async def check(ctx: Ctx, sign_in: SignIn, person: Person, code: str) -> None:
    """The try is counted before anything is compared. Raises `SignInCodeMismatch` or `LockedOut`."""
    await counted(ctx, person.sub)
    right = hmac.compare_digest(sign_in.private, _digest(ctx, sign_in, code))
    if not right or person.user is None:
        raise SignInCodeMismatch


def _digest(ctx: Ctx, sign_in: SignIn, code: str) -> bytes:
    return aead.keyed_digest(ctx.keys.digest, "sign-in code", sign_in.sub, sign_in.family_id, code)
