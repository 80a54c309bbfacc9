"""EMAIL_OTP and SMS_OTP as first factors: a code that opens the door alone (2.4, 2.7)."""

from msgspec.structs import replace

from poolhouse.auth import one_time_codes, who
from poolhouse.auth.challenges.asked import Asked
from poolhouse.auth.sign_in import SignIn, prove
from poolhouse.auth.who import Person
from poolhouse.context import Ctx
from poolhouse.crypto import aead
from poolhouse.directory import first_factors
from poolhouse.directory.users import User
from poolhouse.errors import SignInCodeMismatch


async def issue(ctx: Ctx, sign_in: SignIn, person: Person, factor: str) -> Asked:
    """Send a code, or pretend to, for a name that nobody has and for a user who is disabled."""
    refused = who.refusal_before_proof(ctx, person)
    if refused:
        raise refused
    user, name, digits = person.user, first_factors.ADDRESS_OF[factor], one_time_codes.FIRST_FACTOR_DIGITS
    if user is None or not user.enabled:
        asked = await one_time_codes.pretend(ctx, sign_in, (name,), digits)
        return replace(asked, public=_digest(ctx, ""))
    asked = await one_time_codes.send(ctx, sign_in, user, name, digits)
    return replace(asked, public=_digest(ctx, user.attributes[name]))


def _digest(ctx: Ctx, address: str) -> bytes:
    """Where the code went, in a length that says nothing: the length of the Session shows."""
    return aead.keyed_digest(ctx.keys.digest, "sign-in address", address)


async def check(ctx: Ctx, sign_in: SignIn, person: Person, code: str, factor: str) -> tuple[SignIn, Person]:
    """Raises `SignInCodeMismatch` or `LockedOut`. The code must be the user's way in still."""
    await one_time_codes.check(ctx, sign_in, person, code)
    if not _still_good(ctx, sign_in, who.known(person), factor):
        raise SignInCodeMismatch
    return prove(sign_in, factor), person


def _still_good(ctx: Ctx, sign_in: SignIn, user: User, factor: str) -> bool:
    """False where meanwhile the address was changed, or the user is offered this factor no more."""
    address = user.attributes.get(first_factors.ADDRESS_OF[factor], "")
    return _digest(ctx, address) == sign_in.public and factor in first_factors.available(ctx.pool, user)
