"""AdminCreateUser: an invitation with a temporary password, and sending it again (1.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from poolhouse.auth import choices, credentials, lookup
from poolhouse.context import Ctx
from poolhouse.delivery import invitations
from poolhouse.delivery.invitations import Invitation
from poolhouse.directory import attributes, first_factors, passwords, sign_up
from poolhouse.directory.users import User, UserStatus, user_type
from poolhouse.errors import (
    AccountWithAttributeExists,
    AdminUsernameExists,
    ApiError,
    UnsupportedUserState,
)
from poolhouse.ports import Tx
from poolhouse.store import credentials as stored
from poolhouse.store import users
from poolhouse.store.users import NameTaken
from poolhouse.triggers import pre_sign_up
from poolhouse.wire.operations import operation

if TYPE_CHECKING:
    from poolhouse.wire.models.cognito_idp import AdminCreateUserRequest

Response = dict[str, Any]


@operation("AdminCreateUser")
async def admin_create_user(ctx: Ctx, req: AdminCreateUserRequest) -> Response:
    """Make a user who has to choose a password at the first sign-in, or invite such a user again.

    Without TemporaryPassword, who can sign in with a one-time password gets none, and is confirmed
    (gotcha 33).
    """
    given = req.get("TemporaryPassword")
    if given:
        await credentials.check_new(ctx, None, given, passwords.ADMIN_CREATE)
    if req.get("MessageAction") == "RESEND":
        user = await _invited_again(ctx, req, given or _temporary(ctx))
    else:
        user = await _created(ctx, req, given)
    return {"User": user_type(user)}


def _temporary(ctx: Ctx) -> str:
    return passwords.temporary(ctx.pool.password_policy, ctx.env.rng)


async def _created(ctx: Ctx, req: AdminCreateUserRequest, given: str | None) -> User:
    user, named = _new_user(ctx, req)
    validation = attributes.validation(req.get("ValidationData"))
    await pre_sign_up.admin_create_user(ctx, user.username, user.attributes, validation)
    password = given or ""
    if not given and choices.carried(ctx, first_factors.without_password(ctx.pool, user)):
        user = replace(user, status=UserStatus.CONFIRMED)
    else:
        password = given or _temporary(ctx)
    sealed = await credentials.make(ctx, user, password) if password else None
    # Only an alias, which is a verified address, can be taken from its owner.
    take = req.get("ForceAliasCreation", False) and bool(ctx.pool.alias_attributes)

    invitation = await _invitation(ctx, req, user, password)

    async def create(tx: Tx) -> None:
        await users.create(tx, ctx, user, take_aliases=take)
        if sealed:
            await stored.put(tx, ctx, user.sub, sealed)
        await invitations.put(tx, ctx, user, invitation)

    try:
        await ctx.env.db.run(create)
    except NameTaken as taken:
        raise _exists(taken, named) from taken
    return user


def _new_user(ctx: Ctx, req: AdminCreateUserRequest) -> tuple[User, Mapping[str, str]]:
    """The user, and the attribute that the user name fills."""
    given = attributes.from_list(req.get("UserAttributes"))
    named = sign_up.named_by(ctx.pool, req["Username"], given, otherwise=sign_up.EITHER)
    checked = attributes.for_new_user_by_admin(ctx.pool, {**given, **named})
    username = sign_up.stored_username(ctx.pool, req["Username"])
    return users.new(ctx, username, UserStatus.FORCE_CHANGE_PASSWORD, checked), named


def _exists(taken: NameTaken, named: Mapping[str, str]) -> ApiError:
    """The user name is somebody's, or another address that the request gives. That an alias is refused
    with this exception is the model's: it declares no AliasExistsException here."""
    if taken.kind == "username" or taken.kind in named:
        return AdminUsernameExists()
    return AccountWithAttributeExists(name=taken.kind)


async def _invited_again(ctx: Ctx, req: AdminCreateUserRequest, password: str) -> User:
    """A new temporary password for a user who has not used the last one; its time begins again.

    That UserAttributes change nothing here is [K].
    """

    async def find(tx: Tx) -> User:
        return await lookup.for_admin(tx, ctx, req["Username"])

    found = await ctx.env.db.read(find)
    if found.status is not UserStatus.FORCE_CHANGE_PASSWORD:
        raise UnsupportedUserState
    sealed = await credentials.make(ctx, found, password)
    invitation = await _invitation(ctx, req, found, password)

    async def invite(tx: Tx) -> User:
        user = await lookup.for_admin(tx, ctx, found.sub)
        if user.status is not UserStatus.FORCE_CHANGE_PASSWORD:
            raise UnsupportedUserState
        saved = await users.save(tx, ctx, user, user)
        await stored.put(tx, ctx, user.sub, sealed)
        await invitations.put(tx, ctx, user, invitation)
        return saved

    return await ctx.env.db.run(invite)


async def _invitation(ctx: Ctx, req: AdminCreateUserRequest, user: User, password: str) -> Invitation:
    """With SUPPRESS it goes nowhere; `password` is empty where there is none."""
    desired = () if req.get("MessageAction") == "SUPPRESS" else req.get("DesiredDeliveryMediums")
    return await invitations.prepared(ctx, user, password, desired)
