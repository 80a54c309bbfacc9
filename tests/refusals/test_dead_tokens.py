"""Refused: access tokens that were good, and ID tokens in their place, at every operation that takes one."""

from collections.abc import Callable
from typing import Any

from tests.refusals.scene import OTHER_PASSWORD, PASSWORD, Scene
from tests.refusals.table import Row, play, table
from tests.refusals.test_access_tokens import INVALID, REVOKED, shown, signed_in

from poolhouse.ports import HOUR, SECOND

EXPIRED = "NotAuthorizedException: Access Token has expired"


async def another_sign_out(s: Scene, operation: str) -> None:
    await signed_in(s)
    if operation == "RevokeToken":
        await s.public("RevokeToken", Token=s.got["tokens"]["RefreshToken"])
    elif operation == "GlobalSignOut":
        await s.token("GlobalSignOut")
    else:
        await s.admin(operation, Username="ada")


async def fresh(s: Scene) -> Any:
    """The twin of a token that is dead: a new one."""
    tokens = await s.tokens()
    return await shown(s, tokens["AccessToken"])


DEAD = (
    Row(
        "a token after its hour",
        EXPIRED,
        shown,
        fresh,
        arrange=lambda s: s.steps(signed_in(s), s.later(HOUR + SECOND)),
    ),
    Row(
        "a token after RevokeToken",
        REVOKED,
        shown,
        fresh,
        arrange=lambda s: another_sign_out(s, "RevokeToken"),
    ),
    Row(
        "a token after GlobalSignOut",
        REVOKED,
        shown,
        fresh,
        arrange=lambda s: another_sign_out(s, "GlobalSignOut"),
    ),
    Row(
        "a token after AdminUserGlobalSignOut",
        REVOKED,
        shown,
        fresh,
        arrange=lambda s: another_sign_out(s, "AdminUserGlobalSignOut"),
    ),
    Row(
        "a token after GlobalSignOut where tokens name no sign-in",
        REVOKED,
        shown,
        lambda s: s.steps(s.later(SECOND), fresh(s)),
        client={"EnableTokenRevocation": False},
        arrange=lambda s: another_sign_out(s, "GlobalSignOut"),
    ),
    Row(
        "a token of a disabled user",
        REVOKED,
        shown,
        lambda s: s.steps(s.admin("AdminEnableUser", Username="ada"), fresh(s)),
        arrange=lambda s: another_sign_out(s, "AdminDisableUser"),
    ),
    Row(
        "a token of before a user was disabled and enabled, where tokens name no sign-in",
        REVOKED,
        shown,
        lambda s: s.steps(s.later(SECOND), fresh(s)),
        client={"EnableTokenRevocation": False},
        arrange=lambda s: s.steps(
            another_sign_out(s, "AdminDisableUser"), s.admin("AdminEnableUser", Username="ada")
        ),
    ),
    Row(
        "a token of before a user was disabled and enabled",
        REVOKED,
        shown,
        fresh,
        arrange=lambda s: s.steps(
            another_sign_out(s, "AdminDisableUser"), s.admin("AdminEnableUser", Username="ada")
        ),
    ),
    Row(
        "a token of a deleted user",
        "UserNotFoundException: User does not exist.",
        shown,
        lambda s: s.steps(s.world.user(s.pool, "ada", PASSWORD), fresh(s)),
        arrange=lambda s: another_sign_out(s, "AdminDeleteUser"),
    ),
    Row(
        "a sign-out of a deleted user, which has no other word for it",
        REVOKED,
        lambda s: s.token("GlobalSignOut"),
        lambda s: s.steps(s.world.user(s.pool, "ada", PASSWORD), signed_in(s), s.token("GlobalSignOut")),
        arrange=lambda s: another_sign_out(s, "AdminDeleteUser"),
    ),
    Row(
        "a token of a user who was deleted and made anew",
        "UserNotFoundException: User does not exist.",
        shown,
        fresh,
        arrange=lambda s: s.steps(
            another_sign_out(s, "AdminDeleteUser"), s.world.user(s.pool, "ada", PASSWORD)
        ),
    ),
    Row(
        "a token of a deleted client",
        "ResourceNotFoundException: User pool client {client} does not exist.",
        shown,
        lambda s: in_another_client(s),
        arrange=lambda s: s.steps(signed_in(s), s.admin("DeleteUserPoolClient", ClientId=s.client)),
    ),
    Row(
        "a token of a deleted pool",
        INVALID,
        shown,
        lambda s: in_another_pool(s),
        arrange=lambda s: s.steps(signed_in(s), s.admin("DeleteUserPool")),
    ),
)


async def in_another_client(s: Scene) -> Any:
    app = await s.another_client()
    return await shown(s, (await s.tokens(app=app))["AccessToken"])


async def in_another_pool(s: Scene) -> Any:
    pool = await s.another_pool()
    await s.world.user(pool, "ada", PASSWORD)
    return await shown(s, (await s.tokens(app=await s.another_client(pool)))["AccessToken"])


# Every operation that takes an access token, with what else it needs to succeed.
_NEEDS: dict[str, Callable[[Scene], Any]] = {
    "GetUser": lambda s: s.token("GetUser"),
    "GetUserAuthFactors": lambda s: s.token("GetUserAuthFactors"),
    "UpdateUserAttributes": lambda s: s.token(
        "UpdateUserAttributes", UserAttributes=[{"Name": "name", "Value": "Ada"}]
    ),
    "DeleteUserAttributes": lambda s: s.token("DeleteUserAttributes", UserAttributeNames=["name"]),
    "GetUserAttributeVerificationCode": lambda s: s.token(
        "GetUserAttributeVerificationCode", AttributeName="email"
    ),
    "VerifyUserAttribute": lambda s: s.steps(
        s.token("GetUserAttributeVerificationCode", AttributeName="email"), verified(s)
    ),
    "ChangePassword": lambda s: s.token(
        "ChangePassword", PreviousPassword=PASSWORD, ProposedPassword=OTHER_PASSWORD
    ),
    "GlobalSignOut": lambda s: s.token("GlobalSignOut"),
    "DeleteUser": lambda s: s.token("DeleteUser"),
}
_OTHERWISE: dict[str, dict[str, Any]] = {
    "UpdateUserAttributes": {"UserAttributes": [{"Name": "name", "Value": "Ada"}]},
    "DeleteUserAttributes": {"UserAttributeNames": ["name"]},
    "GetUserAttributeVerificationCode": {"AttributeName": "email"},
    "VerifyUserAttribute": {"AttributeName": "email", "Code": "000000"},
    "ChangePassword": {"PreviousPassword": PASSWORD, "ProposedPassword": OTHER_PASSWORD},
}


async def verified(s: Scene) -> Any:
    return await s.token("VerifyUserAttribute", AttributeName="email", Code=await s.code())


async def with_id_token(s: Scene, operation: str) -> Any:
    return await s.token(operation, s.got["tokens"]["IdToken"], **_OTHERWISE.get(operation, {}))


ID_TOKENS = [
    Row(
        f"an ID token, shown to {operation}",
        INVALID,
        lambda s, operation=operation: with_id_token(s, operation),
        twin,
        arrange=signed_in,
    )
    for operation, twin in _NEEDS.items()
]


@table(DEAD, ID_TOKENS)
async def test_a_dead_token_is_refused(row: Row, scene: Scene, count: Any) -> None:
    await play(row, scene, count)
