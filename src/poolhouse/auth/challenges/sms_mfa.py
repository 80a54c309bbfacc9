"""SMS_MFA: a code by SMS as the second factor (2.4)."""

from poolhouse.auth import one_time_codes
from poolhouse.auth.challenges.asked import Asked
from poolhouse.auth.sign_in import SignIn, prove
from poolhouse.auth.who import Person, known
from poolhouse.context import Ctx

NEEDS = ("SMS_MFA_CODE",)


async def issue(ctx: Ctx, sign_in: SignIn, person: Person) -> Asked:
    """Raises what `one_time_codes.send` does."""
    return await one_time_codes.send(ctx, sign_in, known(person), "phone_number", one_time_codes.MFA_DIGITS)


async def check(ctx: Ctx, sign_in: SignIn, person: Person, answer: dict[str, str]) -> tuple[SignIn, Person]:
    """Raises what `one_time_codes.check` does."""
    await one_time_codes.check(ctx, sign_in, person, answer["SMS_MFA_CODE"])
    return prove(sign_in, "SMS_MFA"), person
