"""PreAuthentication in a sign-in: once, and before anything is compared or sent (behaviour file, 2.5).

Where a password is to be compared, the function is asked just before that: at PASSWORD_VERIFIER for SRP [K].
Every other sign-in asks it before its first question. Until then the sealed state keeps what the function
gets as validationData: the ClientMetadata of the call that began the sign-in (gotcha 36).
"""

import msgspec

from poolhouse.auth import ledger
from poolhouse.auth.sign_in import SignIn
from poolhouse.auth.who import Person
from poolhouse.context import Ctx
from poolhouse.errors import InvalidParameter
from poolhouse.triggers import pre_authentication

# Steps whose answer brings a password, or the choice of what to prove.
_WAITS = frozenset({"PASSWORD", "PASSWORD_SRP", "PASSWORD_VERIFIER", "SELECT_CHALLENGE"})
_LONGEST = 2_000  # bytes: it travels in a Session, of which the model allows 4,096 characters


def begun(ctx: Ctx, sign_in: SignIn) -> SignIn:
    """The sign-in, about which the function is still to be asked where the pool has one."""
    if pre_authentication.KIND not in ctx.pool.triggers:
        return sign_in
    waiting = msgspec.json.encode(dict(ctx.metadata) or None)
    if len(waiting) > _LONGEST:
        raise InvalidParameter(f"ClientMetadata has more than {_LONGEST} bytes.")
    return msgspec.structs.replace(sign_in, validation=waiting)


async def before_asking(ctx: Ctx, sign_in: SignIn, person: Person, step: str) -> SignIn:
    """Ask the function, unless this step waits for a password."""
    if not sign_in.validation or step in _WAITS:
        return sign_in
    return await _asked(ctx, sign_in, person)


async def before_comparing(ctx: Ctx, sign_in: SignIn, person: Person) -> SignIn:
    """Ask the function about somebody who is not locked out, before the try is counted.

    Called where `sign_in.validation` says that it was not asked before.
    """
    await ledger.refuse_locked(ctx, person.sub)
    return await _asked(ctx, sign_in, person)


async def _asked(ctx: Ctx, sign_in: SignIn, person: Person) -> SignIn:
    validation = msgspec.json.decode(sign_in.validation, type=dict[str, str] | None)
    await pre_authentication.fire(ctx, person.user, sign_in.name, validation)
    return msgspec.structs.replace(sign_in, validation=b"")
