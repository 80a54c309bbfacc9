"""Users in the store: looking them up by any of their names, creating, changing and removing them.

A name is claimed by inserting its row into `aliases`; the primary key decides who gets it.
"""

import re
from dataclasses import dataclass

import msgspec
from msgspec.structs import replace

from poolhouse.context import Ctx
from poolhouse.directory import aliases as names
from poolhouse.directory import users
from poolhouse.directory.aliases import Claim
from poolhouse.directory.pools import Pool
from poolhouse.directory.users import User, UserStatus
from poolhouse.ports import Conflict, Instant, Statement, Tx
from poolhouse.store import counters, revocations, user_quota, user_search
from poolhouse.store.user_quota import COUNTER

_SUB = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)

# The columns that make a `User`, of `users u`.
COLUMNS = """u.pool_id, u.sub, u.username, u.status, u.enabled, u.attributes, u.version, u.factors,
           u.signed_out_at, u.created_at, u.modified_at"""

_OWNERS = Statement("""
    SELECT kind, sub FROM aliases
     WHERE pool_id = :pool_id AND kind IN ('username', 'email', 'phone_number')
       AND value = :value
""")

_WITH_CREDENTIAL = Statement(f"""
    SELECT {COLUMNS}, c.sealed, c.set_at
      FROM users u
      LEFT JOIN credentials c ON c.pool_id = u.pool_id AND c.sub = u.sub AND c.kind = 'PASSWORD'
     WHERE u.pool_id = :pool_id AND u.sub = :sub
""")

_BY_SUB = Statement(f"SELECT {COLUMNS} FROM users u WHERE u.pool_id = :pool_id AND u.sub = :sub")

_INSERT = Statement("""
    INSERT INTO users (pool_id, sub, username, status, enabled, attributes, version, factors,
                       signed_out_at, created_at, modified_at)
    VALUES (:pool_id, :sub, :username, :status, :enabled, :attributes, 1, :factors, 0, :now, :now)
    ON CONFLICT (pool_id, sub) DO NOTHING
""")

_UPDATE = Statement("""
    UPDATE users
       SET status = :status, enabled = :enabled, attributes = :attributes, factors = :factors,
           version = version + 1,
           signed_out_at = :signed_out_at, modified_at = :now
     WHERE pool_id = :pool_id AND sub = :sub AND version = :version
 RETURNING version
""")

_CLAIM = Statement("""
    INSERT INTO aliases (pool_id, kind, value, sub) VALUES (:pool_id, :kind, :value, :sub)
    ON CONFLICT (pool_id, kind, value) DO NOTHING
 RETURNING sub
""")

_OWNER = Statement("SELECT sub FROM aliases WHERE pool_id = :pool_id AND kind = :kind AND value = :value")

_RELEASE = Statement("""
    DELETE FROM aliases WHERE pool_id = :pool_id AND kind = :kind AND value = :value AND sub = :sub
""")

_REMOVALS = tuple(
    Statement(f"DELETE FROM {table} WHERE pool_id = :pool_id AND sub = :sub")
    for table in (
        "aliases",
        "user_search",
        "credentials",
        "password_history",
        "links",
        "memberships",
        "token_families",
        "sso_sessions",
        "consents",
        "codes",
        "software_tokens",
        "passkeys",
        "passkey_challenges",
        "devices",
    )
)

_RELEASE_ALL = Statement("DELETE FROM aliases WHERE pool_id = :pool_id AND sub = :sub")

_HOLD = Statement("""
    UPDATE users SET version = version WHERE pool_id = :pool_id AND sub = :sub RETURNING sub
""")

_REMOVE = Statement("DELETE FROM users WHERE pool_id = :pool_id AND sub = :sub RETURNING sub")


@dataclass(eq=False)
class NameTaken(Exception):
    """Somebody else in the pool owns this name. Raised, so that nothing of the change stays."""

    kind: str  # username | email | phone_number | preferred_username


async def by_name(tx: Tx, pool: Pool, name: str) -> User | None:
    """The user who may sign in with this name: user name first, then the active aliases."""
    value = pool.fold("username", name)
    owners = {row["kind"]: row["sub"] for row in await tx.all(_OWNERS, pool_id=pool.pool_id, value=value)}
    for kind in ("username", "email", "phone_number"):
        if kind in owners:
            return await with_credential(tx, pool.pool_id, owners[kind])
    return None


async def by_any_name(tx: Tx, pool: Pool, name: str) -> User | None:
    """As `by_name`, and by `sub` too: what the administrator's operations accept.

    The sub goes first. Users choose their aliases: somebody whose preferred_username is the sub of
    another must not be taken for that other.
    """
    user = await with_credential(tx, pool.pool_id, name) if is_sub(name) else None
    return user or await by_name(tx, pool, name)


def is_sub(name: str) -> bool:
    """Has it the form of a `sub`?"""
    return _SUB.fullmatch(name) is not None


async def with_credential(tx: Tx, pool_id: str, sub: str) -> User | None:
    row = await tx.one(_WITH_CREDENTIAL, pool_id=pool_id, sub=sub)
    return None if row is None else users.from_row(row, with_credential=True)


async def by_sub(tx: Tx, pool_id: str, sub: str) -> User | None:
    row = await tx.one(_BY_SUB, pool_id=pool_id, sub=sub)
    return None if row is None else users.from_row(row)


async def owner(tx: Tx, pool: Pool, kind: str, value: str) -> str | None:
    """The sub of who owns this name of this kind (directory/aliases.py)."""
    row = await tx.one(_OWNER, pool_id=pool.pool_id, kind=kind, value=pool.fold(kind, value))
    return None if row is None else str(row["sub"])


async def create(tx: Tx, ctx: Ctx, user: User, *, take_aliases: bool = False) -> None:
    """Store a new user with all names. Raises `NameTaken`, unless `take_aliases` moves the name here; and
    `PoolFull`.

    The `sub` of another user is taken too: administrators may name users by it.
    """
    if user.username != user.sub and await by_sub(tx, user.pool_id, user.username):
        raise NameTaken("username")
    await _insert(tx, ctx, user)
    for claim, attribute in names.claims(ctx.pool, user).items():
        await _claim(tx, ctx, user.sub, claim, attribute, take=take_aliases)
    await counters.add(tx, user.pool_id, COUNTER, user.sub, 1)
    await user_quota.check(tx, ctx)


async def create_unless_taken(tx: Tx, ctx: Ctx, user: User) -> str | None:
    """As `create`, as one of many in a transaction: a name that is taken undoes this user alone.

    Gives the kind of the name that is taken. The caller counts the users whom it made (COUNTER).
    """
    if is_sub(user.username) and user.username != user.sub and await by_sub(tx, user.pool_id, user.username):
        return "username"
    for claim, attribute in sorted(names.claims(ctx.pool, user).items(), key=_user_name_first):
        if not await tx.one(_CLAIM, pool_id=user.pool_id, kind=claim.kind, value=claim.value, sub=user.sub):
            await tx.run(_RELEASE_ALL, pool_id=user.pool_id, sub=user.sub)
            return attribute
    await _insert(tx, ctx, user)
    return None


def _user_name_first(owned: tuple[Claim, str]) -> bool:
    return owned[1] != "username"


async def _insert(tx: Tx, ctx: Ctx, user: User) -> None:
    await tx.run(
        _INSERT,
        pool_id=user.pool_id,
        sub=user.sub,
        username=user.username,
        status=user.status.value,
        enabled=int(user.enabled),
        attributes=_json(user.attributes),
        factors=_json(user.factors),
        now=ctx.now,
    )
    await user_search.change(tx, user.pool_id, user.sub, {}, names.search_values(user))


async def save(tx: Tx, ctx: Ctx, before: User, after: User, *, take_aliases: bool = False) -> User:
    """Store a changed user with its names; `before` is what this transaction read.

    Raises `NameTaken`, and `Conflict` when somebody else changed the user meanwhile.
    """
    row = await tx.one(
        _UPDATE,
        pool_id=after.pool_id,
        sub=after.sub,
        status=after.status.value,
        enabled=int(after.enabled),
        attributes=_json(after.attributes),
        factors=_json(after.factors),
        signed_out_at=after.signed_out_at,
        now=ctx.now,
        version=before.version,
    )
    if row is None:
        raise Conflict
    await _change_claims(tx, ctx, before, after, take_aliases)
    await user_search.change(
        tx, after.pool_id, after.sub, names.search_values(before), names.search_values(after)
    )
    return replace(after, version=row["version"], modified_at=ctx.now)


async def _change_claims(tx: Tx, ctx: Ctx, before: User, after: User, take: bool) -> None:
    old, new = names.claims(ctx.pool, before), names.claims(ctx.pool, after)
    for claim in old:
        if claim not in new:
            await tx.run(_RELEASE, pool_id=after.pool_id, kind=claim.kind, value=claim.value, sub=after.sub)
    for claim, attribute in new.items():
        if claim not in old:
            await _claim(tx, ctx, after.sub, claim, attribute, take=take)


async def _claim(tx: Tx, ctx: Ctx, sub: str, claim: Claim, attribute: str, *, take: bool) -> None:
    key = {"pool_id": ctx.pool.pool_id, "kind": claim.kind, "value": claim.value}
    if await tx.one(_CLAIM, **key, sub=sub):
        return
    owner = await tx.one(_OWNER, **key)
    if owner is None:
        raise Conflict
    if owner["sub"] == sub:
        return  # the transaction runs again, after a commit whose answer was lost
    if not take or attribute not in ("email", "phone_number"):
        raise NameTaken(attribute)
    await _unverify(tx, ctx, owner["sub"], attribute)
    if not await tx.one(_CLAIM, **key, sub=sub):
        raise Conflict


async def _unverify(tx: Tx, ctx: Ctx, sub: str, kind: str) -> None:
    """The former owner keeps the value, no longer as a proven one (ForceAliasCreation, 1.1)."""
    owner = await by_sub(tx, ctx.pool.pool_id, sub)
    if owner is None:
        raise Conflict
    attributes = {**owner.attributes, f"{kind}_verified": "false"}
    await save(tx, ctx, owner, replace(owner, attributes=attributes))


async def hold(tx: Tx, pool_id: str, sub: str) -> bool:
    """Let others who hold, change or remove the user wait for this transaction. False: there is no user."""
    return await tx.one(_HOLD, pool_id=pool_id, sub=sub) is not None


async def remove(tx: Tx, pool_id: str, sub: str, now: Instant) -> bool:
    """Delete the user and all that is the user's. False: there was none."""
    if not await tx.one(_REMOVE, pool_id=pool_id, sub=sub):
        return False
    for statement in _REMOVALS:
        await tx.run(statement, pool_id=pool_id, sub=sub)
    await revocations.add_removed(tx, pool_id, sub, now)
    await counters.add(tx, pool_id, COUNTER, sub, -1)
    return True


def new(ctx: Ctx, username: str | None, status: UserStatus, attributes: dict[str, str]) -> User:
    """A user that is not stored yet; without a `username` the `sub` is the user name (3.2)."""
    sub = ctx.env.rng.uuid()
    return User(
        pool_id=ctx.pool.pool_id,
        sub=sub,
        username=sub if username is None else username,
        status=status,
        enabled=True,
        attributes=attributes,
        version=1,
        signed_out_at=0,
        created_at=ctx.now,
        modified_at=ctx.now,
    )


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def signed_out(user: User, now: Instant) -> User:
    """The same user, every token issued until now revoked."""
    return replace(user, signed_out_at=now)
