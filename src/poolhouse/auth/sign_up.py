"""Making an account of one's own: what SignUp and the sign-up page share (behaviour file, 1.1 and 3.2)."""

from collections.abc import Mapping
from typing import cast

from msgspec import Struct
from msgspec.structs import replace

from poolhouse.auth import choices, credentials, ledger, who
from poolhouse.context import Ctx
from poolhouse.delivery import messages, verification
from poolhouse.directory import attributes, events, first_factors, passwords
from poolhouse.directory import sign_up as rules
from poolhouse.directory.users import User, UserStatus
from poolhouse.errors import (
    AccountWithAttributeExists,
    ApiError,
    CodeDeliveryFailure,
    DailyEmailLimit,
    MissingParameter,
    PoolFull,
    SignUpNotPermitted,
    TooManyUsers,
    UsernameExists,
)
from poolhouse.ports import Tx
from poolhouse.store import codes, users
from poolhouse.store import credentials as stored
from poolhouse.store.users import NameTaken
from poolhouse.trail.recorder import recorded
from poolhouse.triggers import post_confirmation, pre_sign_up
from poolhouse.triggers.custom_message import Wording

Attributes = Mapping[str, str]


class SignedUp(Struct, frozen=True):
    """
    details  `CodeDeliveryDetails`; empty where no code was sent
    """

    user: User
    details: Mapping[str, str]

    @property
    def confirmed(self) -> bool:
        return self.user.status is UserStatus.CONFIRMED


@recorded(events.SIGN_UP)
async def sign_up(
    ctx: Ctx, name: str, password: str | None, given: Attributes, validation: Attributes | None
) -> SignedUp:
    """Make an unconfirmed user, and send the code that confirms them where the pool verifies addresses.

    Raises what SignUp answers: `SignUpNotPermitted`, `InvalidParameter`, `UnauthorizedAttribute`,
    InvalidPasswordException, `UsernameExists`, `TooManyUsers`, what the pool's functions refuse; and a
    failure of the delivery, after which the user stays all the same.
    """
    if not ctx.pool.sign_up_open:
        raise SignUpNotPermitted
    user = _new_user(ctx, name, given)
    ctx.trail.about(user.sub, name)
    await _check_password(ctx, user, password)
    user, moves = await _approved(ctx, user, validation)
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
    except PoolFull as full:
        raise TooManyUsers(full.message) from full
    made = SignedUp(user, cast(Mapping[str, str], details or {}))
    if made.confirmed:
        await post_confirmation.fire(ctx, user)
    return made


def _new_user(ctx: Ctx, name: str, given: Attributes) -> User:
    """Raises InvalidParameterException or NotAuthorizedException."""
    named = rules.named_by(ctx.pool, name, given)
    checked = attributes.for_new_user(ctx.pool, ctx.client, given, named)
    username = rules.stored_username(ctx.pool, name)
    return users.new(ctx, username, UserStatus.UNCONFIRMED, checked)


async def _approved(ctx: Ctx, user: User, validation: Attributes | None) -> tuple[User, bool]:
    """The user as the pool's PreSignUp function lets it be made, and whether that moves an alias here."""
    given = dict(validation) if validation else None
    answer = await pre_sign_up.sign_up(ctx, user.username, user.attributes, given)
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
        return await verification.send(
            tx, ctx, user, attribute, purpose=codes.SIGN_UP, reason=messages.SIGN_UP, wording=wording
        )
    except (CodeDeliveryFailure, DailyEmailLimit) as failure:
        return failure


async def same_again(ctx: Ctx, name: str, password: str) -> User | None:
    """The user who signed up with this very name and password and is not confirmed yet: a form that was
    posted twice, or somebody who lost the next page. The try is counted, as every try of a password is.
    """
    person = await who.somebody(ctx, name)
    if person.user is None or person.user.status is not UserStatus.UNCONFIRMED or not person.user.enabled:
        return None
    credentials.refuse_when_flooded(ctx)
    await ledger.counted(ctx, person.sub)
    if not await credentials.matches(ctx, person.credential, person.srp_id, password):
        return None
    await ledger.taken_back(ctx, person.sub)
    return person.user
