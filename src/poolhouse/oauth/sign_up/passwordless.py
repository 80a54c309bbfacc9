"""Making an account without a password: whoever signs in with codes needs none (behaviour file, 1.1 and 2.7).

That the page leaves the choice to the visitor, and only where the address that the sign-up proves is the one
that codes go to, is [K]: whoever had neither could never sign in.
"""

from msgspec.structs import replace

from poolhouse.auth import choices, who
from poolhouse.context import Ctx
from poolhouse.directory import first_factors
from poolhouse.directory import sign_up as rules
from poolhouse.directory.users import User, UserStatus
from poolhouse.errors import InvalidParameter
from poolhouse.oauth.sign_in import entrance
from poolhouse.oauth.sign_in.turn import Turn
from poolhouse.oauth.sign_up import fields
from poolhouse.oauth.sign_up.fields import Typed


def offered(turn: Turn) -> bool:
    """May a visitor of this page leave the password empty?"""
    proven = [kind for kind in _reached(turn) if kind in fields.addresses(turn.visit.pool, turn.client)]
    return bool(proven)


def possible(turn: Turn, typed: Typed) -> bool:
    """Can who typed this sign in with codes, once the code of the sign-up has proven the address?"""
    pool = turn.visit.pool
    try:
        named = rules.named_by(pool, typed.username, typed.attributes)
    except InvalidParameter:
        return offered(turn)  # which is said at the user name
    return rules.attribute_to_verify(pool, {**typed.attributes, **named}) in _reached(turn)


def _reached(turn: Turn) -> tuple[str, ...]:
    """The addresses that the pool verifies and sends first factors to."""
    pool = turn.visit.pool
    if not entrance.has_choice(turn) or pool.mfa == "ON":  # who has a second factor gets no such code (2.5)
        return ()
    allowed = [factor for factor in first_factors.ADDRESS_OF if factor in pool.first_factors]
    kinds = [first_factors.ADDRESS_OF[factor] for factor in choices.carried(turn.ctx("SignUp"), allowed)]
    return tuple(kind for kind in kinds if kind in pool.auto_verified)


async def same_again(ctx: Ctx, typed: Typed) -> User | None:
    """The user who signed up with this very form, without a password, and is not confirmed yet: with a `sub`
    that is made up, for nobody has proven to be that user.
    """
    user = (await who.somebody(ctx, typed.username)).user
    if user is None or user.credential is not None or not user.enabled:
        return None
    if user.status is not UserStatus.UNCONFIRMED or not typed.attributes.items() <= user.attributes.items():
        return None
    return replace(user, sub=ctx.env.rng.uuid())
