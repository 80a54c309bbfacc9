"""Whom a sign-in is about: the user, or the decoy that stands for a name without an owner.

A decoy costs what a user costs and answers what a user answers, so that with
PreventUserExistenceErrors=ENABLED nobody learns which names exist (security.md, rule 5).
"""

from msgspec import Struct

from poolhouse.auth import credentials
from poolhouse.context import Ctx
from poolhouse.crypto.passwords import Credential
from poolhouse.directory.attributes import is_email, is_phone
from poolhouse.directory.users import User, UserStatus
from poolhouse.errors import (
    ApiError,
    InvalidSession,
    PasswordResetRequired,
    UserDisabled,
    UserNotConfirmed,
    UserNotFound,
)
from poolhouse.ports import Tx
from poolhouse.store import users


class Person(Struct, frozen=True):
    """Who is to prove a password. `user` is None for the decoy; `credential` is never None."""

    sub: str
    srp_id: str  # USER_ID_FOR_SRP
    credential: Credential
    user: User | None


def known(person: Person) -> User:
    """Whoever has proven something is somebody; unless they were deleted meanwhile."""
    if person.user is None:
        raise InvalidSession
    return person.user


async def by_name(ctx: Ctx, name: str) -> Person:
    """Whoever signs in with this name. Raises `UserNotFound` where the client does not hide users."""
    user = await _named(ctx, name)
    if user is None and not ctx.client.hides_users:
        raise UserNotFound
    return _person(ctx, user, name)


async def somebody(ctx: Ctx, name: str) -> Person:
    """The same, and the decoy where there is nobody, whatever the client hides."""
    return _person(ctx, await _named(ctx, name), name)


async def _named(ctx: Ctx, name: str) -> User | None:
    async def find(tx: Tx) -> User | None:
        user = await users.by_name(tx, ctx.pool, name)
        if user is not None or not ctx.client.hides_users:
            return user
        return await users.with_credential(tx, ctx.pool.pool_id, credentials.decoy_sub(ctx, name))

    return await ctx.env.db.read(find)


async def again(ctx: Ctx, sub: str, name: str) -> Person:
    """The same person at a later step, freshly read."""

    async def find(tx: Tx) -> User | None:
        return await users.with_credential(tx, ctx.pool.pool_id, sub)

    return _person(ctx, await ctx.env.db.read(find), name)


def _person(ctx: Ctx, user: User | None, name: str) -> Person:
    if user is None:
        sub = credentials.decoy_sub(ctx, name)
        return Person(sub, _decoy_srp_id(ctx, name, sub), credentials.decoy(ctx, name), None)
    if user.credential is None:
        return Person(user.sub, user.username, credentials.decoy(ctx, name), user)
    return Person(user.sub, user.username, credentials.opened(ctx, user.sub, user.credential), user)


def _decoy_srp_id(ctx: Ctx, name: str, sub: str) -> str:
    """What USER_ID_FOR_SRP would be (2.1): the name in the form that is stored, where a user could have
    it as user name; a UUID for what could only be an address.
    """
    stored = name if ctx.pool.case_sensitive else name.lower()
    if ctx.pool.username_attributes:
        return stored if users.is_sub(stored) else sub
    aliases = ctx.pool.alias_attributes
    is_alias = ("email" in aliases and is_email(name)) or ("phone_number" in aliases and is_phone(name))
    return sub if is_alias else stored


def refusal_before_proof(ctx: Ctx, person: Person) -> ApiError | None:
    """What a client that does not hide users tells anybody (2.5)."""
    if person.user is None or ctx.client.hides_users:
        return None
    if not person.user.enabled:
        return UserDisabled()
    if person.user.status is UserStatus.RESET_REQUIRED:
        return PasswordResetRequired()
    return None


def refusal_after_proof(user: User) -> ApiError | None:
    """What only somebody who knows the password is told."""
    if not user.enabled:
        return UserDisabled()
    if user.status is UserStatus.UNCONFIRMED:
        return UserNotConfirmed()
    if user.status is UserStatus.RESET_REQUIRED:
        return PasswordResetRequired()
    return None


def looks_wrong(ctx: Ctx, user: User) -> bool:
    """Must even the right password look like a wrong one?

    So it is for a user who has to reset it, where the client hides users (behaviour file, gotcha 10). The
    pages lead whoever knows the password on to the reset [K].
    """
    return ctx.client.hides_users and not ctx.hosted and user.status is UserStatus.RESET_REQUIRED


def goes_by(ctx: Ctx, person: Person, typed: str, answer: str) -> bool:
    """Is USERNAME of an answer the person whom the sealed state names?"""

    def fold(text: str) -> str:
        return ctx.pool.fold("username", text)

    return fold(answer) in {fold(person.srp_id), fold(typed), person.sub}
