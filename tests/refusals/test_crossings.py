"""Refused: everything of one pool, Region or listing that is shown to another."""

import base64
from typing import Any

from tests.refusals.scene import PASSWORD, Scene
from tests.refusals.table import Row, play, table

from poolhouse.ports import HOUR, SECOND

NO_POOL = "ResourceNotFoundException: User pool {pool} does not exist."
UNKNOWN = "UserNotFoundException: User does not exist."
NO_GROUP = "ResourceNotFoundException: Group not found."
PAGE = "InvalidParameterException: Invalid pagination token given."

# Signed operations about one pool, with what else they need.
_ABOUT_A_POOL: dict[str, dict[str, Any]] = {
    "DescribeUserPool": {},
    "UpdateUserPool": {},
    "AddCustomAttributes": {"CustomAttributes": [{"Name": "price", "AttributeDataType": "String"}]},
    "CreateUserPoolClient": {"ClientName": "another"},
    "ListUserPoolClients": {},
    "ListUsers": {},
    "ListGroups": {},
    "CreateGroup": {"GroupName": "staff"},
    "AdminGetUser": {"Username": "ada"},
    "AdminDeleteUser": {"Username": "ada"},
    "AdminSetUserPassword": {"Username": "ada", "Password": PASSWORD, "Permanent": True},
    "GetSigningCertificate": {},
    "DeleteUserPool": {},
}

REGIONS = [
    Row(
        f"{operation} signed for another Region",
        NO_POOL,
        lambda s, operation=operation: s.admin(operation, region="eu-west-1", **_ABOUT_A_POOL[operation]),
        lambda s, operation=operation: s.admin(operation, **_ABOUT_A_POOL[operation]),
    )
    for operation in _ABOUT_A_POOL
]


async def two_pools(s: Scene) -> None:
    """Bob and the guests are in the other pool only."""
    await s.keep(there=s.another_pool())
    there = s.got["there"]
    await s.world.user(there, "bob", PASSWORD)
    await s.keep(bob=s.admin("AdminGetUser", UserPoolId=there, Username="bob"))
    await s.admin("CreateGroup", UserPoolId=there, GroupName="guests")
    await s.keep(other=s.another_client(there))


def sub_of(user: dict[str, Any]) -> str:
    return next(str(entry["Value"]) for entry in user["UserAttributes"] if entry["Name"] == "sub")


async def about_bob(s: Scene, operation: str, *, there: bool, **members: Any) -> Any:
    pool = s.got["there"] if there else s.pool
    return await s.admin(operation, UserPoolId=pool, Username=sub_of(s.got["bob"]), **members)


_ABOUT_A_USER: dict[str, dict[str, Any]] = {
    "AdminGetUser": {},
    "AdminUpdateUserAttributes": {"UserAttributes": [{"Name": "name", "Value": "Bob"}]},
    "AdminSetUserPassword": {"Password": PASSWORD, "Permanent": True},
    "AdminDisableUser": {},
    "AdminUserGlobalSignOut": {},
    "AdminDeleteUser": {},
}


async def with_their_client(s: Scene, operation: str, *, there: bool) -> Any:
    pool = s.got["there"] if there else s.pool
    return await s.admin(operation, UserPoolId=pool, ClientId=s.got["other"]["ClientId"])


async def their_client_is_missed(s: Scene, operation: str) -> Any:
    """The error names the client of the other pool: the scene's own stands for it in the table."""
    s.app = s.got["other"]
    return await with_their_client(s, operation, there=False)


POOLS = (
    *(
        Row(
            f"{operation} of a user of another pool, by sub",
            UNKNOWN,
            lambda s, operation=operation: about_bob(s, operation, there=False, **_ABOUT_A_USER[operation]),
            lambda s, operation=operation: about_bob(s, operation, there=True, **_ABOUT_A_USER[operation]),
            arrange=two_pools,
        )
        for operation in _ABOUT_A_USER
    ),
    *(
        Row(
            f"{operation} of a client of another pool",
            "ResourceNotFoundException: User pool client {client} does not exist.",
            lambda s, operation=operation: their_client_is_missed(s, operation),
            lambda s, operation=operation: with_their_client(s, operation, there=True),
            arrange=two_pools,
        )
        for operation in ("DescribeUserPoolClient", "UpdateUserPoolClient", "DeleteUserPoolClient")
    ),
    Row(
        "a group of another pool",
        NO_GROUP,
        lambda s: s.admin("GetGroup", GroupName="guests"),
        lambda s: s.admin("GetGroup", UserPoolId=s.got["there"], GroupName="guests"),
        arrange=two_pools,
    ),
    Row(
        "a user put into a group of another pool",
        NO_GROUP,
        lambda s: s.admin("AdminAddUserToGroup", GroupName="guests", Username="ada"),
        lambda s: s.admin(
            "AdminAddUserToGroup", UserPoolId=s.got["there"], GroupName="guests", Username="bob"
        ),
        arrange=two_pools,
    ),
    Row(
        "the code of a user of the same name in another pool",
        "CodeMismatchException: Invalid verification code provided, please try again.",
        lambda s: s.public("ConfirmSignUp", Username="eve", ConfirmationCode=s.got["their code"]),
        lambda s: s.public("ConfirmSignUp", Username="eve", ConfirmationCode=s.got["code"]),
        arrange=lambda s: s.steps(two_pools(s), eve_in_both(s)),
    ),
    Row(
        "a pool that was deleted",
        NO_POOL,
        lambda s: s.admin("DescribeUserPool"),
        lambda s: s.admin("DescribeUserPool", UserPoolId=s.got["there"]),
        arrange=lambda s: s.steps(two_pools(s), s.admin("DeleteUserPool")),
    ),
)


async def eve_in_both(s: Scene) -> None:
    """Two users of one name, with codes that are not the same."""
    listed = [{"Name": "email", "Value": "eve@example.com"}]
    await s.signed_up("eve")
    await s.public("SignUp", app=s.got["other"], Username="eve", Password=PASSWORD, UserAttributes=listed)
    await s.keep(code=s.code())
    while not s.got.get("their code") or s.got["their code"] == s.got["code"]:
        await s.public("ResendConfirmationCode", app=s.got["other"], Username="eve")
        s.got["their code"] = await s.world.code(s.got["there"])


# Listings: what the token of the next page is called in the answer and in the request, and what they need.
_LISTINGS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "ListUsers": ("PaginationToken", "Limit", {}),
    "ListGroups": ("NextToken", "Limit", {}),
    "ListUsersInGroup": ("NextToken", "Limit", {"GroupName": "staff"}),
    "AdminListGroupsForUser": ("NextToken", "Limit", {"Username": "ada"}),
    "ListUserPoolClients": ("NextToken", "MaxResults", {}),
}


async def crowded(s: Scene) -> None:
    """Two of everything, in both pools, and a token for the second page of each listing."""
    await s.keep(there=s.another_pool())
    for pool in (s.pool, s.got["there"]):
        await s.another_client(pool)
        await s.another_client(pool)
        for group in ("staff", "guests"):
            await s.admin("CreateGroup", UserPoolId=pool, GroupName=group)
        for name in ("ada", "bob"):
            if (pool, name) != (s.pool, "ada"):
                await s.world.user(pool, name, PASSWORD)
            for group in ("staff", "guests"):
                await s.admin("AdminAddUserToGroup", UserPoolId=pool, GroupName=group, Username=name)
    for listing in _LISTINGS:
        s.got[listing] = (await page(s, listing))[_LISTINGS[listing][0]]


async def page(s: Scene, listing: str, token: str | None = None, **members: Any) -> Any:
    name, size, needed = _LISTINGS[listing]
    given = {size: 1} | needed | ({name: token} if token else {}) | members
    return await s.admin(listing, **given)


async def next_page(s: Scene, listing: str, **members: Any) -> Any:
    return await page(s, listing, s.got[listing], **members)


async def spoilt_page(s: Scene, listing: str) -> Any:
    raw = bytearray(base64.b64decode(s.got[listing]))
    raw[-1] ^= 1
    return await page(s, listing, base64.b64encode(raw).decode())


async def page_of_another_pool(s: Scene, listing: str) -> Any:
    return await next_page(s, listing, UserPoolId=s.got["there"])


async def first_of_the_pools(s: Scene) -> str:
    answer = await s.call("ListUserPools", MaxResults=1)
    return str(answer["NextToken"])


async def pools_after(s: Scene, token: str, **members: Any) -> Any:
    return await s.call("ListUserPools", MaxResults=1, NextToken=token, **members)


def page_row(name: str, refused: Any, listing: str) -> Row:
    return Row(name, PAGE, refused, lambda s: next_page(s, listing), arrange=crowded)


PAGES = (
    *(
        page_row(
            f"{listing}: a token that is made up",
            lambda s, listing=listing: page(s, listing, "QUFBQUFBQUE="),
            listing,
        )
        for listing in _LISTINGS
    ),
    *(
        page_row(
            f"{listing}: a token with one bit turned",
            lambda s, listing=listing: spoilt_page(s, listing),
            listing,
        )
        for listing in _LISTINGS
    ),
    *(
        page_row(
            f"{listing}: a token of another pool",
            lambda s, listing=listing: page_of_another_pool(s, listing),
            listing,
        )
        for listing in _LISTINGS
    ),
    page_row(
        "ListUsers: a token of another filter",
        lambda s: next_page(s, "ListUsers", Filter='username ^= "a"'),
        "ListUsers",
    ),
    page_row(
        "ListUsers: a token of ListGroups", lambda s: page(s, "ListUsers", s.got["ListGroups"]), "ListUsers"
    ),
    page_row(
        "ListUsersInGroup: a token of another group",
        lambda s: next_page(s, "ListUsersInGroup", GroupName="guests"),
        "ListUsersInGroup",
    ),
    page_row(
        "AdminListGroupsForUser: a token of another user",
        lambda s: next_page(s, "AdminListGroupsForUser", Username="bob"),
        "AdminListGroupsForUser",
    ),
    Row(
        "ListUserPools: a token of another Region",
        PAGE,
        lambda s: pools_after(s, s.got["pools"], region="eu-west-1"),
        lambda s: pools_after(s, s.got["pools"]),
        arrange=lambda s: s.steps(s.another_pool(), s.keep(pools=first_of_the_pools(s))),
    ),
    Row(
        "ListUsers: a token that is more than an hour old",
        PAGE,
        lambda s: next_page(s, "ListUsers"),
        lambda s: page(s, "ListUsers"),
        arrange=lambda s: s.steps(crowded(s), s.later(HOUR + SECOND)),
    ),
)


@table(REGIONS, POOLS, PAGES)
async def test_a_crossing_is_refused(row: Row, scene: Scene, count: Any) -> None:
    await play(row, scene, count)
