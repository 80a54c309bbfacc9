"""SELECT_CHALLENGE: the user chooses how to sign in (2.4, 2.7)."""

from poolhouse.auth import choices
from poolhouse.auth.challenges import web_authn
from poolhouse.auth.challenges.asked import Asked
from poolhouse.auth.sign_in import SignIn
from poolhouse.auth.who import Person
from poolhouse.context import Ctx
from poolhouse.directory import first_factors
from poolhouse.errors import ChoiceNotAvailable

NEEDS = ("ANSWER",)


async def issue(ctx: Ctx, sign_in: SignIn, person: Person) -> Asked:
    """What can be chosen stands beside the parameters (auth/engine.py).

    Who has a passkey may answer with it at once, so its question comes along [K].
    """
    if first_factors.PASSKEY in choices.offered(ctx, sign_in, person):
        return await web_authn.issue(ctx, sign_in, person)
    return Asked({})


async def check(ctx: Ctx, sign_in: SignIn, person: Person, answer: dict[str, str]) -> tuple[SignIn, Person]:
    """Raises `ChoiceNotAvailable`, and what the chosen challenge raises where it is answered as well."""
    if answer["ANSWER"] not in choices.offered(ctx, sign_in, person):
        raise ChoiceNotAvailable
    return await choices.taken(ctx, sign_in, person, answer["ANSWER"], answer)
