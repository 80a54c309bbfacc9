"""Refused: refresh tokens that are not this client's, not good any more, or no refresh tokens."""

import base64
from typing import Any

from tests.refusals.scene import PASSWORD, Scene
from tests.refusals.table import Row, play, table

from poolhouse.ports import DAY, SECOND

INVALID = "NotAuthorizedException: Invalid Refresh Token"
REVOKED = "NotAuthorizedException: Refresh Token has been revoked"
EXPIRED = "NotAuthorizedException: Refresh Token has expired"
REUSED = "RefreshTokenReuseException: Refresh token has been rotated and can no longer be used."
DISABLED = "NotAuthorizedException: User is disabled."
ROTATING = {
    "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"],
    "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 10},
}
SECRET = {"GenerateSecret": True}


async def signed_in(s: Scene) -> None:
    await s.keep(tokens=s.tokens())


async def by_flow(s: Scene, token: str | None = None, *, app: Any = None, **parameters: str) -> Any:
    """REFRESH_TOKEN_AUTH. SECRET_HASH is over the internal user name."""
    app = app or s.app
    given = (
        {"REFRESH_TOKEN": token or s.got["tokens"]["RefreshToken"]} | s.world.hash(app, "ada") | parameters
    )
    return await s.call(
        "InitiateAuth", ClientId=app["ClientId"], AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters=given
    )


async def by_operation(s: Scene, token: str | None = None, *, app: Any = None, **members: Any) -> Any:
    """GetTokensFromRefreshToken. The secret goes in clear."""
    app = app or s.app
    secret = {"ClientSecret": app["ClientSecret"]} if "ClientSecret" in app else {}
    token = token or s.got["tokens"]["RefreshToken"]
    return await s.call(
        "GetTokensFromRefreshToken",
        **({"ClientId": app["ClientId"], "RefreshToken": token} | secret | members),
    )


async def revoke(s: Scene, token: str | None = None, **members: Any) -> Any:
    return await s.public("RevokeToken", Token=token or s.got["tokens"]["RefreshToken"], **members)


async def again(s: Scene) -> Any:
    """The twin of a token that is dead: the one of a new sign-in."""
    await signed_in(s)
    return await by_flow(s)


async def by_operation_again(s: Scene) -> Any:
    await signed_in(s)
    return await by_operation(s)


async def spoilt(s: Scene, way: Any) -> Any:
    """One bit of the last part (the tag) is turned."""
    head, _, tag = s.got["tokens"]["RefreshToken"].rpartition(".")
    raw = bytearray(base64.urlsafe_b64decode(tag + "=="))
    raw[0] ^= 1
    return await way(s, f"{head}.{base64.urlsafe_b64encode(raw).rstrip(b'=').decode()}")


async def cut(s: Scene, way: Any) -> Any:
    return await way(s, s.got["tokens"]["RefreshToken"][:-4])


async def access_token(s: Scene, way: Any) -> Any:
    return await way(s, s.got["tokens"]["AccessToken"])


async def rotated(s: Scene) -> None:
    """The first token has been traded for a second one, and the grace period is over."""
    await signed_in(s)
    answer = await by_operation(s)
    s.got["second"] = answer["AuthenticationResult"]["RefreshToken"]
    await s.later(11 * SECOND)


async def reused(s: Scene) -> None:
    """The first token was shown after its time: the whole family ends."""
    await rotated(s)
    try:
        await by_operation(s)
    except Exception as error:  # noqa: BLE001 - which one it is, the row before says
        s.got["error"] = error


async def with_second(s: Scene) -> Any:
    return await by_operation(s, s.got["second"])


async def with_another_client(s: Scene) -> None:
    await s.keep(other=s.another_client(), tokens=s.tokens())


async def with_another_pool(s: Scene) -> None:
    await s.keep(there=s.another_pool())
    await s.keep(other=s.another_client(s.got["there"]))
    await s.world.user(s.got["there"], "ada", PASSWORD)
    await signed_in(s)


WAYS = (
    ("REFRESH_TOKEN_AUTH", by_flow, again),
    ("GetTokensFromRefreshToken", by_operation, by_operation_again),
)

EITHER_WAY = [
    row
    for name, way, anew in WAYS
    for row in (
        Row(
            f"{name}: a text that is no token",
            INVALID,
            lambda s, way=way: way(s, "abc"),
            way,
            arrange=signed_in,
        ),
        Row(
            f"{name}: a token with one bit turned",
            INVALID,
            lambda s, way=way: spoilt(s, way),
            way,
            arrange=signed_in,
        ),
        Row(
            f"{name}: a token that is cut short",
            INVALID,
            lambda s, way=way: cut(s, way),
            way,
            arrange=signed_in,
        ),
        Row(
            f"{name}: an access token",
            INVALID,
            lambda s, way=way: access_token(s, way),
            way,
            arrange=signed_in,
        ),
        Row(
            f"{name}: a token of another client",
            INVALID,
            lambda s, way=way: way(s, app=s.got["other"]),
            way,
            arrange=with_another_client,
        ),
        Row(
            f"{name}: a token of another pool",
            INVALID,
            lambda s, way=way: way(s, app=s.got["other"]),
            way,
            arrange=with_another_pool,
        ),
        Row(
            f"{name}: a token after its thirty days",
            EXPIRED,
            way,
            anew,
            arrange=lambda s: s.steps(signed_in(s), s.later(30 * DAY + SECOND)),
        ),
        Row(
            f"{name}: a token after RevokeToken",
            REVOKED,
            way,
            anew,
            arrange=lambda s: s.steps(signed_in(s), revoke(s)),
        ),
        Row(
            f"{name}: a token after GlobalSignOut",
            REVOKED,
            way,
            anew,
            arrange=lambda s: s.steps(signed_in(s), s.token("GlobalSignOut")),
        ),
        Row(
            f"{name}: a token of a disabled user",
            DISABLED,
            way,
            lambda s, anew=anew: s.steps(s.admin("AdminEnableUser", Username="ada"), anew(s)),
            arrange=lambda s: s.steps(signed_in(s), s.admin("AdminDisableUser", Username="ada")),
        ),
        Row(
            f"{name}: a token of a deleted user",
            INVALID,
            way,
            lambda s, anew=anew: s.steps(s.world.user(s.pool, "ada", PASSWORD), anew(s)),
            arrange=lambda s: s.steps(signed_in(s), s.admin("AdminDeleteUser", Username="ada")),
        ),
    )
]

ROTATION = (
    Row(
        "a token that was rotated, after the grace period",
        REUSED,
        by_operation,
        by_operation_again,
        client=ROTATING,
        arrange=rotated,
        changes=frozenset({"token_families", "revocations"}),
    ),
    Row(
        "the successor of a token that was reused",
        REVOKED,
        with_second,
        by_operation_again,
        client=ROTATING,
        arrange=reused,
    ),
    Row(
        "REFRESH_TOKEN_AUTH at a client that rotates",
        "InvalidParameterException: Auth flow not enabled for this client",
        by_flow,
        by_operation,
        client=ROTATING,
        arrange=signed_in,
    ),
)

SECRETS = (
    Row(
        "a refresh without SECRET_HASH",
        "NotAuthorizedException: Client {client} is configured with secret but SECRET_HASH was not received",
        lambda s: by_flow(s, SECRET_HASH=""),
        by_flow,
        client=SECRET,
        arrange=signed_in,
    ),
    Row(
        "a refresh with a SECRET_HASH over the name that was typed",
        "NotAuthorizedException: SecretHash does not match for the client: {client}",
        lambda s: by_flow(s, **s.world.hash(s.app, "ada@example.com")),
        by_flow,
        client=SECRET,
        arrange=signed_in,
    ),
    Row(
        "GetTokensFromRefreshToken with a wrong secret",
        "NotAuthorizedException: Client secret is missing or does not match.",
        lambda s: by_operation(s, ClientSecret="a" * 51),
        by_operation,
        client=SECRET,
        arrange=signed_in,
    ),
    Row(
        "RevokeToken with a wrong secret",
        "UnauthorizedException: Client credentials are invalid.",
        lambda s: revoke(s, ClientSecret="a" * 51),
        lambda s: revoke(s, ClientSecret=s.app["ClientSecret"]),
        client=SECRET,
        arrange=signed_in,
    ),
    Row(
        "RevokeToken without the secret",
        "UnauthorizedException: Client credentials are invalid.",
        revoke,
        lambda s: revoke(s, ClientSecret=s.app["ClientSecret"]),
        client=SECRET,
        arrange=signed_in,
    ),
    Row(
        "RevokeToken at a client that does not exist",
        "UnauthorizedException: Client credentials are invalid.",
        lambda s: revoke(s, ClientId="1a2b3c"),
        revoke,
        arrange=signed_in,
    ),
    Row(
        "RevokeToken of an access token",
        "UnsupportedTokenTypeException: Unsupported token type",
        lambda s: access_token(s, revoke),
        revoke,
        arrange=signed_in,
    ),
    Row(
        "RevokeToken of an ID token",
        "UnsupportedTokenTypeException: Unsupported token type",
        lambda s: revoke(s, s.got["tokens"]["IdToken"]),
        revoke,
        arrange=signed_in,
    ),
    Row(
        "RevokeToken at a client without token revocation",
        "UnsupportedOperationException: Token revocation is not enabled for the client.",
        revoke,
        lambda s: s.steps(revocation_on(s), revoke(s)),
        client={"EnableTokenRevocation": False},
        arrange=signed_in,
    ),
)


async def revocation_on(s: Scene) -> None:
    await s.admin("UpdateUserPoolClient", ClientId=s.client, EnableTokenRevocation=True)


@table(EITHER_WAY, ROTATION, SECRETS)
async def test_a_refresh_token_is_refused(row: Row, scene: Scene, count: Any) -> None:
    await play(row, scene, count)
