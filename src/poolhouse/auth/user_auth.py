"""USER_AUTH: how a sign-in by choice begins (2.3, 2.7)."""

from collections.abc import Mapping

from poolhouse.auth import auto_sign_in, choices, step_up, who
from poolhouse.auth.sign_in import SignIn
from poolhouse.auth.who import Person
from poolhouse.context import Ctx
from poolhouse.directory import first_factors, plans
from poolhouse.errors import ChoiceNotKnown


async def begin(
    ctx: Ctx, sign_in: SignIn, person: Person, parameters: Mapping[str, str], session: str
) -> tuple[SignIn, Person]:
    """The sign-in as far as the request takes it: at a choice, at the preferred challenge, or further.

    session  of ConfirmSignUp, or empty

    A preference that the user cannot have leads to the choice, as observed (2.7).
    """
    if not (session and ctx.hosted):
        plans.require(ctx.env.settings, ctx.pool.config, plans.CHOICE)
    preferred = parameters.get("PREFERRED_CHALLENGE", "")
    if preferred and preferred not in first_factors.CHALLENGES:
        raise ChoiceNotKnown(known=", ".join(first_factors.CHALLENGES))
    sign_in = await step_up.aimed(ctx, sign_in, person, parameters)
    if session:
        return await auto_sign_in.check(ctx, sign_in, person, session)
    if sign_in.proven:
        return sign_in, person
    _refuse_helpless(ctx, person)
    if preferred not in choices.offered(ctx, sign_in, person):
        return sign_in, person
    return await choices.taken(ctx, sign_in, person, preferred, parameters)


def _refuse_helpless(ctx: Ctx, person: Person) -> None:
    """A user who has nothing to sign in with yet is told why, where the client does not hide users [K]."""
    user = person.user
    if user is None or ctx.client.hides_users or first_factors.available(ctx.pool, user):
        return
    refused = who.refusal_after_proof(user)
    if refused:
        raise refused
