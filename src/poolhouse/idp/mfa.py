"""Second factors of users: authenticator apps and preferences (behaviour file, 1.7)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from poolhouse.auth import lookup, set_up, software_token
from poolhouse.context import Ctx
from poolhouse.directory import mfa_preference
from poolhouse.directory.users import Factors, User, UserStatus
from poolhouse.errors import OneProofOnly, UserNotConfirmed, UserNotFound
from poolhouse.ports import Tx
from poolhouse.store import codes, software_tokens, users
from poolhouse.wire.operations import operation

if TYPE_CHECKING:
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
    if "Session" in _proof(req):
        token, session = await set_up.associate(ctx, req["Session"])
        return {"SecretCode": token.text, "Session": session}
    software_token.check_pool(ctx)
    token = await software_token.associate(ctx, ctx.user.sub)
    return {"SecretCode": token.text}


@operation("VerifySoftwareToken")
async def verify_software_token(ctx: Ctx, req: VerifySoftwareTokenRequest) -> Response:
    """The app has the secret: from now on its codes sign the user in, where the user or the pool wants it.

    With a session the factor is on at once; with an access token SetUserMFAPreference turns it on.
    """
    code, name = req["UserCode"], req.get("FriendlyDeviceName", "")
    if "Session" in _proof(req):
        return {"Status": "SUCCESS", "Session": await set_up.verify(ctx, req["Session"], code, name)}
    software_token.check_pool(ctx)
    await software_token.verify(ctx, ctx.user.sub, code, name)
    return {"Status": "SUCCESS"}


def _proof(req: AssociateSoftwareTokenRequest | VerifySoftwareTokenRequest) -> set[str]:
    """Which proof was shown: an access token, or the session of a sign-in. Raises `OneProofOnly`."""
    shown = {"AccessToken", "Session"}.intersection(req)
    if len(shown) != 1:
        raise OneProofOnly
    return shown


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
