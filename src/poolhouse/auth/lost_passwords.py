"""Lost passwords: the code that is sent, and the new password that it is good for (behaviour file, 1.4)."""

from collections.abc import Callable
from typing import cast

from msgspec.structs import replace

from poolhouse.auth import credentials, lookup, migration
from poolhouse.context import Ctx
from poolhouse.delivery import messages, verification, wordings
from poolhouse.directory import events, passwords, recovery
from poolhouse.directory.users import User, UserStatus
from poolhouse.errors import (
    ApiError,
    CodeMismatch,
    ExpiredCode,
    NameInUse,
    NoVerifiedContact,
    ResetNotPossible,
    UserDisabled,
)
from poolhouse.ports import Tx
from poolhouse.store import attempts, codes, hourly, users
from poolhouse.store import credentials as stored
from poolhouse.store.users import NameTaken
from poolhouse.trail.recorder import recorded
from poolhouse.triggers import post_confirmation
from poolhouse.triggers.custom_message import Wording

_NO_PASSWORD_TO_LOSE = (UserStatus.FORCE_CHANGE_PASSWORD, UserStatus.EXTERNAL_PROVIDER)


@recorded(events.FORGOT_PASSWORD)
async def send_code(ctx: Ctx, name: str) -> dict[str, str]:
    """Send the code with which a new password can be set; the old one stays good.

    Gives `CodeDeliveryDetails`. Raises what ForgotPassword answers.
    """
    channels = recovery.likely_channels(ctx.pool)
    if migration.asks(ctx):
        await _migrated(ctx, name)

    async def find(tx: Tx) -> tuple[User, list[str]] | None:
        user = await lookup.for_public(tx, ctx, name, _without_code(ctx))
        if user is None:
            return None
        await hourly.check(tx, ctx, user.sub, hourly.FORGOT_PASSWORD)
        return user, channels_of(ctx, user)

    wording = await wordings.before(ctx, messages.FORGOT_PASSWORD, find)

    async def begin(tx: Tx) -> dict[str, str] | ApiError:
        user = await lookup.for_public(tx, ctx, name, _without_code(ctx))
        sub = lookup.principal(ctx, user, name)
        refused = await hourly.take(tx, ctx, sub, hourly.FORGOT_PASSWORD)
        if refused:
            return refused
        if user is None:
            return await verification.pretend(tx, ctx, sub, name, channels, purpose=codes.FORGOT_PASSWORD)
        return await send(tx, ctx, user, wording)

    return cast(dict[str, str], await ctx.env.db.run(begin))


def channels_of(ctx: Ctx, user: User) -> list[str]:
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


def not_resettable(user: User) -> ApiError | None:
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
        return not_resettable(user) or (NoVerifiedContact() if unreachable else None)

    return refusal


def _undeliverable(ctx: Ctx, user: User) -> ApiError | None:
    attribute = recovery.channel(ctx.pool, user)
    return messages.undeliverable(ctx, messages.medium_of(attribute)) if attribute else None


async def send(tx: Tx, ctx: Ctx, user: User, wording: Wording) -> dict[str, str]:
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


@recorded(events.FORGOT_PASSWORD)
async def recover(ctx: Ctx, name: str, password: str, code: str) -> User:
    """Set a new password with the code that was sent.

    First the code is compared, and the try counted; only who has the right one learns whether the
    password was used before. Then code and password change hands in one transaction.

    Raises what ConfirmForgotPassword answers; after what the pool's PostConfirmation function raises, the
    password is changed.
    """
    recovery.channels(ctx.pool)  # where only administrators reset, codes of before are good no more
    await credentials.check_new(ctx, None, password, passwords.CHANGE)
    user = await _with_right_code(ctx, name, code)
    await credentials.check_new(ctx, user, password, passwords.CHANGE)
    sealed = await credentials.make(ctx, user, password)

    async def change(tx: Tx) -> User | ApiError:
        return await _recovered(tx, ctx, user.sub, code, sealed)

    try:
        recovered = cast(User, await ctx.env.db.run(change))
    except NameTaken as taken:
        raise NameInUse(name=taken.kind) from taken
    await post_confirmation.fire(ctx, recovered, post_confirmation.FORGOT_PASSWORD)
    return recovered


async def _with_right_code(ctx: Ctx, name: str, code: str) -> User:
    """Whoever was sent this code, which stays good. Raises what a wrong code is answered with."""
    hiding = ctx.client.hides_users
    refusal = _without_contact(ctx) if hiding else not_resettable

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
    refused = not_resettable(user)
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
    return await set_password(
        tx, ctx, user, replace(user, status=UserStatus.CONFIRMED, attributes=proven), sealed
    )


async def set_password(tx: Tx, ctx: Ctx, before: User, after: User, sealed: bytes) -> User:
    """Make it the user's password. Codes that were sent before are good no more."""
    saved = await users.save(tx, ctx, before, after)
    await stored.put(tx, ctx, after.sub, sealed)
    await codes.withdraw(tx, ctx, after.sub, codes.FORGOT_PASSWORD)
    await codes.withdraw(tx, ctx, after.sub, codes.SIGN_UP)
    return saved
