"""SMS_OTP as the first factor (2.4); auth/first_codes.py does the work."""

from poolhouse.auth import first_codes
from poolhouse.auth.challenges.asked import Asked
from poolhouse.auth.sign_in import SignIn
from poolhouse.auth.who import Person
from poolhouse.context import Ctx

NEEDS = ("SMS_OTP_CODE",)


async def issue(ctx: Ctx, sign_in: SignIn, person: Person) -> Asked:
    return await first_codes.issue(ctx, sign_in, person, "SMS_OTP")


async def check(ctx: Ctx, sign_in: SignIn, person: Person, answer: dict[str, str]) -> tuple[SignIn, Person]:
    return await first_codes.check(ctx, sign_in, person, answer["SMS_OTP_CODE"], "SMS_OTP")
