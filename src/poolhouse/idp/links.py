"""Linking users to identities of other providers, and unlinking them (1.6)."""

from typing import Any

import msgspec
from msgspec.structs import replace

from poolhouse.auth import lookup
from poolhouse.context import Ctx
from poolhouse.directory.identities import with_identities
from poolhouse.directory.providers import SOCIAL
from poolhouse.directory.users import User
from poolhouse.errors import (
    AlreadyLinked,
    InvalidParameter,
    LimitExceeded,
    MergingNotSupported,
    PrimaryIdentity,
    ProviderNotInPool,
    UserNotFound,
)
from poolhouse.ports import Tx
from poolhouse.store import codes, credentials, links, users
from poolhouse.store.links import SUBJECT
from poolhouse.wire.operations import operation

Request = dict[str, Any]
Response = dict[str, Any]

MOST = 5
NATIVE = "Cognito"
_LONGEST_SUBJECT = 512  # characters; what an index of the store takes


@operation("AdminLinkProviderForUser")
async def admin_link_provider_for_user(ctx: Ctx, req: Request) -> Response:
    """Let an identity of another provider, that has not signed in yet, sign in as a native user."""
    provider, attribute_name, subject = _source(req["SourceUser"])
    if provider not in ctx.providers:
        raise ProviderNotInPool(provider=provider, pool_id=ctx.pool.pool_id)
    destination = req["DestinationUser"]

    async def link(tx: Tx) -> None:
        user = await _destination(tx, ctx, destination)
        if not await links.add(tx, ctx, user.sub, provider, attribute_name, subject):
            owner = await links.owner(tx, ctx.pool.pool_id, provider, subject)
            raise AlreadyLinked if owner == user.sub else MergingNotSupported
        await _show_links(tx, ctx, user)

    await ctx.env.db.run(link)
    return {}


@operation("AdminDisableProviderForUser")
async def admin_disable_provider_for_user(ctx: Ctx, req: Request) -> Response:
    """Unlink an identity; or, with the provider Cognito, end the native sign-in, one-time passwords too.

    The password is deleted [K]; AdminSetUserPassword gives the user another one, and the sign-in back.
    """
    provider, attribute_name, subject = _named(req["User"])

    async def unlink(tx: Tx) -> None:
        if await links.is_primary(tx, ctx.pool.pool_id, provider, subject):
            raise PrimaryIdentity
        sub = await links.remove(tx, ctx.pool.pool_id, provider, attribute_name, subject)
        user = await users.by_sub(tx, ctx.pool.pool_id, sub) if sub else None
        if user is None:
            raise UserNotFound
        await _show_links(tx, ctx, user)

    async def end_password(tx: Tx) -> None:
        user = await _native(tx, ctx, subject)
        off = msgspec.structs.replace(user.factors, native_off=True)
        await users.save(tx, ctx, user, replace(user, factors=off))
        await credentials.remove(tx, user.pool_id, user.sub)
        await codes.withdraw(tx, ctx, user.sub, codes.FORGOT_PASSWORD)

    if provider == NATIVE and attribute_name != SUBJECT:
        raise InvalidParameter(f"ProviderAttributeName must be {SUBJECT} for the provider {NATIVE}.")
    await ctx.env.db.run(end_password if provider == NATIVE else unlink)
    return {}


def _source(identity: dict[str, str]) -> tuple[str, str, str]:
    provider, attribute_name, subject = _named(identity)
    if provider == NATIVE:
        raise InvalidParameter(
            "Invalid SourceUser: Cognito users with a username/password may not be passed in as a "
            "SourceUser, only as a DestinationUser"  # seen in boto/boto3 #4163
        )
    if provider in SOCIAL and attribute_name != SUBJECT:
        raise InvalidParameter(f"ProviderAttributeName must be {SUBJECT} for the provider {provider}.")
    return provider, attribute_name, subject


def _named(identity: dict[str, str]) -> tuple[str, str, str]:
    """Provider, attribute and value of an identity; the words of the refusals here are [K]."""
    for member in ("ProviderName", "ProviderAttributeName", "ProviderAttributeValue"):
        if not identity.get(member):
            raise InvalidParameter(f"Missing required parameter {member}")
    subject = identity["ProviderAttributeValue"]
    if len(subject) > _LONGEST_SUBJECT or len(identity["ProviderAttributeName"]) > _LONGEST_SUBJECT:
        raise InvalidParameter(f"An identity must not be longer than {_LONGEST_SUBJECT} characters.")
    return identity["ProviderName"], identity["ProviderAttributeName"], subject


async def _destination(tx: Tx, ctx: Ctx, named: dict[str, str]) -> User:
    """A native user by user name, or one of a provider by what names the user there."""
    provider, value = named.get("ProviderName", ""), named.get("ProviderAttributeValue", "")
    if provider == NATIVE:
        return await _native(tx, ctx, value)
    sub = await links.owner(tx, ctx.pool.pool_id, provider, value)
    user = await users.by_sub(tx, ctx.pool.pool_id, sub) if sub else None
    if user is None:
        raise UserNotFound
    return user


async def _native(tx: Tx, ctx: Ctx, username: str) -> User:
    """The user with this user name; no other name will do (service model). Raises `UserNotFound`."""
    user = await lookup.for_admin(tx, ctx, username)
    if ctx.pool.fold("username", user.username) != ctx.pool.fold("username", username):
        raise UserNotFound
    return user


async def _show_links(tx: Tx, ctx: Ctx, user: User) -> None:
    """Write `identities`. Two links at once: the version of the user makes one of them run again."""
    rows = await links.of_user(tx, user.pool_id, user.sub)
    if sum(row["is_primary"] is None for row in rows) > MOST:
        raise LimitExceeded(f"A user can have at most {MOST} linked identities.")
    await users.save(tx, ctx, user, with_identities(user, rows))
