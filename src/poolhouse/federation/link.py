"""From an identity at a provider to a user of the pool (5.1, 6.8).

An identity is one user's, by the primary key of `links`: the user it made at its first sign-in, or the
native user to whom an administrator linked it. Nothing that a provider says, an e-mail address least of all,
finds a user in any other way.
"""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from poolhouse.context import Ctx, Env
from poolhouse.directory import attributes, events, identities
from poolhouse.directory.providers import SAML, Provider
from poolhouse.directory.users import User, UserStatus
from poolhouse.errors import (
    AliasExists,
    EntryExists,
    InvalidProviderUsername,
    SubjectMissing,
    UserDisabled,
    UserNotConfirmed,
    UserNotFound,
)
from poolhouse.federation import mapping, provider_groups
from poolhouse.ports import Tx
from poolhouse.store import audited, links, snapshots, users
from poolhouse.store.links import SUBJECT
from poolhouse.store.users import NameTaken
from poolhouse.trail.recorder import recorded
from poolhouse.triggers import (
    inbound_federation,
    post_authentication,
    post_confirmation,
    pre_authentication,
    pre_sign_up,
)

_LONGEST_NAME = 128  # characters of a user name (service model)
_LONGEST_SUBJECT = 512  # characters; what an index of the store takes


class Identity(Struct, frozen=True):
    """Somebody who has just proven at a provider who they are.

    subject  what names them there, to the letter
    claims   what the provider says, by claim or SAML attribute, for AttributeMapping
    said     the same as InboundFederation is asked about it (5.2)
    issuer   SAML: the entity id of the provider; else empty
    """

    provider: Provider
    subject: str
    claims: Mapping[str, Any]
    said: Mapping[str, Any]
    issuer: str = ""

    def __repr__(self) -> str:
        return f"Identity({self.provider.name}, {self.subject})"


@recorded(events.SIGN_IN)
async def sign_in(ctx: Ctx, identity: Identity) -> User:
    """The user whose identity it is, who is made at the first sign-in and brought up to date at each.

    Raises `ApiError` for whatever stands in the way; then nothing was written.
    """
    username = _username(ctx, identity)
    mapped = await _mapped(ctx, identity, username)
    user = await _owner(ctx, identity, mapped)
    ctx.trail.provider = identity.provider.name
    ctx.trail.about(user.sub if user else "", username)
    if user is None:
        return await _first_sign_in(ctx, identity, username, mapped)
    return await _another_sign_in(ctx, identity, user, mapped)


def _username(ctx: Ctx, identity: Identity) -> str:
    """`<Provider>_<subject>`; a case-insensitive pool keeps it in lower case (gotcha 23)."""
    subject = identity.subject
    if not subject or len(subject) > _LONGEST_SUBJECT:
        raise SubjectMissing
    username = f"{identity.provider.name}_{subject}"
    if len(username) > _LONGEST_NAME or " " in username or not username.isprintable():
        raise InvalidProviderUsername
    return ctx.pool.fold("username", username)


async def _mapped(ctx: Ctx, identity: Identity, username: str) -> dict[str, str]:
    """The attributes that the provider, or InboundFederation in its place, gives."""
    provider = identity.provider
    said = await inbound_federation.fire(ctx, username, provider.name, provider.provider_type, identity.said)
    return mapping.attributes(provider.mapping, identity.claims if said is None else said)


async def _owner(ctx: Ctx, identity: Identity, mapped: Mapping[str, str]) -> User | None:
    """Who has the identity: by its subject, or by an attribute that an administrator named (1.6)."""
    pool_id, provider = ctx.pool.pool_id, identity.provider.name

    async def find(tx: Tx) -> User | None:
        for name, value in ((SUBJECT, identity.subject), *mapped.items()):
            sub = await links.owner_by(tx, pool_id, provider, name, value)
            if sub is not None:
                return await users.by_sub(tx, pool_id, sub)
        return None

    return await ctx.env.db.read(find)


# The first sign-in


async def _first_sign_in(ctx: Ctx, identity: Identity, username: str, mapped: Mapping[str, str]) -> User:
    given = attributes.of_provider(ctx.pool, ctx.client, None, mapped)
    confirmations = await pre_sign_up.external_provider(ctx, username, given)
    linked = await _owner(ctx, identity, mapped)
    if linked is not None:  # the function has linked the identity just now
        return await _another_sign_in(ctx, identity, linked, mapped)
    verified = pre_sign_up.verified(confirmations, given)
    user = users.new(ctx, username, UserStatus.EXTERNAL_PROVIDER, {**given, **verified})
    ctx.trail.about(user.sub)
    made = await _made(ctx, identity, user)
    await post_confirmation.fire(ctx, made)
    return made


async def _made(ctx: Ctx, identity: Identity, user: User) -> User:
    """Store the user with identity and group. Raises `EntryExists`."""
    group = provider_groups.new(ctx, identity.provider.name)

    async def create(tx: Tx) -> User:
        await links.add_primary(tx, ctx, user.sub, identity.provider, identity.subject, identity.issuer)
        rows = await links.of_user(tx, user.pool_id, user.sub)
        if not rows:
            raise NameTaken("username")  # the same identity, at the same time
        shown = identities.with_identities(user, rows)
        await users.create(tx, ctx, shown)
        await provider_groups.join(tx, ctx, user.sub, group)
        return shown

    try:
        made = await _acting(ctx).db.run(create)
    except NameTaken:
        if identity.provider.provider_type == SAML:
            raise InvalidProviderUsername from None
        raise EntryExists(username=user.username) from None
    if ctx.snapshot and not ctx.snapshot.has_groups:
        snapshots.forget(ctx.env, ctx.pool.pool_id)
    return made


# Every other sign-in


async def _another_sign_in(ctx: Ctx, identity: Identity, user: User, mapped: Mapping[str, str]) -> User:
    """PreAuthentication, the attributes overwritten, PostAuthentication; both before anything is written."""
    _check_state(user)
    await pre_authentication.fire(ctx, user, user.username, None)
    updated = _updated(ctx, user, mapped)
    await post_authentication.fire(ctx, updated, new_device=False)

    async def write(tx: Tx) -> User:
        before = await users.by_sub(tx, user.pool_id, user.sub)
        if before is None:
            raise UserNotFound  # deleted meanwhile
        _check_state(before)
        await links.signed_in(
            tx, ctx, before.sub, identity.provider, identity.subject, identity.issuer, mapped
        )
        rows = await links.of_user(tx, before.pool_id, before.sub)
        after = identities.with_identities(_updated(ctx, before, mapped), rows)
        if after == before:
            return before
        return await users.save(tx, ctx, before, after)

    try:
        return await _acting(ctx).db.run(write)
    except NameTaken as taken:
        raise AliasExists(name=taken.kind) from taken


def _acting(ctx: Ctx) -> Env:
    """A user's sign-in, and yet it is we who make or change the user by what a provider says."""
    return audited.for_service(ctx.env, "federation", ctx.operation, ctx.request_id)


def _check_state(user: User) -> None:
    if not user.enabled:
        raise UserDisabled
    if user.status is UserStatus.UNCONFIRMED:  # a linked native user [K]
        raise UserNotConfirmed


def _updated(ctx: Ctx, user: User, mapped: Mapping[str, str]) -> User:
    given = attributes.of_provider(ctx.pool, ctx.client, user.attributes, mapped)
    return user if given == user.attributes else replace(user, attributes=given)
