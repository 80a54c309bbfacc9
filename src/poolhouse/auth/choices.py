"""Signing in by choice: which first factors a sign-in offers, and what a choice leads to (2.7)."""

from collections.abc import Iterable, Mapping
from types import ModuleType

from poolhouse.auth.challenges import password, password_srp, web_authn
from poolhouse.auth.sign_in import SignIn, choose
from poolhouse.auth.who import Person
from poolhouse.context import Ctx
from poolhouse.delivery import links, messages
from poolhouse.directory import assurance, first_factors, passkeys

# Choices that are answered in the call that makes them, where it has what they need (2.4).
_AT_ONCE: Mapping[str, ModuleType] = {
    first_factors.PASSWORD: password,
    first_factors.PASSWORD_SRP: password_srp,
    first_factors.PASSKEY: web_authn,
}


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
    """Without what would fail: codes that nothing here delivers, passkeys of a pool without a domain."""
    return tuple(factor for factor in found if _works(ctx, factor))


def _works(ctx: Ctx, factor: str) -> bool:
    if factor == first_factors.PASSKEY:
        return passkeys.relying_party(ctx.pool.passkeys, links.base(ctx)) is not None
    address = first_factors.ADDRESS_OF.get(factor)
    return not address or messages.undeliverable(ctx, messages.medium_of(address)) is None


async def taken(
    ctx: Ctx, sign_in: SignIn, person: Person, choice: str, given: Mapping[str, str]
) -> tuple[SignIn, Person]:
    """The sign-in with this choice made; with its answer too, where `given` has what it needs.

    A passkey signs what was asked: SELECT_CHALLENGE keeps that in `private`.
    """
    module = _AT_ONCE.get(choice)
    unasked = choice == first_factors.PASSKEY and not sign_in.private
    if module and not unasked and all(given.get(name) for name in module.NEEDS):
        return await module.check(ctx, sign_in, person, given)  # type: ignore[no-any-return]
    return choose(sign_in, choice), person
