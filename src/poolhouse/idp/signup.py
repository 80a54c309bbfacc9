"""Signing up and confirming: SignUp, ConfirmSignUp, ResendConfirmationCode, AdminConfirmSignUp (1.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from poolhouse.auth import auto_sign_in, confirmation, lookup
from poolhouse.auth import sign_up as accounts
from poolhouse.auth.client_secret import check_hash, check_sign_up_hash
from poolhouse.context import Ctx
from poolhouse.directory import attributes
from poolhouse.directory.users import User, UserStatus
from poolhouse.errors import CannotBeConfirmed, NameInUse
from poolhouse.ports import Tx
from poolhouse.store import codes, users
from poolhouse.store.users import NameTaken
from poolhouse.triggers import post_confirmation
from poolhouse.wire.operations import operation

if TYPE_CHECKING:
    from poolhouse.wire.models.cognito_idp import (
        AdminConfirmSignUpRequest,
        ConfirmSignUpRequest,
        ResendConfirmationCodeRequest,
        SignUpRequest,
    )

Response = dict[str, Any]


@operation("SignUp")
async def sign_up(ctx: Ctx, req: SignUpRequest) -> Response:
    """Make an unconfirmed user, and send the code that confirms them where the pool verifies addresses."""
    name = req["Username"]
    check_sign_up_hash(ctx, req.get("SecretHash"), name)
    given = attributes.from_list(req.get("UserAttributes"))
    validation = attributes.validation(req.get("ValidationData"))
    made = await accounts.sign_up(ctx, name, req.get("Password"), given, validation)
    sent = {"CodeDeliveryDetails": made.details} if made.details else {}
    session = {} if made.confirmed else auto_sign_in.after_sign_up(ctx, made.user, name)
    return {"UserConfirmed": made.confirmed, "UserSub": made.user.sub, **sent, **session}


@operation("ConfirmSignUp")
async def confirm_sign_up(ctx: Ctx, req: ConfirmSignUpRequest) -> Response:
    """Confirm the user who proves, with the code we sent, that the address is theirs."""
    name, session = req["Username"], req.get("Session")
    check_hash(ctx, req.get("SecretHash"), name)
    takes = req.get("ForceAliasCreation", False)
    confirmed = await confirmation.confirm(
        ctx, name, req["ConfirmationCode"], session=session, take_aliases=takes
    )
    return auto_sign_in.after_confirmation(ctx, confirmed.sub, name, session)


@operation("ResendConfirmationCode")
async def resend_confirmation_code(ctx: Ctx, req: ResendConfirmationCodeRequest) -> Response:
    """Send another code to somebody who has signed up; the one before is good no more."""
    check_hash(ctx, req.get("SecretHash"), req["Username"])
    return {"CodeDeliveryDetails": await confirmation.resend(ctx, req["Username"])}


@operation("AdminConfirmSignUp")
async def admin_confirm_sign_up(ctx: Ctx, req: AdminConfirmSignUpRequest) -> Response:
    """Confirm a user without a code; no address becomes verified."""

    async def confirm(tx: Tx) -> User:
        user = await lookup.for_admin(tx, ctx, req["Username"])
        if user.status is not UserStatus.UNCONFIRMED:
            raise CannotBeConfirmed(status=user.status.value)
        await codes.withdraw(tx, ctx, user.sub, codes.SIGN_UP)
        return await users.save(tx, ctx, user, replace(user, status=UserStatus.CONFIRMED))

    try:
        confirmed = await ctx.env.db.run(confirm)
    except NameTaken as taken:
        raise NameInUse(name=taken.kind) from taken
    await post_confirmation.fire(ctx, confirmed)
    return {}
