"""Passwords: forgotten, changed, reset and set (behaviour file, 1.4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import msgspec

from poolhouse.auth import credentials, ledger, migration, who
from poolhouse.auth.client_secret import check_hash
from poolhouse.context import Ctx
from poolhouse.delivery import messages, verification
from poolhouse.directory import passwords, recovery
from poolhouse.directory.users import User, UserStatus
from poolhouse.errors import (
    ApiError,
    CodeMismatch,
    ExpiredCode,
    IncorrectLogin,
    MissingParameter,
    NameInUse,
    NoVerifiedContact,
    ResetNotPossible,
    UserDisabled,
    UserNotFound,
)
from poolhouse.idp import lookup, wordings
from poolhouse.ports import Tx
from poolhouse.store import attempts, codes, hourly, users
from poolhouse.store import credentials as stored
from poolhouse.store.users import NameTaken
from poolhouse.triggers import post_confirmation
from poolhouse.triggers.custom_message import Wording
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

_NO_PASSWORD_TO_LOSE = (UserStatus.FORCE_CHANGE_PASSWORD, UserStatus.EXTERNAL_PROVIDER)


@operation("ForgotPassword")
async def forgot_password(ctx: Ctx, req: ForgotPasswordRequest) -> Response:
    """Send the code with which a new password can be set; the old one stays good."""
    name = req["Username"]
    check_hash(ctx, req.get("SecretHash"), name)
    channels = recovery.likely_channels(ctx.pool)
    if migration.asks(ctx):
        await _migrated(ctx, name)

    async def find(tx: Tx) -> tuple[User, list[str]] | None:
        user = await lookup.for_public(tx, ctx, name, _without_code(ctx))
        if user is None:
            return None
        await hourly.check(tx, ctx, user.sub, hourly.FORGOT_PASSWORD)
        return user, _channels(ctx, user)

    wording = await wordings.before(ctx, messages.FORGOT_PASSWORD, find)

    async def begin(tx: Tx) -> dict[str, str] | ApiError:
        user = await lookup.for_public(tx, ctx, name, _without_code(ctx))
        sub = lookup.principal(ctx, user, name)
        refused = await hourly.take(tx, ctx, sub, hourly.FORGOT_PASSWORD)
        if refused:
            return refused
        if user is None:
            return await verification.pretend(tx, ctx, sub, name, channels, purpose=codes.FORGOT_PASSWORD)
        return await _send(tx, ctx, user, wording)

    return {"CodeDeliveryDetails": await ctx.env.db.run(begin)}


def _channels(ctx: Ctx, user: User) -> list[str]:
    attribute = recovery.channel(ctx.pool, user)
    return [attribute] if attribute else []


async def _migrated(ctx: Ctx, name: str) -> None:
    """Ask the pool's function about a name, as often as a code for it may be asked for."""

    async def take(tx: Tx) -> ApiError | None:
        user = await users.by_name(tx, ctx.pool, name)
        if user is not None:
            return None
        sub, most = lookup.principal(ctx, None, name), ctx.env.settings.reset_attempts_per_hour
        return await hourly.take(tx, ctx, sub, hourly.MIGRATION, most)

    await ctx.env.db.run(take)
    await migration.forgotten(ctx, name)


def _not_resettable(user: User) -> ApiError | None:
    """A user without a password has none to reset: never had one, or lost the native sign-in [K]. Who was
    imported gets the first one so.
    """
    if not user.enabled:
        return UserDisabled()
    if user.credential is None and user.status is not UserStatus.RESET_REQUIRED:
        return ResetNotPossible()
    return ResetNotPossible() if user.status in _NO_PASSWORD_TO_LOSE else None


def _without_code(ctx: Ctx) -> Callable[[User], ApiError | None]:
    """Why a user gets no code."""

    def refusal(user: User) -> ApiError | None:
        return _without_contact(ctx)(user) or _undeliverable(ctx, user)

    return refusal


def _without_contact(ctx: Ctx) -> Callable[[User], ApiError | None]:
    """Why no code can have been sent to a user."""

    def refusal(user: User) -> ApiError | None:
        unreachable = recovery.channel(ctx.pool, user) is None
        return _not_resettable(user) or (NoVerifiedContact() if unreachable else None)

    return refusal


def _undeliverable(ctx: Ctx, user: User) -> ApiError | None:
    attribute = recovery.channel(ctx.pool, user)
    return messages.undeliverable(ctx, messages.medium_of(attribute)) if attribute else None


async def _send(tx: Tx, ctx: Ctx, user: User, wording: Wording) -> dict[str, str]:
    attribute = recovery.channel(ctx.pool, user)
    if attribute is None:
        raise NoVerifiedContact
    return await verification.send(
        tx,
        ctx,
        user,
        attribute,
        purpose=codes.FORGOT_PASSWORD,
        reason=messages.FORGOT_PASSWORD,
        wording=wording,
    )


@operation("ConfirmForgotPassword")
async def confirm_forgot_password(ctx: Ctx, req: ConfirmForgotPasswordRequest) -> Response:
    """Set a new password with the code that was sent.

    First the code is compared, and the try counted; only who has the right one learns whether the
    password was used before. Then code and password change hands in one transaction.
    """
    check_hash(ctx, req.get("SecretHash"), req["Username"])
    recovery.channels(ctx.pool)  # where only administrators reset, codes of before are good no more
    password, code = req["Password"], req["ConfirmationCode"]
    await credentials.check_new(ctx, None, password, passwords.CHANGE)
    user = await _with_right_code(ctx, req["Username"], code)
    await credentials.check_new(ctx, user, password, passwords.CHANGE)
    sealed = await credentials.make(ctx, user, password)

    async def change(tx: Tx) -> User | ApiError:
        return await _recovered(tx, ctx, user.sub, code, sealed)

    try:
        recovered = cast(User, await ctx.env.db.run(change))
    except NameTaken as taken:
        raise NameInUse(name=taken.kind) from taken
    await post_confirmation.fire(ctx, recovered, post_confirmation.FORGOT_PASSWORD)
    return {}


async def _with_right_code(ctx: Ctx, name: str, code: str) -> User:
    """Whoever was sent this code, which stays good. Raises what a wrong code is answered with."""
    hiding = ctx.client.hides_users
    refusal = _without_contact(ctx) if hiding else _not_resettable

    async def check(tx: Tx) -> User | ApiError:
        user = await lookup.for_public(tx, ctx, name, refusal)
        sub = lookup.principal(ctx, user, name)
        refused = await hourly.take(tx, ctx, sub, hourly.FORGOT_PASSWORD)
        refused = refused or await codes.check(tx, ctx, sub, codes.FORGOT_PASSWORD, code, hiding=hiding)
        return refused or user or CodeMismatch()

    return cast(User, await ctx.env.db.run(check))


async def _recovered(tx: Tx, ctx: Ctx, sub: str, code: str, sealed: bytes) -> User | ApiError:
    """That the channel becomes verified and the user confirmed is [K]."""
    user = await users.with_credential(tx, ctx.pool.pool_id, sub)
    if user is None:
        return ExpiredCode()
    refused = _not_resettable(user)
    if refused:
        return refused
    spent = await codes.take(tx, ctx, sub, codes.FORGOT_PASSWORD, code)
    if isinstance(spent, ApiError):
        return spent
    if user.attributes.get(spent.attribute) != spent.destination:
        return ExpiredCode()  # the address was changed after the code was sent
    if not recovery.allowed(ctx.pool, user, spent.attribute):
        return ExpiredCode()  # the medium has become the second factor since
    proven = {**user.attributes, f"{spent.attribute}_verified": "true"}
    await attempts.clear(tx, ctx, sub)
    return await _set(tx, ctx, user, replace(user, status=UserStatus.CONFIRMED, attributes=proven), sealed)


async def _set(tx: Tx, ctx: Ctx, before: User, after: User, sealed: bytes) -> User:
    """Make it the user's password. Codes that were sent before are good no more."""
    saved = await users.save(tx, ctx, before, after)
    await stored.put(tx, ctx, after.sub, sealed)
    await codes.withdraw(tx, ctx, after.sub, codes.FORGOT_PASSWORD)
    await codes.withdraw(tx, ctx, after.sub, codes.SIGN_UP)
    return saved


@operation("ChangePassword")
async def change_password(ctx: Ctx, req: ChangePasswordRequest) -> Response:
    """Replace the password of the user who asks. Tokens stay good."""
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
        await _set(tx, ctx, current, current, sealed)
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
        return user, _channels(ctx, user)

    wording = await wordings.before(ctx, messages.FORGOT_PASSWORD, find)

    async def reset(tx: Tx) -> None:
        user = await _resettable(tx, ctx, req["Username"])
        await users.save(tx, ctx, user, replace(user, status=UserStatus.RESET_REQUIRED))
        await _send(tx, ctx, user, wording)

    await ctx.env.db.run(reset)
    return {}


async def _resettable(tx: Tx, ctx: Ctx, name: str) -> User:
    user = await lookup.for_admin(tx, ctx, name)
    refused = _not_resettable(user)
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
        await _set(tx, ctx, current, replace(current, status=status, factors=factors), sealed)

    try:
        await ctx.env.db.run(write)
    except NameTaken as taken:
        raise NameInUse(name=taken.kind) from taken
    return {}
