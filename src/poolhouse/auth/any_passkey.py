"""Signing in with a passkey before anybody said who they are (WebAuthn Level 3, 7.2, step 6).

The pages ask for one without a name; the authenticator says whose it is. The API has no such call.
"""

import msgspec

from poolhouse.auth import admission, choices, progress, protection, seal, who
from poolhouse.auth.challenges import web_authn
from poolhouse.auth.sign_in import SignIn, at_step
from poolhouse.auth.who import Person
from poolhouse.context import Ctx
from poolhouse.crypto import passkeys
from poolhouse.crypto.passkeys import Malformed
from poolhouse.directory import first_factors
from poolhouse.errors import IncorrectLogin, InvalidPasskey, InvalidSession
from poolhouse.store import users

_STEP = "WEB_AUTHN"
_NOBODY = ""


def asked(ctx: Ctx) -> tuple[str, str]:
    """The question, a `PublicKeyCredentialRequestOptionsJSON`, and the session for its answer.

    Raises `NoRelyingParty`. Nothing is written.
    """
    challenge = ctx.env.rng.bytes(web_authn.CHALLENGE_BYTES)
    begun = SignIn(
        pool_id=ctx.pool.pool_id,
        client_id=ctx.client.client_id,
        family_id=ctx.env.rng.uuid(),
        flow="USER_AUTH",
        step=_STEP,
        name=_NOBODY,
        sub=_NOBODY,
        proven=(),
        began_at=ctx.now,
    )
    waiting = at_step(begun, _STEP, ctx.now, private=challenge)
    return web_authn.options(ctx, challenge, ()), seal.session(ctx, waiting)


async def check(ctx: Ctx, session: str, credential: str) -> tuple[SignIn, Person]:
    """The sign-in of whomever the passkey says. Raises as `web_authn.check`, and `InvalidSession`.

    Who may not begin with a passkey (because a second factor is asked that it is not) is told no more than
    who showed a wrong one.
    """
    sign_in = seal.open_sealed(ctx, session, _STEP)
    if sign_in.sub != _NOBODY:
        raise InvalidSession
    sub = _owner(credential)
    person = await who.again(ctx, sub, sub)
    name = person.user.username if person.user else sub
    sign_in = admission.begun(ctx, msgspec.structs.replace(sign_in, name=name, sub=person.sub))
    progress.begun(ctx, sign_in, _STEP)
    protection.refuse_blocked(ctx, sign_in.flow)
    if sign_in.validation:
        sign_in = await admission.before_comparing(ctx, sign_in, person)
    proven, person = await web_authn.check(ctx, sign_in, person, {"CREDENTIAL": credential})
    if first_factors.PASSKEY not in choices.passwords_at_least(ctx, person, name):
        raise IncorrectLogin
    return proven, person


def _owner(credential: str) -> str:
    """The `sub` in the user handle, which a passkey that was asked for without a name must give."""
    try:
        handle = passkeys.parsed(credential).response.user_handle or ""
        sub = passkeys.from_base64url(handle).decode()
    except (Malformed, ValueError) as error:
        raise InvalidPasskey from error
    if not users.is_sub(sub):
        raise InvalidPasskey
    return sub
