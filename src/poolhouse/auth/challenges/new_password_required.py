"""NEW_PASSWORD_REQUIRED: the user chooses a password in place of the temporary one (2.4)."""

import msgspec
from msgspec.structs import replace

from poolhouse.auth import credentials
from poolhouse.auth.challenges.asked import Asked
from poolhouse.auth.sign_in import SignIn, prove
from poolhouse.auth.who import Person, known
from poolhouse.context import Ctx
from poolhouse.directory import attributes, passwords
from poolhouse.directory.users import User, UserStatus
from poolhouse.errors import (
    AliasExists,
    AttributeAlreadyProvided,
    InvalidParameter,
    InvalidSession,
    SessionUsed,
    TemporaryPasswordExpired,
)
from poolhouse.ports import DAY, Tx
from poolhouse.store import credentials as stored
from poolhouse.store import users
from poolhouse.store.users import NameTaken
from poolhouse.wire import validate

NEEDS = ("NEW_PASSWORD",)
_PREFIX = "userAttributes."


async def issue(ctx: Ctx, sign_in: SignIn, person: Person) -> Asked:
    """Asked only after the temporary password was right. Raises `TemporaryPasswordExpired`."""
    user = known(person)
    if ctx.now - user.credential_set_at > ctx.pool.password_policy.temporary_days * DAY:
        raise TemporaryPasswordExpired
    parameters = {
        "USER_ID_FOR_SRP": user.username,
        "requiredAttributes": _json([_PREFIX + name for name in _missing(ctx, user)]),
        "userAttributes": _json(_readable(ctx, user)),
    }
    return Asked(parameters, private=_proven(user))


def _readable(ctx: Ctx, user: User) -> dict[str, str]:
    """What the client may read of the user; that the permission counts here too is [K] (3.5)."""
    shown = ctx.client.readable
    return {
        name: value
        for name, value in user.attributes.items()
        if name in shown and not name.startswith("dev:")
    }


def _missing(ctx: Ctx, user: User) -> list[str]:
    return [
        attribute.name
        for attribute in ctx.pool.schema.values()
        if attribute.required and attribute.name != "sub" and not user.attributes.get(attribute.name)
    ]


async def check(ctx: Ctx, sign_in: SignIn, person: Person, answer: dict[str, str]) -> tuple[SignIn, Person]:
    """Make it the user's password, once.

    Raises InvalidPasswordException, InvalidParameterException or NotAuthorizedException.
    """
    before = known(person)
    if before.status is not UserStatus.FORCE_CHANGE_PASSWORD:
        raise SessionUsed
    if _proven(before) != sign_in.private:
        raise InvalidSession  # there is another temporary password since
    after, credential = await _changed(ctx, before, answer)

    async def store(tx: Tx) -> User:
        return await _store(tx, ctx, before, after, credential)

    saved = await ctx.env.db.run(store)
    return prove(sign_in, "NEW_PASSWORD_REQUIRED"), replace(person, user=saved)


async def _changed(ctx: Ctx, user: User, answer: dict[str, str]) -> tuple[User, bytes]:
    """The user as it will be, and the sealed new credential."""
    given = {name.removeprefix(_PREFIX): text for name, text in answer.items() if name.startswith(_PREFIX)}
    for name in given:
        if user.attributes.get(name):
            raise AttributeAlreadyProvided(name=name)
    for name in _missing(ctx, user):
        if not given.get(name):
            raise InvalidParameter(f"Invalid attributes given, {name} is missing")
    checked = attributes.for_update(ctx.pool, ctx.client, given) if given else {}
    validate.check_text("cognito-idp", "PasswordType", answer["NEW_PASSWORD"], "password")
    await credentials.check_new(ctx, user, answer["NEW_PASSWORD"], passwords.CHANGE)
    changed = replace(
        user, status=UserStatus.CONFIRMED, attributes={**user.attributes, **_with_flags(checked)}
    )
    return changed, await credentials.make(ctx, user, answer["NEW_PASSWORD"])


def _with_flags(given: dict[str, str]) -> dict[str, str]:
    """A new address is not a proven one."""
    flags = {f"{name}_verified": "false" for name in given if name in ("email", "phone_number")}
    return {name: value for name, value in given.items() if value} | flags


def _proven(user: User) -> bytes:
    """Which temporary password was proven: a session is good for as long as that is the password."""
    return user.credential_set_at.to_bytes(8, "big")


async def _store(tx: Tx, ctx: Ctx, before: User, after: User, credential: bytes) -> User:
    """Write the new password and attributes.

    Raises `SessionUsed` when the user was changed since `before` was read: by another session, say.
    """
    current = await users.with_credential(tx, before.pool_id, before.sub)
    if current is not None and current.credential == credential:
        return current  # it was done, and the acknowledgement was lost
    if current is None or current.version != before.version:
        raise SessionUsed
    try:
        saved = await users.save(tx, ctx, before, after)
    except NameTaken as taken:
        raise AliasExists(name=taken.kind) from taken
    await stored.put(tx, ctx, before.sub, credential)
    return saved


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
