"""Signing in by choice: which first factors a sign-in offers, and what a choice leads to (2.7)."""

from collections.abc import Iterable, Mapping
from types import ModuleType

from poolhouse.auth.challenges import password, password_srp
from poolhouse.auth.sign_in import SignIn, choose
from poolhouse.auth.who import Person
from poolhouse.context import Ctx
from poolhouse.delivery import messages
from poolhouse.directory import assurance, first_factors

# Choices that are answered in the call that makes them, where it has what they need (2.4).
_AT_ONCE: Mapping[str, ModuleType] = {"PASSWORD": password, "PASSWORD_SRP": password_srp}


def offered(ctx: Ctx, sign_in: SignIn, person: Person) -> tuple[str, ...]:
    """`AvailableChallenges`. Whoever has nothing to sign in with is offered passwords, none of them right."""
    usual = passwords_at_least(ctx, person, sign_in.name)
    return assurance.beginnings(ctx.pool, person.user, sign_in.goal, usual) or usual


def passwords_at_least(ctx: Ctx, person: Person, name: str) -> tuple[str, ...]:
    """What the person could begin with, whatever the level; a decoy has what most users have."""
    user = person.user
    nobody = first_factors.of_nobody(ctx.pool, name)
    found = nobody if user is None else first_factors.available(ctx.pool, user)
    return carried(ctx, found) or first_factors.passwords(ctx.pool)


def carried(ctx: Ctx, found: Iterable[str]) -> tuple[str, ...]:
    """Without the codes that nothing here would deliver."""
    return tuple(factor for factor in found if not _undeliverable(ctx, factor))


def _undeliverable(ctx: Ctx, factor: str) -> bool:
    address = first_factors.ADDRESS_OF.get(factor)
    return bool(address and messages.undeliverable(ctx, messages.medium_of(address)))


async def taken(
    ctx: Ctx, sign_in: SignIn, person: Person, choice: str, given: Mapping[str, str]
) -> tuple[SignIn, Person]:
    """The sign-in with this choice made; with its answer too, where `given` has what it needs."""
    module = _AT_ONCE.get(choice)
    if module and all(given.get(name) for name in module.NEEDS):
        return await module.check(ctx, sign_in, person, given)  # type: ignore[no-any-return]
    return choose(sign_in, choice), person
