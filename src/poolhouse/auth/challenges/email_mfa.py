"""EMAIL_MFA: a code by e-mail as the second factor; the wire calls it EMAIL_OTP (2.4)."""

import msgspec
from msgspec.structs import replace

from poolhouse.auth import one_time_codes
from poolhouse.auth.challenges import mfa_setup
from poolhouse.auth.challenges.asked import Asked
from poolhouse.auth.sign_in import SignIn, prove
from poolhouse.auth.who import Person, known
from poolhouse.context import Ctx
from poolhouse.directory.users import User
from poolhouse.errors import AliasExists, InvalidSession
from poolhouse.ports import Tx
from poolhouse.store import users
from poolhouse.store.users import NameTaken

NEEDS = ("EMAIL_OTP_CODE",)


async def issue(ctx: Ctx, sign_in: SignIn, person: Person) -> Asked:
    """To the user's address, or to the one that MFA_SETUP was answered with. Raises as `send` does."""
    user, to = known(person), _proposed(sign_in)
    if not to:
        return await one_time_codes.send(ctx, sign_in, user, "email", one_time_codes.MFA_DIGITS)
    proposed = replace(user, attributes={**user.attributes, "email": to.decode()})
    asked = await one_time_codes.send(ctx, sign_in, proposed, "email", one_time_codes.MFA_DIGITS)
    return replace(asked, public=to)


def _proposed(sign_in: SignIn) -> bytes:
    """The address that is to be set up: from the answer to MFA_SETUP, or as this step was asked before."""
    if sign_in.step == mfa_setup.STEP:
        return sign_in.private
    return sign_in.public if sign_in.step == "EMAIL_MFA" else b""


async def check(ctx: Ctx, sign_in: SignIn, person: Person, answer: dict[str, str]) -> tuple[SignIn, Person]:
    """Raises what `one_time_codes.check` does; for a new address `InvalidSession` and `AliasExists` too."""
    await one_time_codes.check(ctx, sign_in, person, answer["EMAIL_OTP_CODE"])
    if sign_in.public:
        person = replace(person, user=await _set_up(ctx, known(person), sign_in.public.decode()))
    return prove(sign_in, "EMAIL_MFA"), person


async def _set_up(ctx: Ctx, user: User, email: str) -> User:
    """The code has proven the address: it becomes the user's, verified [K], and a second factor."""

    async def write(tx: Tx) -> User:
        current = await users.with_credential(tx, user.pool_id, user.sub)
        if current is None:
            raise InvalidSession
        if current.factors.email and current.attributes.get("email") == email:
            return current  # it was done, and the acknowledgement was lost
        mfa_setup.check_open(ctx, current)
        return await users.save(tx, ctx, current, _with_email(current, email))

    try:
        return await ctx.env.db.run(write)
    except NameTaken as taken:
        raise AliasExists(name=taken.kind) from taken


def _with_email(user: User, email: str) -> User:
    """The user with this address, verified, as a second factor."""
    proven = {**user.attributes, "email": email, "email_verified": "true"}
    return replace(user, attributes=proven, factors=msgspec.structs.replace(user.factors, email=True))
