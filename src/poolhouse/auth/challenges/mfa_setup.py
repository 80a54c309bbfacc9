"""MFA_SETUP: a user without a second factor, where the pool requires one, sets one up (2.4, 2.5).

An authenticator app: AssociateSoftwareToken and VerifySoftwareToken with the session, whose last session
is the answer. An e-mail address: the answer has it as EMAIL, and a code that is sent there proves it.
"""

import hmac

import msgspec

from poolhouse.auth import software_token
from poolhouse.auth.challenges.asked import Asked
from poolhouse.auth.sign_in import SignIn, at_step, choose, prove
from poolhouse.auth.who import Person, known
from poolhouse.context import Ctx
from poolhouse.directory import attributes, factors
from poolhouse.directory.users import User
from poolhouse.errors import InvalidSession, NothingToSetUp, SessionUsed, SoftwareTokenNotVerified
from poolhouse.ports import Tx
from poolhouse.store import sessions

NEEDS = ()
STEP = "MFA_SETUP"
_ORDER = (factors.TOTP, factors.EMAIL, factors.SMS)

# How the session says what happened to the secret whose mark follows.
_ASSOCIATED, _VERIFIED = b"associated:", b"verified:"


async def issue(ctx: Ctx, sign_in: SignIn, person: Person) -> Asked:
    """Raises `NothingToSetUp`: nobody can set up SMS here, it needs a phone number first."""
    able = [factor for factor in _ORDER if factor in ctx.pool.mfa_factors]
    if able == [factors.SMS]:
        raise NothingToSetUp
    return Asked({"MFAS_CAN_SETUP": msgspec.json.encode(able).decode()})


def check_open(ctx: Ctx, user: User) -> None:
    """Whoever has a factor by now must use it: `InvalidSession`."""
    if factors.asked(ctx.pool, user) != (factors.SETUP,):
        raise InvalidSession


def associated(ctx: Ctx, sign_in: SignIn, mark: bytes) -> SignIn:
    """The state after AssociateSoftwareToken."""
    return at_step(sign_in, STEP, ctx.now, private=_ASSOCIATED + mark)


def verified(ctx: Ctx, sign_in: SignIn, mark: bytes) -> SignIn:
    """The state after VerifySoftwareToken, which is the answer to the challenge."""
    return at_step(sign_in, STEP, ctx.now, private=_VERIFIED + mark)


def mark_of(sign_in: SignIn) -> bytes:
    """Which secret this session made. `InvalidSession`: it made none."""
    if not sign_in.private.startswith(_ASSOCIATED):
        raise InvalidSession
    return sign_in.private.removeprefix(_ASSOCIATED)


async def check(ctx: Ctx, sign_in: SignIn, person: Person, answer: dict[str, str]) -> tuple[SignIn, Person]:
    """Raises `SoftwareTokenNotVerified`, `InvalidSession`, `SessionUsed`, or what a bad address is told."""
    email = answer.get("EMAIL")
    if email and factors.EMAIL in ctx.pool.mfa_factors:
        check_open(ctx, known(person))
        attributes.for_update(ctx.pool, ctx.client, {"email": email})
        await _spend(ctx, sign_in)
        return choose(sign_in, "EMAIL_MFA", private=email.encode()), person
    if not sign_in.private.startswith(_VERIFIED):
        raise SoftwareTokenNotVerified
    token = await software_token.verified(ctx, known(person).sub)
    if token is None or not hmac.compare_digest(_VERIFIED + token.mark, sign_in.private):
        raise InvalidSession  # another secret has taken its place since
    await _spend(ctx, sign_in)
    return prove(sign_in, STEP), person


async def _spend(ctx: Ctx, sign_in: SignIn) -> None:
    async def spend(tx: Tx) -> SessionUsed | None:
        spent = await sessions.spend(tx, ctx, sign_in.family_id, sign_in.rounds)
        return None if spent else SessionUsed()

    await ctx.env.db.run_singly(spend)
