"""Passwords: forgotten, changed, reset and set (behaviour file, 1.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import msgspec
from msgspec.structs import replace

from poolhouse.auth import credentials, ledger, lookup, lost_passwords, who
from poolhouse.auth.client_secret import check_hash
from poolhouse.context import Ctx
from poolhouse.delivery import messages, wordings
from poolhouse.directory import events, passwords
from poolhouse.directory.users import User, UserStatus
from poolhouse.errors import (
    ApiError,
    IncorrectLogin,
    MissingParameter,
    NameInUse,
    ResetNotPossible,
    UserNotFound,
)
from poolhouse.ports import Tx
from poolhouse.store import hourly, users
from poolhouse.store.users import NameTaken
from poolhouse.trail.recorder import recorded
from poolhouse.wire.operations import operation

if TYPE_CHECKING:
    from poolhouse.wire.models.cognito_idp import (
        AdminResetUserPasswordRequest,
        AdminSetUserPasswordRequest,
        ChangePasswordRequest,
        ConfirmForgotPasswordRequest,
        ForgotPasswordRequest,
    )

Response = dict[str, Any]


@operation("ForgotPassword")
async def forgot_password(ctx: Ctx, req: ForgotPasswordRequest) -> Response:
    """Send the code with which a new password can be set; the old one stays good."""
    check_hash(ctx, req.get("SecretHash"), req["Username"])
    return {"CodeDeliveryDetails": await lost_passwords.send_code(ctx, req["Username"])}


@operation("ConfirmForgotPassword")
async def confirm_forgot_password(ctx: Ctx, req: ConfirmForgotPasswordRequest) -> Response:
    """Set a new password with the code that was sent."""
    name = req["Username"]
    check_hash(ctx, req.get("SecretHash"), name)
    await lost_passwords.recover(ctx, name, req["Password"], req["ConfirmationCode"])
    return {}


@operation("ChangePassword")
@recorded(events.PASSWORD_CHANGE)
async def change_password(ctx: Ctx, req: ChangePasswordRequest) -> Response:
    """Replace the password of the user who asks. Tokens stay good."""
    ctx.trail.about(ctx.user.sub, ctx.user.username)
    previous, password = req.get("PreviousPassword"), req["ProposedPassword"]
    refused = who.refusal_after_proof(ctx.user)
    if refused:
        raise refused
    await credentials.check_new(ctx, None, password, passwords.CHANGE)
    user = await (_proven(ctx, previous) if previous else _without_password(ctx))
    await credentials.check_new(ctx, user, password, passwords.CHANGE)
    sealed = await credentials.make(ctx, user, password)

    async def change(tx: Tx) -> ApiError | None:
        current = await users.with_credential(tx, user.pool_id, user.sub)
        if current is None:
            return UserNotFound()
        if current.credential != user.credential:
            return IncorrectLogin()  # somebody else was first
        refused = who.refusal_after_proof(current)
        if refused:
            return refused  # an administrator was first
        await lost_passwords.set_password(tx, ctx, current, current, sealed)
        return None

    await ctx.env.db.run(change)
    return {}


async def _without_password(ctx: Ctx) -> User:
    """The user who asks and has no password yet. Raises `MissingParameter` for one who has.

    So it is for who signs in with another provider, and for whom an administrator ended the native sign-in.
    """

    async def find(tx: Tx) -> User | ApiError | None:
        refused = await hourly.take(tx, ctx, ctx.user.sub, hourly.CHANGE_PASSWORD)
        return refused or await users.with_credential(tx, ctx.pool.pool_id, ctx.user.sub)

    user = cast(User | None, await ctx.env.db.run(find))
    if user is None:
        raise UserNotFound
    if user.credential is not None or user.factors.native_off or user.status is not UserStatus.CONFIRMED:
        raise MissingParameter(name="PreviousPassword")
    return user


async def _proven(ctx: Ctx, password: str) -> User:
    """The user who asks and knows the password. The try is counted, twice, before anything is compared."""

    async def count(tx: Tx) -> ApiError | None:
        return await hourly.take(tx, ctx, ctx.user.sub, hourly.CHANGE_PASSWORD)

    credentials.refuse_when_flooded(ctx)
    await ctx.env.db.run_singly(count)
    await ledger.counted(ctx, ctx.user.sub)
    person = await who.again(ctx, ctx.user.sub, ctx.user.username)
    right = await credentials.matches(ctx, person.credential, person.srp_id, password)
    if not right or person.user is None:
        raise IncorrectLogin
    await ledger.cleared(ctx, person.sub)
    return person.user


@operation("AdminResetUserPassword")
async def admin_reset_user_password(ctx: Ctx, req: AdminResetUserPasswordRequest) -> Response:
    """Lock the password until its owner sets a new one with the code that is sent now."""

    async def find(tx: Tx) -> tuple[User, list[str]]:
        user = await _resettable(tx, ctx, req["Username"])
        return user, lost_passwords.channels_of(ctx, user)

    wording = await wordings.before(ctx, messages.FORGOT_PASSWORD, find)

    async def reset(tx: Tx) -> None:
        user = await _resettable(tx, ctx, req["Username"])
        await users.save(tx, ctx, user, replace(user, status=UserStatus.RESET_REQUIRED))
        await lost_passwords.send(tx, ctx, user, wording)

    await ctx.env.db.run(reset)
    return {}


async def _resettable(tx: Tx, ctx: Ctx, name: str) -> User:
    user = await lookup.for_admin(tx, ctx, name)
    refused = lost_passwords.not_resettable(user)
    if refused:
        raise refused
    if user.status is UserStatus.UNCONFIRMED:
        raise ResetNotPossible
    return user


@operation("AdminSetUserPassword")
async def admin_set_user_password(ctx: Ctx, req: AdminSetUserPasswordRequest) -> Response:
    """Give a user a password, for good or until the next sign-in. Nobody is signed out [K]."""

    async def find(tx: Tx) -> User:
        return await lookup.for_admin(tx, ctx, req["Username"])

    user = await ctx.env.db.read(find)
    await credentials.check_new(ctx, user, req["Password"], passwords.CHANGE)
    sealed = await credentials.make(ctx, user, req["Password"])
    permanent = req.get("Permanent", False)
    status = UserStatus.CONFIRMED if permanent else UserStatus.FORCE_CHANGE_PASSWORD

    async def write(tx: Tx) -> None:
        current = await users.by_sub(tx, user.pool_id, user.sub)
        if current is None:
            raise UserNotFound
        factors = msgspec.structs.replace(current.factors, native_off=False)
        await lost_passwords.set_password(
            tx, ctx, current, replace(current, status=status, factors=factors), sealed
        )

    try:
        await ctx.env.db.run(write)
    except NameTaken as taken:
        raise NameInUse(name=taken.kind) from taken
    return {}
