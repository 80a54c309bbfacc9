"""Signing in right after signing up: the code of ConfirmSignUp is the first factor, once (2.7).

SignUp gives a Session, ConfirmSignUp takes it and gives another, and USER_AUTH takes that one.
"""

import msgspec

from poolhouse.auth import seal
from poolhouse.auth.ledger import counted
from poolhouse.auth.sign_in import SignIn, at_step
from poolhouse.auth.who import Person
from poolhouse.context import Ctx
from poolhouse.directory.users import User
from poolhouse.errors import ApiError, InvalidSession, SessionUsed
from poolhouse.ports import Tx
from poolhouse.store import families, sessions

# Steps of no challenge: such a session answers none.
_SIGNED_UP, _CONFIRMED = "SIGN_UP", "CONFIRM_SIGN_UP"

# ConfirmSignUp gives a Session to whoever has the right code, also without the Session of SignUp [K]:
# aws-amplify 6.21 sends none, and expects one.
SESSION_UNASKED = True


def after_sign_up(ctx: Ctx, user: User, name: str) -> dict[str, str]:
    """The member `Session` of SignUp, where the client has USER_AUTH (aws-sdk-js-v3 issue 6724)."""
    return _session(ctx, user.sub, name, _SIGNED_UP)


def check_sign_up(ctx: Ctx, session: str | None, sub: str) -> None:
    """Raises `InvalidSession` or `SessionExpired` for any but the Session of this user's SignUp, or None."""
    if session is not None and seal.open_sealed(ctx, session, _SIGNED_UP).sub != sub:
        raise InvalidSession


def after_confirmation(ctx: Ctx, sub: str, name: str, session: str | None) -> dict[str, str]:
    """The member `Session` of ConfirmSignUp."""
    if session is None and not SESSION_UNASKED:
        return {}
    return _session(ctx, sub, name, _CONFIRMED)


def _session(ctx: Ctx, sub: str, name: str, step: str) -> dict[str, str]:
    if "ALLOW_USER_AUTH" not in ctx.client.flows and not ctx.hosted:
        return {}
    pool_id, client_id, family_id = ctx.pool.pool_id, ctx.client.client_id, ctx.env.rng.uuid()
    begun = SignIn(pool_id, client_id, family_id, "USER_AUTH", "", name, sub, (), ctx.now)
    return {"Session": seal.seal(ctx, at_step(begun, step, ctx.now))}


async def check(ctx: Ctx, sign_in: SignIn, person: Person, session: str) -> tuple[SignIn, Person]:
    """The sign-in with the sign-up as its first factor: for this user, once, and as the first of all.

    Raises `InvalidSession`, `SessionExpired`, `SessionUsed`, `LockedOut`.
    """
    confirmed = seal.open_sealed(ctx, session, _CONFIRMED)
    if confirmed.sub != person.sub:
        raise InvalidSession
    await counted(ctx, person.sub)

    async def spend(tx: Tx) -> ApiError | None:
        if not await sessions.spend(tx, ctx, confirmed.family_id, confirmed.rounds):
            return SessionUsed()
        return InvalidSession() if await families.any_of(tx, ctx.pool.pool_id, person.sub) else None

    await ctx.env.db.run(spend)
    family_id = confirmed.family_id
    return msgspec.structs.replace(sign_in, family_id=family_id, proven=("SIGNED_UP",)), person
