"""Groups of users (1.9)."""

from typing import Any

from poolhouse.auth import lookup
from poolhouse.context import Ctx
from poolhouse.directory.users import User, user_type
from poolhouse.errors import GroupExists, GroupNotFound, InvalidParameter, LimitExceeded, UserNotFound
from poolhouse.ports import Row, Tx
from poolhouse.store import groups, paging, pools, snapshots, user_listing, users
from poolhouse.store.groups import NewGroup
from poolhouse.store.user_listing import Page
from poolhouse.wire.operations import operation

Request = dict[str, Any]
Response = dict[str, Any]

MOST_OF_POOL = 10_000
MOST_OF_USER = 100
_USUAL_PAGE = 60


@operation("CreateGroup")
async def create_group(ctx: Ctx, req: Request) -> Response:
    """Make a group, if the name is free and the pool has not too many."""
    group = NewGroup(
        name=req["GroupName"],
        group_id=ctx.env.rng.uuid(),
        description=req.get("Description"),
        role_arn=req.get("RoleArn"),
        precedence=req.get("Precedence"),
    )

    async def create(tx: Tx) -> Row:
        await pools.begin_change(tx, ctx.pool.pool_id)  # the snapshot says whether there are groups
        created = await groups.create(tx, ctx, group)
        if created is None:
            raise GroupExists
        if await groups.count(tx, ctx.pool.pool_id) > MOST_OF_POOL:
            raise LimitExceeded(f"A user pool can have at most {MOST_OF_POOL} groups.")
        return created

    created = await ctx.env.db.run(create)
    snapshots.forget(ctx.env, ctx.pool.pool_id)
    return {"Group": _group_type(ctx, created)}


@operation("GetGroup")
async def get_group(ctx: Ctx, req: Request) -> Response:
    return {"Group": _group_type(ctx, await _group(ctx, req["GroupName"]))}


@operation("UpdateGroup")
async def update_group(ctx: Ctx, req: Request) -> Response:
    """Change what is given; the rest stays as it is [K]."""

    async def update(tx: Tx) -> Row:
        updated = await groups.update(
            tx, ctx, req["GroupName"], req.get("Description"), req.get("RoleArn"), req.get("Precedence")
        )
        if updated is None:
            raise GroupNotFound
        return updated

    return {"Group": _group_type(ctx, await ctx.env.db.run(update))}


@operation("DeleteGroup")
async def delete_group(ctx: Ctx, req: Request) -> Response:
    """Take out the members, some at a time, and delete the group with the last of them.

    Should this end half-way, the group is still there, and the next call goes on.
    """
    group = await _group(ctx, req["GroupName"])

    async def delete(tx: Tx) -> bool:
        if not await groups.empty(tx, ctx.pool.pool_id, group["group_id"]):
            return False
        if not await groups.remove(tx, ctx.pool.pool_id, group["name"], group["group_id"]):
            raise GroupNotFound  # somebody else has deleted it meanwhile
        return True

    while not await ctx.env.db.run(delete):
        continue
    return {}


@operation("ListGroups")
async def list_groups(ctx: Ctx, req: Request) -> Response:
    """The groups of the pool, by name."""
    size = req.get("Limit") or _USUAL_PAGE
    after = _after(ctx, "ListGroups", req)

    async def read(tx: Tx) -> list[Row]:
        return list(await groups.page(tx, ctx.pool.pool_id, after, size + 1))

    return _groups_page(ctx, "ListGroups", await ctx.env.db.read(read), size)


@operation("AdminListGroupsForUser")
async def admin_list_groups_for_user(ctx: Ctx, req: Request) -> Response:
    """The groups of a user, by name; there are so few that one read has them all."""
    size = req.get("Limit") or _USUAL_PAGE

    async def read(tx: Tx) -> tuple[User, list[Row]]:
        user = await lookup.for_admin(tx, ctx, req["Username"])
        return user, list(await groups.of_user(tx, ctx.pool.pool_id, user.sub))

    user, found = await ctx.env.db.read(read)
    listing = f"AdminListGroupsForUser|{user.sub}"
    after = _after(ctx, listing, req)
    return _groups_page(ctx, listing, [row for row in found if row["name"] > after], size)


@operation("ListUsersInGroup")
async def list_users_in_group(ctx: Ctx, req: Request) -> Response:
    """Who is in a group."""
    size = req.get("Limit") or _USUAL_PAGE
    group = await _group(ctx, req["GroupName"])
    listing = f"ListUsersInGroup|{group['group_id']}"
    after = _after(ctx, listing, req)

    async def read(tx: Tx) -> Page:
        return await user_listing.of_group(tx, ctx.pool.pool_id, group["group_id"], [after], size)

    page = await ctx.env.db.read(read)
    answer: Response = {"Users": [user_type(user) for user in page.users]}
    if page.last is not None:
        answer["NextToken"] = paging.seal(ctx.keys.session, ctx.env.rng, ctx.now, listing, page.last)
    return answer


@operation("AdminAddUserToGroup")
async def admin_add_user_to_group(ctx: Ctx, req: Request) -> Response:
    """Put a user into a group, where the user may be already."""

    async def add(tx: Tx) -> None:
        user, group = await _user_and_group(tx, ctx, req)
        if not await users.hold(tx, user.pool_id, user.sub):  # else two at once would both be the last
            raise UserNotFound
        await groups.join(tx, ctx, user.sub, group["group_id"])
        if len(await groups.of_user(tx, user.pool_id, user.sub)) > MOST_OF_USER:
            # The operation declares no LimitExceededException (service model).
            raise InvalidParameter(f"A user can be in at most {MOST_OF_USER} groups.")

    await ctx.env.db.run(add)
    return {}


@operation("AdminRemoveUserFromGroup")
async def admin_remove_user_from_group(ctx: Ctx, req: Request) -> Response:
    """Take a user out of a group, where the user may not be."""

    async def remove(tx: Tx) -> None:
        user, group = await _user_and_group(tx, ctx, req)
        await groups.leave(tx, user.pool_id, user.sub, group["group_id"])

    await ctx.env.db.run(remove)
    return {}


async def _group(ctx: Ctx, name: str) -> Row:
    async def read(tx: Tx) -> Row | None:
        return await groups.by_name(tx, ctx.pool.pool_id, name)

    found = await ctx.env.db.read(read)
    if found is None:
        raise GroupNotFound
    return found


async def _user_and_group(tx: Tx, ctx: Ctx, req: Request) -> tuple[User, Row]:
    user = await lookup.for_admin(tx, ctx, req["Username"])
    group = await groups.by_name(tx, ctx.pool.pool_id, req["GroupName"])
    if group is None:
        raise GroupNotFound
    return user, group


def _after(ctx: Ctx, listing: str, req: Request) -> str:
    """The last key of the page before, empty for the first page."""
    token = req.get("NextToken")
    if token is None:
        return ""
    return str(paging.open_token(ctx.keys.session, ctx.now, listing, token)[0])


def _groups_page(ctx: Ctx, listing: str, rows: list[Row], size: int) -> Response:
    """`rows` has more than the page where there is more to come."""
    shown = rows[:size]
    answer: Response = {"Groups": [_group_type(ctx, row) for row in shown]}
    if len(rows) > size:
        last = [shown[-1]["name"]]
        answer["NextToken"] = paging.seal(ctx.keys.session, ctx.env.rng, ctx.now, listing, last)
    return answer


def _group_type(ctx: Ctx, row: Row) -> dict[str, Any]:
    """GroupType; what was never set is left out."""
    found = {
        "GroupName": row["name"],
        "UserPoolId": ctx.pool.pool_id,
        "Description": row["description"],
        "RoleArn": row["role_arn"],
        "Precedence": row["precedence"],
        "LastModifiedDate": row["modified_at"],
        "CreationDate": row["created_at"],
    }
    return {name: value for name, value in found.items() if value is not None}
