"""UserMigration: people of another directory become users when they sign in or forget their password (5.2).

The function gets the password in clear, so it is asked in flows that bring it so, never over SRP. Tries at a
name without an owner count in the ledger before the function is asked: it is no way round the lock.
"""

from msgspec.structs import replace

from poolhouse.auth import credentials, ledger, who
from poolhouse.auth.who import Person
from poolhouse.context import Ctx
from poolhouse.delivery import invitations
from poolhouse.directory import attributes, sign_up
from poolhouse.directory.users import Factors, User, UserStatus
from poolhouse.errors import IncorrectLogin, NameInUse, UnrecognizableLambdaOutput, UserNotFound
from poolhouse.ports import Tx
from poolhouse.store import audited, users
from poolhouse.store import credentials as stored
from poolhouse.store.users import NameTaken
from poolhouse.triggers import user_migration
from poolhouse.triggers.user_migration import Migrated

_USERNAME = "username"  # among the attributes of an answer: the user name, where an alias was typed [K]


def asks(ctx: Ctx) -> bool:
    return user_migration.KIND in ctx.pool.triggers


async def by_name(ctx: Ctx, name: str, password: str) -> Person:
    """As `who.by_name`, for a sign-in with this password; whom the function finds is a user from now on."""
    found = await who.somebody(ctx, name)
    if found.user is not None:
        return found
    await ledger.counted(ctx, found.sub)
    answer = await user_migration.authentication(ctx, name, password)
    if answer.user_attributes is None:
        raise IncorrectLogin if ctx.client.hides_users else UserNotFound
    # Without CONFIRMED, the user has to choose a new password first [K].
    confirmed = answer.final_user_status == UserStatus.CONFIRMED.value
    status = UserStatus.CONFIRMED if confirmed else UserStatus.RESET_REQUIRED
    user = _user(ctx, name, answer, status)
    brought = await _bring(ctx, user, answer, password)
    await ledger.cleared(ctx, found.sub)
    return await who.again(ctx, user.sub, name) if brought else await who.somebody(ctx, name)


async def forgotten(ctx: Ctx, name: str) -> None:
    """Somebody has forgotten the password of a user whom the pool may not know yet.

    Who is found has to set a new password, whatever the function says: there is none to confirm [K].
    """
    found = await who.somebody(ctx, name)
    if found.user is not None:
        return
    answer = await user_migration.forgot_password(ctx, name)
    if answer.user_attributes is not None:
        await _bring(ctx, _user(ctx, name, answer, UserStatus.RESET_REQUIRED), answer, "")


def _user(ctx: Ctx, name: str, answer: Migrated, status: UserStatus) -> User:
    """Raises `InvalidParameter` for attributes that the pool cannot have, `UnrecognizableLambdaOutput`."""
    given = dict(answer.user_attributes or {})
    name = given.pop(_USERNAME, name)
    named = sign_up.named_by(ctx.pool, name, given)
    checked = attributes.for_new_user_by_admin(ctx.pool, {**given, **named})
    user = users.new(ctx, sign_up.stored_username(ctx.pool, name), status, checked)
    if not answer.enable_sms_mfa:
        return user
    if "SMS_MFA" not in ctx.pool.mfa_factors or not user.attributes.get("phone_number"):
        raise UnrecognizableLambdaOutput  # [K]
    return replace(user, factors=Factors(sms=True))


async def _bring(ctx: Ctx, user: User, answer: Migrated, password: str) -> bool:
    """Store the user, whose password need not conform to the policy. False: somebody has the name by now,
    such as the same user, brought by another call. Raises `NameInUse` for an alias of another user.
    """
    sealed = await credentials.make(ctx, user, password) if password else None
    mediums = () if answer.message_action == "SUPPRESS" else answer.desired_delivery_mediums
    invitation = await invitations.prepared(ctx, user, "", mediums)
    take = bool(answer.force_alias_creation) and bool(ctx.pool.alias_attributes)

    async def create(tx: Tx) -> None:
        await users.create(tx, ctx, user, take_aliases=take)
        if sealed:
            await stored.put(tx, ctx, user.sub, sealed)
        await invitations.put(tx, ctx, user, invitation)

    try:
        await audited.for_service(ctx.env, "migration", "UserMigration", ctx.request_id).db.run(create)
    except NameTaken as taken:
        if taken.kind != "username" and taken.kind not in ctx.pool.username_attributes:
            raise NameInUse(name=taken.kind) from taken
        return False
    return True
