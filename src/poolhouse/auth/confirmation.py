"""Confirming a sign-up, by its code or by the link in a mail, and sending another one (1.1, 3.6, 6.1)."""

from collections.abc import Callable
from typing import cast

from msgspec.structs import replace

from poolhouse.auth import auto_sign_in, lookup
from poolhouse.context import Ctx
from poolhouse.delivery import messages, verification, wordings
from poolhouse.directory import events
from poolhouse.directory import sign_up as rules
from poolhouse.directory.users import User, UserStatus
from poolhouse.errors import (
    AliasExistsOnConfirm,
    AlreadyConfirmed,
    ApiError,
    CannotBeConfirmed,
    CodeMismatch,
    ExpiredCode,
    NoAutoVerification,
    UserDisabled,
)
from poolhouse.ports import Tx
from poolhouse.store import codes, hourly, users
from poolhouse.store.codes import SpentCode
from poolhouse.store.users import NameTaken
from poolhouse.trail.recorder import recorded
from poolhouse.triggers import post_confirmation


@recorded(events.SIGN_UP)
async def confirm(
    ctx: Ctx, name: str, code: str, *, session: str | None = None, take_aliases: bool = False
) -> User:
    """Confirm the user who proves, with the code we sent, that the address is theirs.

    session  of SignUp, where the caller has one

    Raises what ConfirmSignUp answers; after what the pool's PostConfirmation function raises, the user
    stays confirmed (gotcha 22).
    """

    async def confirm_in(tx: Tx) -> User | ApiError:
        user = await lookup.for_public(tx, ctx, name, _unconfirmable)
        sub = lookup.principal(ctx, user, name)
        auto_sign_in.check_sign_up(ctx, session, sub)
        spent = await _spent(tx, ctx, sub, code)
        if isinstance(spent, ApiError):
            return spent
        if user is None:
            return CodeMismatch()
        return await _proven(tx, ctx, user, spent, take_aliases=take_aliases)

    try:
        confirmed = cast(User, await ctx.env.db.run(confirm_in))
    except NameTaken as taken:  # nothing of it stays: the code is still good, with ForceAliasCreation
        raise AliasExistsOnConfirm(name=taken.kind) from taken
    await post_confirmation.fire(ctx, confirmed)
    return confirmed


@recorded(events.SIGN_UP)
async def by_link(ctx: Ctx, name: str, code: str) -> bool:
    """Confirm the user by the link in a mail. False: this very link has done so before.

    Tries count as those of `confirm` do, and nobody learns whether a user exists: who has not the right
    code gets one answer. Raises `ExpiredCode` for a right code that is too old, `CodeMismatch` for
    everything else that is not the newest code, `LimitExceeded`, `AliasExistsOnConfirm`, and what the
    pool's PostConfirmation function raises, after which the user stays confirmed.
    """

    async def confirm_in(tx: Tx) -> User | ApiError | None:
        user = await users.by_name(tx, ctx.pool, name)
        sub = lookup.principal(ctx, user, name)
        ctx.trail.about(sub, name)
        if user is None:
            await users.with_credential(tx, ctx.pool.pool_id, sub)  # nobody's; it takes the time
        refused = await hourly.take(tx, ctx, sub, hourly.CONFIRM_SIGN_UP)
        if refused:
            return refused
        if user is not None and user.enabled and user.status is UserStatus.CONFIRMED:
            return await codes.check(tx, ctx, sub, codes.USED_LINK, code, hiding=True)
        return await _followed(tx, ctx, user, sub, code)

    try:
        confirmed = cast(User | None, await ctx.env.db.run(confirm_in))
    except NameTaken as taken:  # nothing of it stays
        raise AliasExistsOnConfirm(name=taken.kind) from taken
    if confirmed is not None:
        await post_confirmation.fire(ctx, confirmed)
    return confirmed is not None


async def _followed(tx: Tx, ctx: Ctx, user: User | None, sub: str, code: str) -> User | ApiError:
    spent = await codes.spend(tx, ctx, sub, codes.SIGN_UP, code, hiding=True)
    if isinstance(spent, ApiError):
        return spent
    if user is None or not user.enabled or user.status is not UserStatus.UNCONFIRMED:
        return CodeMismatch()
    confirmed = await _proven(tx, ctx, user, spent)
    if isinstance(confirmed, User):
        await codes.keep(tx, ctx, sub, codes.USED_LINK, code, life=codes.SIGN_UP_LIFE)
    return confirmed


async def _proven(
    tx: Tx, ctx: Ctx, user: User, spent: SpentCode, *, take_aliases: bool = False
) -> User | ApiError:
    """Confirm the user whose address a code proved. Raises `NameTaken`."""
    if user.attributes.get(spent.attribute) != spent.destination:
        return ExpiredCode()  # the address was changed after the code was sent
    attributes = {**user.attributes, f"{spent.attribute}_verified": "true"}
    after = replace(user, status=UserStatus.CONFIRMED, attributes=attributes)
    return await users.save(tx, ctx, user, after, take_aliases=take_aliases)


def _unconfirmable(user: User) -> ApiError | None:
    if not user.enabled:
        return UserDisabled()
    if user.status is not UserStatus.UNCONFIRMED:
        return CannotBeConfirmed(status=user.status.value)
    return None


async def _spent(tx: Tx, ctx: Ctx, sub: str, code: str) -> SpentCode | ApiError:
    refused = await hourly.take(tx, ctx, sub, hourly.CONFIRM_SIGN_UP)
    return refused or await codes.spend(tx, ctx, sub, codes.SIGN_UP, code, hiding=ctx.client.hides_users)


@recorded(events.RESEND_CODE)
async def resend(ctx: Ctx, name: str) -> dict[str, str]:
    """Send another code to somebody who has signed up; the one before is good no more.

    Gives `CodeDeliveryDetails`. Raises what ResendConfirmationCode answers.
    """
    if not ctx.pool.auto_verified:
        raise NoAutoVerification

    async def find(tx: Tx) -> tuple[User, list[str]] | None:
        user = await lookup.for_public(tx, ctx, name, _not_to_be_sent_again(ctx))
        if user is None:
            return None
        await hourly.check(tx, ctx, user.sub, hourly.RESEND)
        attribute = rules.attribute_to_verify(ctx.pool, user.attributes)
        return (user, [attribute]) if attribute else None

    wording = await wordings.before(ctx, messages.RESEND_CODE, find)

    async def send(tx: Tx) -> dict[str, str] | ApiError:
        user = await lookup.for_public(tx, ctx, name, _not_to_be_sent_again(ctx))
        sub = lookup.principal(ctx, user, name)
        refused = await hourly.take(tx, ctx, sub, hourly.RESEND)
        if refused:
            return refused
        attribute = rules.attribute_to_verify(ctx.pool, user.attributes) if user else None
        if user is None or attribute is None:
            channels = rules.verified_by_pool(ctx.pool)
            return await verification.pretend(tx, ctx, sub, name, channels, purpose=codes.SIGN_UP)
        return await verification.send(
            tx, ctx, user, attribute, purpose=codes.SIGN_UP, reason=messages.RESEND_CODE, wording=wording
        )

    return cast(dict[str, str], await ctx.env.db.run(send))


def _not_to_be_sent_again(ctx: Ctx) -> Callable[[User], ApiError | None]:
    def refusal(user: User) -> ApiError | None:
        if not user.enabled:
            return UserDisabled()
        if user.status is not UserStatus.UNCONFIRMED:
            return AlreadyConfirmed()
        attribute = rules.attribute_to_verify(ctx.pool, user.attributes)
        if attribute is None:
            return NoAutoVerification()
        return messages.undeliverable(ctx, messages.medium_of(attribute))

    return refusal
