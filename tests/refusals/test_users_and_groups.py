"""Refused: administrators' requests about users and groups that are not there, or must not be so."""

from dataclasses import replace
from typing import Any

from tests.providers import add_providers
from tests.refusals.scene import EMAIL, Scene
from tests.refusals.table import Row, play, table

UNKNOWN = "UserNotFoundException: User does not exist."
NO_GROUP = "ResourceNotFoundException: Group not found."
INVALID = "InvalidParameterException: "
MERGING = INVALID + "Merging is not currently supported, please contact Cognito team."

# Operations about one user who must be there, with what else they need.
_ABOUT_A_USER: dict[str, dict[str, Any]] = {
    "AdminGetUser": {},
    "AdminGetUserAuthFactors": {},
    "AdminDisableUser": {},
    "AdminEnableUser": {},
    "AdminUserGlobalSignOut": {},
    "AdminDeleteUser": {},
    "AdminListGroupsForUser": {},
    "AdminAddUserToGroup": {"GroupName": "staff"},
    "AdminRemoveUserFromGroup": {"GroupName": "staff"},
}


async def with_group(s: Scene) -> None:
    await s.admin("CreateGroup", GroupName="staff")


def about(operation: str, name: str) -> Any:
    return lambda s: s.admin(operation, Username=name, **_ABOUT_A_USER[operation])


async def by_sub(s: Scene, operation: str) -> Any:
    return await s.admin(operation, Username=s.sub, **_ABOUT_A_USER[operation])


USERS = [
    row
    for operation in _ABOUT_A_USER
    for row in (
        Row(
            f"{operation} of nobody",
            UNKNOWN,
            about(operation, "nobody"),
            lambda s, operation=operation: by_sub(s, operation),
            arrange=with_group,
        ),
        Row(
            f"{operation} of an address that is no alias",
            UNKNOWN,
            about(operation, EMAIL),
            about(operation, "ada"),
            arrange=with_group,
        ),
    )
]


async def listed(s: Scene, text: str, **members: Any) -> Any:
    return await s.admin("ListUsers", Filter=text, **members)


FILTERS = (
    *(
        Row(
            f"a filter that {what}",
            INVALID + "Error while parsing filter",
            lambda s, text=text: listed(s, text),
            lambda s: listed(s, 'username = "ada"'),
        )
        for what, text in (
            ("has no quotation marks", "username = ada"),
            ("has no operator", 'username "ada"'),
            ("has an operator of another language", 'username != "ada"'),
            ("does not end", 'username = "ada'),
            ("goes on", 'username = "ada" or username = "bob"'),
            ("has a second statement", 'username = "ada"; DROP TABLE users'),
        )
    ),
    Row(
        "a filter over a custom attribute",
        INVALID + "Invalid search attribute: custom:plan",
        lambda s: listed(s, 'custom:plan = "free"'),
        lambda s: listed(s, 'email ^= "ada"'),
    ),
    Row(
        "attributes that the pool does not have",
        INVALID + "One or more requested attributes do not exist.",
        lambda s: listed(s, "", AttributesToGet=["custom:role"]),
        lambda s: listed(s, "", AttributesToGet=["email"]),
    ),
    Row(
        "attributes that a listed user does not have",
        INVALID + "One or more requested attributes do not exist.",
        lambda s: listed(s, "", AttributesToGet=["phone_number"]),
        lambda s: listed(s, "", AttributesToGet=["email"]),
    ),
)

GROUPS = (
    Row(
        "a second group of one name",
        "GroupExistsException: A group with the name already exists.",
        lambda s: s.admin("CreateGroup", GroupName="staff"),
        lambda s: s.admin("CreateGroup", GroupName="guests"),
        arrange=with_group,
    ),
    *(
        Row(
            f"{operation} of a group that is not there",
            NO_GROUP,
            lambda s, operation=operation: s.admin(operation, GroupName="nobodies"),
            lambda s, operation=operation: s.admin(operation, GroupName="staff"),
            arrange=with_group,
        )
        for operation in ("GetGroup", "UpdateGroup", "DeleteGroup", "ListUsersInGroup")
    ),
    *(
        Row(
            f"{operation} with a group that is not there",
            NO_GROUP,
            lambda s, operation=operation: s.admin(operation, GroupName="nobodies", Username="ada"),
            lambda s, operation=operation: s.admin(operation, GroupName="staff", Username="ada"),
            arrange=with_group,
        )
        for operation in ("AdminAddUserToGroup", "AdminRemoveUserFromGroup")
    ),
)


async def link(
    s: Scene,
    subject: str = "42",
    *,
    provider: str = "Google",
    attribute: str = "Cognito_Subject",
    to: str = "ada",
    kind: str = "Cognito",
) -> Any:
    return await s.admin(
        "AdminLinkProviderForUser",
        DestinationUser={"ProviderName": kind, "ProviderAttributeValue": to},
        SourceUser={
            "ProviderName": provider,
            "ProviderAttributeName": attribute,
            "ProviderAttributeValue": subject,
        },
    )


async def unlink(s: Scene, subject: str = "42") -> Any:
    source = {
        "ProviderName": "Google",
        "ProviderAttributeName": "Cognito_Subject",
        "ProviderAttributeValue": subject,
    }
    return await s.admin("AdminDisableProviderForUser", User=source)


async def linked_five_times(s: Scene) -> None:
    for number in range(5):
        await link(s, str(number))


_LINKS = (
    Row(
        "a link to a provider that the pool does not have",
        INVALID + "The provider Facebook does not exist for User Pool {pool}",
        lambda s: link(s, provider="Facebook"),
        link,
    ),
    Row("a link of nobody", UNKNOWN, lambda s: link(s, to="nobody"), link),
    Row("a link to a user of another provider", UNKNOWN, lambda s: link(s, kind="Google"), link),
    Row(
        "a link that is there",
        INVALID + "SourceUser is already linked to DestinationUser",
        link,
        lambda s: link(s, "43"),
        arrange=link,
    ),
    Row(
        "a link of an identity that is somebody else's",
        MERGING,
        lambda s: link(s, to="bob"),
        lambda s: link(s, "43", to="bob"),
        arrange=lambda s: s.steps(s.another_user("bob"), link(s)),
    ),
    Row(
        "a sixth link",
        "LimitExceededException: A user can have at most 5 linked identities.",
        lambda s: link(s, "5"),
        lambda s: s.steps(unlink(s, "4"), link(s, "5")),
        arrange=linked_five_times,
    ),
    Row(
        "a link by another attribute than a social provider has",
        INVALID + "ProviderAttributeName must be Cognito_Subject for the provider Google.",
        lambda s: link(s, attribute="email"),
        link,
    ),
    Row("the end of a link that is not there", UNKNOWN, lambda s: unlink(s, "43"), unlink, arrange=link),
)


def with_google(row: Row) -> Row:
    async def arrange(s: Scene) -> None:
        await add_providers(s.world, s.pool, "Google")
        if row.arrange:
            await row.arrange(s)

    return replace(row, arrange=arrange)


LINKS = [with_google(row) for row in _LINKS]


@table(USERS, FILTERS, GROUPS, LINKS)
async def test_a_request_about_users_is_refused(row: Row, scene: Scene, count: Any) -> None:
    await play(row, scene, count)
