"""Second factors of users: authenticator apps and preferences (behaviour file, 1.7)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from poolhouse.auth import seal, software_token, who
from poolhouse.auth.challenges import mfa_setup
from poolhouse.context import Ctx
from poolhouse.directory import mfa_preference
from poolhouse.directory.users import Factors, User, UserStatus
from poolhouse.errors import InvalidSession, OneProofOnly, UserNotConfirmed, UserNotFound
from poolhouse.idp import lookup
from poolhouse.ports import Tx
from poolhouse.store import codes, software_tokens, users
from poolhouse.wire.operations import operation

if TYPE_CHECKING:
    from poolhouse.auth.sign_in import SignIn
    from poolhouse.wire.models.cognito_idp import (
        AdminDeleteSoftwareTokenRequest,
        AdminSetUserMFAPreferenceRequest,
        AdminSetUserSettingsRequest,
        AssociateSoftwareTokenRequest,
        SetUserMFAPreferenceRequest,
        SetUserSettingsRequest,
        VerifySoftwareTokenRequest,
    )

Response = dict[str, Any]


@operation("AssociateSoftwareToken")
async def associate_software_token(ctx: Ctx, req: AssociateSoftwareTokenRequest) -> Response:
    """Make a new secret for the user's authenticator app. The one that signs in stays good meanwhile."""
    sign_in = await _proof(ctx, req)
    software_token.check_pool(ctx)
    if sign_in is None:
        token = await software_token.associate(ctx, ctx.user.sub)
        return {"SecretCode": token.text}
    token = await software_token.associate(ctx, sign_in.sub)
    return {
        "SecretCode": token.text,
        "Session": seal.seal(ctx, mfa_setup.associated(ctx, sign_in, token.mark)),
    }


@operation("VerifySoftwareToken")
async def verify_software_token(ctx: Ctx, req: VerifySoftwareTokenRequest) -> Response:
    """The app has the secret: from now on its codes sign the user in, where the user or the pool wants it.

    With a session the factor is on at once; with an access token SetUserMFAPreference turns it on.
    """
    sign_in = await _proof(ctx, req)
    software_token.check_pool(ctx)
    code, name = req["UserCode"], req.get("FriendlyDeviceName", "")
    if sign_in is None:
        await software_token.verify(ctx, ctx.user.sub, code, name)
        return {"Status": "SUCCESS"}
    token = await software_token.verify(ctx, sign_in.sub, code, name, mark=mfa_setup.mark_of(sign_in))
    answer = mfa_setup.verified(ctx, sign_in, token.mark)
    return {"Status": "SUCCESS", "Session": seal.seal(ctx, answer)}


async def _proof(ctx: Ctx, req: AssociateSoftwareTokenRequest | VerifySoftwareTokenRequest) -> SignIn | None:
    """The sign-in that is at MFA_SETUP; None: an access token was shown.

    Raises `OneProofOnly`, or `InvalidSession`, also for a user who may not sign in any more.
    """
    if ("AccessToken" in req) == ("Session" in req):
        raise OneProofOnly
    if "AccessToken" in req:
        return None
    sign_in = seal.open_sealed(ctx, req["Session"], mfa_setup.STEP)
    user = who.known(await who.again(ctx, sign_in.sub, sign_in.name))
    if who.refusal_after_proof(user):
        raise InvalidSession
    mfa_setup.check_open(ctx, user)
    return sign_in


@operation("AdminDeleteSoftwareToken")
async def admin_delete_software_token(ctx: Ctx, req: AdminDeleteSoftwareTokenRequest) -> Response:
    """Forget the user's authenticator app, so that a new one can be set up. That none is no error is [K]."""

    async def delete(tx: Tx) -> None:
        user = await lookup.for_admin(tx, ctx, req["Username"])
        if user.status is UserStatus.UNCONFIRMED:
            raise UserNotConfirmed
        await software_tokens.remove(tx, ctx, user.sub)
        await users.save(tx, ctx, user, replace(user, factors=mfa_preference.without_token(user.factors)))

    await ctx.env.db.run(delete)
    return {}


@operation("SetUserMFAPreference")
async def set_user_mfa_preference(ctx: Ctx, req: SetUserMFAPreferenceRequest) -> Response:
    """Turn second factors on and off, and say which one is asked first."""
    await _set_own(ctx, lambda user: mfa_preference.changed(ctx.pool, user, req, by_admin=False))
    return {}


@operation("AdminSetUserMFAPreference")
async def admin_set_user_mfa_preference(ctx: Ctx, req: AdminSetUserMFAPreferenceRequest) -> Response:
    """As SetUserMFAPreference, for any user."""
    await _set_by_admin(
        ctx, req["Username"], lambda user: mfa_preference.changed(ctx.pool, user, req, by_admin=True)
    )
    return {}


@operation("SetUserSettings")
async def set_user_settings(ctx: Ctx, req: SetUserSettingsRequest) -> Response:
    """Turn SMS on or off as a second factor; the older form of SetUserMFAPreference."""
    await _set_own(ctx, lambda user: mfa_preference.with_options(ctx.pool, user, req["MFAOptions"]))
    return {}


@operation("AdminSetUserSettings")
async def admin_set_user_settings(ctx: Ctx, req: AdminSetUserSettingsRequest) -> Response:
    """As SetUserSettings, for any user."""
    await _set_by_admin(
        ctx, req["Username"], lambda user: mfa_preference.with_options(ctx.pool, user, req["MFAOptions"])
    )
    return {}


async def _set_own(ctx: Ctx, change: Callable[[User], Factors]) -> None:
    async def write(tx: Tx) -> None:
        user = await users.by_sub(tx, ctx.pool.pool_id, ctx.user.sub)
        if user is None:
            raise UserNotFound
        await _save(tx, ctx, user, change(user))

    await ctx.env.db.run(write)


async def _set_by_admin(ctx: Ctx, name: str, change: Callable[[User], Factors]) -> None:
    async def write(tx: Tx) -> None:
        user = await lookup.for_admin(tx, ctx, name)
        await _save(tx, ctx, user, change(user))

    await ctx.env.db.run(write)


async def _save(tx: Tx, ctx: Ctx, user: User, factors: Factors) -> None:
    """A code for a lost password that is under way may be on the medium that is a factor now (3.7)."""
    await users.save(tx, ctx, user, replace(user, factors=factors))
    await codes.withdraw(tx, ctx, user.sub, codes.FORGOT_PASSWORD)
