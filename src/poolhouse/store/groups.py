"""Groups and who is in them.

A membership names its group by an id that is never used again, so what may be left of a deleted group
does not come back with a new group of the same name.
"""

from collections.abc import Sequence

from msgspec import Struct

from poolhouse.context import Ctx
from poolhouse.ports import Instant, Row, Statement, Tx

_BATCH = 500  # memberships deleted in one transaction

_COLUMNS = """g.name, g.group_id, g.description, g.role_arn, g.precedence, g.created_at, g.modified_at"""

_OF_USER = Statement(f"""
    SELECT {_COLUMNS}
      FROM memberships m
      JOIN user_groups g ON g.pool_id = m.pool_id AND g.group_id = m.group_id
     WHERE m.pool_id = :pool_id AND m.sub = :sub
     ORDER BY g.name
""")
_BY_NAME = Statement(f"SELECT {_COLUMNS} FROM user_groups g WHERE g.pool_id = :pool_id AND g.name = :name")
_LIST = Statement(f"""
    SELECT {_COLUMNS}
      FROM user_groups g
     WHERE g.pool_id = :pool_id AND g.name > :after
     ORDER BY g.name LIMIT :most
""")
_COUNT = Statement("SELECT COUNT(*) AS total FROM user_groups WHERE pool_id = :pool_id")
_INSERT = Statement("""
    INSERT INTO user_groups (pool_id, name, group_id, description, role_arn, precedence, created_at,
                             modified_at)
    VALUES (:pool_id, :name, :group_id, :description, :role_arn, :precedence, :now, :now)
    ON CONFLICT (pool_id, name) DO NOTHING
""")
_UPDATE = Statement("""
    UPDATE user_groups
       SET description = COALESCE(:description, description), role_arn = COALESCE(:role_arn, role_arn),
           precedence = COALESCE(:precedence, precedence), modified_at = :now
     WHERE pool_id = :pool_id AND name = :name
 RETURNING name, group_id, description, role_arn, precedence, created_at, modified_at
""")
_DELETE = Statement("""
    DELETE FROM user_groups
     WHERE pool_id = :pool_id AND name = :name AND group_id = :group_id
 RETURNING name
""")
# The number in LIMIT is there for the planner of PostgreSQL, which would take a parameter for a tenth of
# the table and read all of it.
_EMPTY = Statement(f"""
    DELETE FROM memberships
     WHERE pool_id = :pool_id AND group_id = :group_id AND sub IN (
           SELECT sub FROM memberships
            WHERE pool_id = :pool_id AND group_id = :group_id ORDER BY sub LIMIT {_BATCH})
""")
_JOIN = Statement("""
    INSERT INTO memberships (pool_id, sub, group_id, created_at)
    VALUES (:pool_id, :sub, :group_id, :now)
    ON CONFLICT (pool_id, sub, group_id) DO NOTHING
""")
_LEAVE = Statement("""
    DELETE FROM memberships WHERE pool_id = :pool_id AND sub = :sub AND group_id = :group_id
""")


class NewGroup(Struct, frozen=True):
    """`group_id` is made before the transaction: it tells, should that run twice, whose the row is."""

    name: str
    group_id: str
    description: str | None
    role_arn: str | None
    precedence: int | None


async def of_user(tx: Tx, pool_id: str, sub: str) -> Sequence[Row]:
    """Every group of the user (100 at most), by name: `name`, `precedence`, `role_arn` and the others."""
    return await tx.all(_OF_USER, pool_id=pool_id, sub=sub)


async def by_name(tx: Tx, pool_id: str, name: str) -> Row | None:
    return await tx.one(_BY_NAME, pool_id=pool_id, name=name)


async def page(tx: Tx, pool_id: str, after: str, most: int) -> Sequence[Row]:
    """Groups of the pool by name, from behind `after` on."""
    return await tx.all(_LIST, pool_id=pool_id, after=after, most=most)


async def count(tx: Tx, pool_id: str) -> int:
    row = await tx.one(_COUNT, pool_id=pool_id)
    return 0 if row is None else int(row["total"])


async def insert(tx: Tx, pool_id: str, group: NewGroup, now: Instant) -> None:
    """Write it, unless another one has the name."""
    await tx.run(
        _INSERT,
        pool_id=pool_id,
        name=group.name,
        group_id=group.group_id,
        description=group.description,
        role_arn=group.role_arn,
        precedence=group.precedence,
        now=now,
    )


async def create(tx: Tx, ctx: Ctx, group: NewGroup) -> Row | None:
    """The group as it is stored; None when another one has the name."""
    await insert(tx, ctx.pool.pool_id, group, ctx.now)
    found = await by_name(tx, ctx.pool.pool_id, group.name)
    return found if found is not None and found["group_id"] == group.group_id else None


async def update(
    tx: Tx, ctx: Ctx, name: str, description: str | None, role_arn: str | None, precedence: int | None
) -> Row | None:
    """The group as it is now; what is None stays. None when there is no such group."""
    return await tx.one(
        _UPDATE,
        pool_id=ctx.pool.pool_id,
        name=name,
        description=description,
        role_arn=role_arn,
        precedence=precedence,
        now=ctx.now,
    )


async def empty(tx: Tx, pool_id: str, group_id: str) -> bool:
    """Take some members out; True once nobody is left."""
    return await tx.run(_EMPTY, pool_id=pool_id, group_id=group_id) < _BATCH


async def remove(tx: Tx, pool_id: str, name: str, group_id: str) -> bool:
    """Delete the group, which has no members any more. False: there was none."""
    return await tx.one(_DELETE, pool_id=pool_id, name=name, group_id=group_id) is not None


async def join(tx: Tx, ctx: Ctx, sub: str, group_id: str) -> None:
    """Put the user into the group, where the user may be already."""
    await tx.run(_JOIN, pool_id=ctx.pool.pool_id, sub=sub, group_id=group_id, now=ctx.now)


async def leave(tx: Tx, pool_id: str, sub: str, group_id: str) -> None:
    await tx.run(_LEAVE, pool_id=pool_id, sub=sub, group_id=group_id)
