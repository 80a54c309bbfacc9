"""Setting up an authenticator app in the middle of a sign-in, at MFA_SETUP (behaviour file, 2.4)."""

from poolhouse.auth import seal, software_token, who
from poolhouse.auth.challenges import mfa_setup
from poolhouse.auth.sign_in import SignIn
from poolhouse.auth.software_token import Token
from poolhouse.context import Ctx
from poolhouse.errors import InvalidSession


async def associate(ctx: Ctx, session: str) -> tuple[Token, str]:
    """A new secret, and the session to verify it with.

    Raises `SoftwareTokenOff`, or `InvalidSession`, also for a user who may not sign in any more.
    """
    sign_in = await _waiting(ctx, session)
    software_token.check_pool(ctx)
    token = await software_token.associate(ctx, sign_in.sub)
    return token, seal.seal(ctx, mfa_setup.associated(ctx, sign_in, token.mark))


async def verify(ctx: Ctx, session: str, code: str, name: str = "") -> str:
    """The app has the secret: the session that answers MFA_SETUP.

    Raises as `software_token.verify`, and as `associate`.
    """
    sign_in = await _waiting(ctx, session)
    software_token.check_pool(ctx)
    token = await software_token.verify(ctx, sign_in.sub, code, name, mark=mfa_setup.mark_of(sign_in))
    return seal.seal(ctx, mfa_setup.verified(ctx, sign_in, token.mark))


async def _waiting(ctx: Ctx, session: str) -> SignIn:
    sign_in = seal.open_sealed(ctx, session, mfa_setup.STEP)
    user = who.known(await who.again(ctx, sign_in.sub, sign_in.name))
    if who.refusal_after_proof(user):
        raise InvalidSession
    mfa_setup.check_open(ctx, user)
    return sign_in
