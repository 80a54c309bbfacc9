"""PASSWORD_SRP: the client's half of SRP, which leads to PASSWORD_VERIFIER (2.4)."""

from poolhouse.auth.challenges.asked import Asked
from poolhouse.auth.sign_in import SignIn, choose
from poolhouse.auth.who import Person
from poolhouse.context import Ctx

NEEDS = ("SRP_A",)


async def issue(ctx: Ctx, sign_in: SignIn, person: Person) -> Asked:
    return Asked({})


async def check(ctx: Ctx, sign_in: SignIn, person: Person, answer: dict[str, str]) -> tuple[SignIn, Person]:
    """Nothing is proven yet."""
    return choose(sign_in, "PASSWORD_VERIFIER", private=answer["SRP_A"].encode()), person
