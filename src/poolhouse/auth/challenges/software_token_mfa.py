"""SOFTWARE_TOKEN_MFA: the code of an authenticator app (2.4)."""

from poolhouse.auth import software_token
from poolhouse.auth.challenges.asked import Asked
from poolhouse.auth.sign_in import SignIn, prove
from poolhouse.auth.who import Person, known
from poolhouse.context import Ctx

NEEDS = ("SOFTWARE_TOKEN_MFA_CODE",)


async def issue(ctx: Ctx, sign_in: SignIn, person: Person) -> Asked:
    """Names the app, where it was given a name when it was set up."""
    token = await software_token.verified(ctx, known(person).sub)
    name = token.name if token else ""
    return Asked({"FRIENDLY_DEVICE_NAME": name} if name else {})


async def check(ctx: Ctx, sign_in: SignIn, person: Person, answer: dict[str, str]) -> tuple[SignIn, Person]:
    """Raises what `software_token.check` does."""
    await software_token.check(ctx, known(person), answer["SOFTWARE_TOKEN_MFA_CODE"])
    return prove(sign_in, "SOFTWARE_TOKEN_MFA"), person
