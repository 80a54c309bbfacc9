"""PASSWORD: the password itself (2.3, 2.4)."""

from poolhouse.auth import admission, compromised, credentials, who
from poolhouse.auth.challenges.asked import Asked
from poolhouse.auth.ledger import counted
from poolhouse.auth.sign_in import SignIn, prove
from poolhouse.auth.who import Person
from poolhouse.context import Ctx
from poolhouse.errors import IncorrectLogin

NEEDS = ("PASSWORD",)


async def issue(ctx: Ctx, sign_in: SignIn, person: Person) -> Asked:
    """Asked in USER_AUTH alone: elsewhere the password comes with the call that begins the flow."""
    return Asked({})


async def check(ctx: Ctx, sign_in: SignIn, person: Person, answer: dict[str, str]) -> tuple[SignIn, Person]:
    """The try is counted before anything is compared; a wrong password raises `IncorrectLogin`.

    A right one that is known to be stolen may raise `PasswordCompromised`.
    """
    password = answer["PASSWORD"]
    credentials.refuse_when_flooded(ctx)
    if sign_in.validation:
        sign_in = await admission.before_comparing(ctx, sign_in, person)
    await counted(ctx, person.sub)
    refused = who.refusal_before_proof(ctx, person)
    if refused:
        raise refused
    right = await credentials.matches(ctx, person.credential, person.srp_id, password)
    if not right:
        await credentials.as_slow_as_nobody(ctx, person.credential, password)
    if not right or person.user is None or who.looks_wrong(ctx, person.user):
        raise IncorrectLogin
    proven = prove(sign_in, "PASSWORD")
    await compromised.check_proven(ctx, proven, person.user, password)
    await credentials.modernise(ctx, person.user, person.credential, password)
    return proven, person
