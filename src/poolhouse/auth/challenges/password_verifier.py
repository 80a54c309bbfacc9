"""PASSWORD_VERIFIER: SRP-6a, the proof that the client knows the password (behaviour file, 2.1)."""

from msgspec.structs import replace

from poolhouse.auth import admission, srp_exchange, who
from poolhouse.auth.challenges.asked import Asked
from poolhouse.auth.ledger import counted
from poolhouse.auth.sign_in import SignIn, prove
from poolhouse.auth.who import Person
from poolhouse.context import Ctx
from poolhouse.errors import IncorrectLogin

NEEDS = srp_exchange.NEEDS


async def issue(ctx: Ctx, sign_in: SignIn, person: Person) -> Asked:
    """The challenge for SRP_A, which led here."""
    asked = srp_exchange.ask(ctx, sign_in, "PASSWORD_VERIFIER", person.credential)
    names = {"USERNAME": person.srp_id, "USER_ID_FOR_SRP": person.srp_id}
    return replace(asked, parameters={**asked.parameters, **names})


async def check(ctx: Ctx, sign_in: SignIn, person: Person, answer: dict[str, str]) -> tuple[SignIn, Person]:
    """The try is counted before anything is compared; a wrong proof raises `IncorrectLogin`."""
    if sign_in.validation:
        sign_in = await admission.before_comparing(ctx, sign_in, person)
    await counted(ctx, person.sub)
    refused = who.refusal_before_proof(ctx, person)
    if refused:
        raise refused
    group, identity = ctx.pool.short_name, person.srp_id
    right = srp_exchange.proves(ctx, sign_in, answer, person.credential, group, identity)
    if not right or person.user is None or who.looks_wrong(ctx, person.user):
        raise IncorrectLogin
    return prove(sign_in, "PASSWORD_VERIFIER"), person
