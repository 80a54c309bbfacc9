"""Signing up and confirming: SignUp, ConfirmSignUp, ResendConfirmationCode, AdminConfirmSignUp (1.1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from poolhouse.auth import auto_sign_in, choices, credentials
from poolhouse.auth.client_secret import check_hash, check_sign_up_hash
from poolhouse.context import Ctx
from poolhouse.delivery import messages, verification
from poolhouse.directory import attributes, first_factors, passwords
from poolhouse.directory import sign_up as rules
from poolhouse.directory.users import User, UserStatus
from poolhouse.errors import (
    AccountWithAttributeExists,
    AliasExistsOnConfirm,
    AlreadyConfirmed,
    ApiError,
    CannotBeConfirmed,
    CodeDeliveryFailure,
    CodeMismatch,
    DailyEmailLimit,
    ExpiredCode,
    MissingParameter,
    NameInUse,
    NoAutoVerification,
    SignUpNotPermitted,
    UserDisabled,
    UsernameExists,
)
from poolhouse.idp import lookup, wordings
from poolhouse.ports import Tx
from poolhouse.store import codes, hourly, users
from poolhouse.store import credentials as stored
from poolhouse.store.codes import SpentCode
from poolhouse.store.users import NameTaken
from poolhouse.triggers import post_confirmation, pre_sign_up
from poolhouse.triggers.custom_message import Wording
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
    check_sign_up_hash(ctx, req.get("SecretHash"), req["Username"])
    if not ctx.pool.sign_up_open:
        raise SignUpNotPermitted
    user = _new_user(ctx, req)
    password = req.get("Password")
    await _check_password(ctx, user, password)
    user, moves = await _approved(ctx, user, req)
    sealed = await credentials.make(ctx, user, password) if password else None
    attribute = _first_to_verify(ctx, user)
    mediums = [messages.medium_of(attribute)] if attribute else []
    wording = await messages.worded(ctx, user, messages.SIGN_UP, mediums)

    async def create(tx: Tx) -> dict[str, str] | ApiError | None:
        await users.create(tx, ctx, user, take_aliases=moves)
        if sealed:
            await stored.put(tx, ctx, user.sub, sealed)
        return await _first_code(tx, ctx, user, wording)

    try:
        details = await ctx.env.db.run(create)
    except NameTaken as taken:
        raise _exists(taken) from taken
    confirmed = user.status is UserStatus.CONFIRMED
    if confirmed:
        await post_confirmation.fire(ctx, user)
    sent = {"CodeDeliveryDetails": details} if details else {}
    session = {} if confirmed else auto_sign_in.after_sign_up(ctx, user, req["Username"])
    return {"UserConfirmed": confirmed, "UserSub": user.sub, **sent, **session}


def _new_user(ctx: Ctx, req: SignUpRequest) -> User:
    """Raises InvalidParameterException or NotAuthorizedException."""
    given = attributes.from_list(req.get("UserAttributes"))
    named = rules.named_by(ctx.pool, req["Username"], given)
    checked = attributes.for_new_user(ctx.pool, ctx.client, given, named)
    username = rules.stored_username(ctx.pool, req["Username"])
    return users.new(ctx, username, UserStatus.UNCONFIRMED, checked)


async def _approved(ctx: Ctx, user: User, req: SignUpRequest) -> tuple[User, bool]:
    """The user as the pool's PreSignUp function lets it be made, and whether that moves an alias here."""
    validation = attributes.validation(req.get("ValidationData"))
    answer = await pre_sign_up.sign_up(ctx, user.username, user.attributes, validation)
    verified = pre_sign_up.verified(answer, user.attributes)
    status = UserStatus.CONFIRMED if answer.auto_confirm_user else UserStatus.UNCONFIRMED
    flagged = {**rules.with_flags(user.attributes, {}), **verified}
    moves = bool(verified) and bool(ctx.pool.alias_attributes)
    return replace(user, status=status, attributes=flagged), moves


async def _check_password(ctx: Ctx, user: User, password: str | None) -> None:
    """Who wants no password must have a one-time password to sign in with (1.1).

    Raises `MissingParameter` for who would have neither, and InvalidPasswordException.
    """
    if password:
        await credentials.check_new(ctx, None, password, passwords.SIGN_UP)
    elif not choices.carried(ctx, first_factors.once_verified(ctx.pool, user)):
        raise MissingParameter(name="Password")


def _exists(taken: NameTaken) -> ApiError:
    """Which exception it is depends on the kind of pool (gotcha 48)."""
    return UsernameExists() if taken.kind == "username" else AccountWithAttributeExists(name=taken.kind)


def _first_to_verify(ctx: Ctx, user: User) -> str | None:
    """Where the first code goes. Who was confirmed by the pool's function gets none [K]."""
    confirmed = user.status is UserStatus.CONFIRMED
    return None if confirmed else rules.attribute_to_verify(ctx.pool, user.attributes)


async def _first_code(tx: Tx, ctx: Ctx, user: User, wording: Wording) -> dict[str, str] | ApiError | None:
    """Where nothing delivers the code, the user stays all the same, unconfirmed (1.1).

    That one for whom the day has no mail left stays too is [K].
    """
    attribute = _first_to_verify(ctx, user)
    if attribute is None:
        return None
    try:
        return await _send(tx, ctx, user, attribute, messages.SIGN_UP, wording)
    except (CodeDeliveryFailure, DailyEmailLimit) as failure:
        return failure


async def _send(
    tx: Tx, ctx: Ctx, user: User, attribute: str, reason: str, wording: Wording
) -> dict[str, str]:
    return await verification.send(
        tx, ctx, user, attribute, purpose=codes.SIGN_UP, reason=reason, wording=wording
    )


@operation("ConfirmSignUp")
async def confirm_sign_up(ctx: Ctx, req: ConfirmSignUpRequest) -> Response:
    """Confirm the user who proves, with the code we sent, that the address is theirs."""
    name = req["Username"]
    check_hash(ctx, req.get("SecretHash"), name)
    session = req.get("Session")

    async def confirm(tx: Tx) -> User | ApiError:
        user = await lookup.for_public(tx, ctx, name, _unconfirmable)
        sub = lookup.principal(ctx, user, name)
        auto_sign_in.check_sign_up(ctx, session, sub)
        spent = await _spent(tx, ctx, sub, req["ConfirmationCode"])
        if isinstance(spent, ApiError):
            return spent
        if user is None:
            return CodeMismatch()
        return await proven(tx, ctx, user, spent, take_aliases=req.get("ForceAliasCreation", False))

    try:
        confirmed = cast(User, await ctx.env.db.run(confirm))
    except NameTaken as taken:  # nothing of it stays: the code is still good, with ForceAliasCreation
        raise AliasExistsOnConfirm(name=taken.kind) from taken
    await post_confirmation.fire(ctx, confirmed)
    return auto_sign_in.after_confirmation(ctx, confirmed.sub, name, session)


async def proven(
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


@operation("ResendConfirmationCode")
async def resend_confirmation_code(ctx: Ctx, req: ResendConfirmationCodeRequest) -> Response:
    """Send another code to somebody who has signed up; the one before is good no more."""
    name = req["Username"]
    check_hash(ctx, req.get("SecretHash"), name)
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

    async def resend(tx: Tx) -> dict[str, str] | ApiError:
        user = await lookup.for_public(tx, ctx, name, _not_to_be_sent_again(ctx))
        sub = lookup.principal(ctx, user, name)
        refused = await hourly.take(tx, ctx, sub, hourly.RESEND)
        if refused:
            return refused
        attribute = rules.attribute_to_verify(ctx.pool, user.attributes) if user else None
        if user is None or attribute is None:
            channels = rules.verified_by_pool(ctx.pool)
            return await verification.pretend(tx, ctx, sub, name, channels, purpose=codes.SIGN_UP)
        return await _send(tx, ctx, user, attribute, messages.RESEND_CODE, wording)

    return {"CodeDeliveryDetails": await ctx.env.db.run(resend)}


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
