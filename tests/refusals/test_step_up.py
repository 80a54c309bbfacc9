"""Refused: levels that nobody knows, and access tokens that prove nothing for this sign-in (2.7)."""

from typing import Any

from tests.idp import authenticator
from tests.refusals.choice import CLIENT, CODES, allowing, answer, begin, with_app
from tests.refusals.scene import PASSWORD, Scene
from tests.refusals.table import Row, play, table

from poolhouse.ports import HOUR, MINUTE

LOA = "urn:cognito:loa:"
ANOTHERS = "NotAuthorizedException: The access token was not issued for this user."


def row(name: str, error: str, refused: Any, twin: Any, **more: Any) -> Row:
    return Row(name, error, refused, twin, **({"pool": CODES, "client": CLIENT} | more))


async def stepped(s: Scene, name: str = "ada", kept: str = "tokens", **more: str) -> dict[str, Any]:
    """Ask for level 4 with an access token that was kept."""
    token = s.got[kept]["AccessToken"]
    return await begin(s, "", name, **({"TARGET_ACR_VALUES": f"{LOA}4", "ACCESS_TOKEN": token} | more))


async def to_the_app(s: Scene, **more: str) -> None:
    asked = await stepped(s, **more)
    assert asked["ChallengeName"] == "SOFTWARE_TOKEN_MFA"


async def signed_in(s: Scene) -> None:
    """Ada signed in with the password alone, and has an authenticator app since."""
    await with_app(s)


async def two_signed_in(s: Scene) -> None:
    await with_app(s)
    await s.another_user()
    await s.keep(bob=s.tokens("bob"))


async def at_another_client(s: Scene) -> None:
    await s.keep(app=s.another_client(**CLIENT))
    await s.keep(elsewhere=s.tokens(app=s.got["app"]))
    await with_app(s)


async def signed_out(s: Scene) -> None:
    await s.keep(fresh=s.tokens())
    await with_app(s)
    await s.call("RevokeToken", ClientId=s.client, Token=s.got["fresh"]["RefreshToken"])


async def an_hour_later(s: Scene) -> dict[str, Any]:
    await s.later(HOUR + MINUTE)
    return await stepped(s)


async def with_password(s: Scene) -> dict[str, Any]:
    return await begin(s, "PASSWORD", PASSWORD=PASSWORD, TARGET_ACR_VALUES=f"{LOA}4")


async def with_the_code_of_now(s: Scene) -> dict[str, Any]:
    s.got["step"] = await stepped(s)
    return await code_of(s, s.got["secret"])


async def code_of(s: Scene, secret: str) -> dict[str, Any]:
    return await answer(s, asked="step", SOFTWARE_TOKEN_MFA_CODE=authenticator.code(s.world, secret))


async def asked_for_the_app(s: Scene) -> None:
    await with_app(s)
    s.got["step"] = await stepped(s)


LEVELS = (
    row(
        "levels that the pool does not know",
        "InvalidParameterException: TARGET_ACR_VALUES names no authentication level of the user pool.",
        lambda s: begin(s, TARGET_ACR_VALUES="urn:other:1 urn:other:2"),
        lambda s: begin(s, TARGET_ACR_VALUES=f"urn:other:1 {LOA}1"),
    ),
    row(
        "the default name of a level that the pool has named",
        "InvalidParameterException: TARGET_ACR_VALUES names no authentication level of the user pool.",
        lambda s: begin(s, TARGET_ACR_VALUES=f"{LOA}1"),
        lambda s: begin(s, TARGET_ACR_VALUES="low"),
        pool=allowing() | {"AcrConfiguration": {"Level1": {"AcrValue": "low"}}},
    ),
    row(
        "MAX_AGE that is no number",
        "InvalidParameterException: MAX_AGE must be a number of seconds.",
        lambda s: begin(s, MAX_AGE="an hour"),
        lambda s: begin(s, MAX_AGE="3600"),
    ),
    row(
        "MAX_AGE below zero",
        "InvalidParameterException: MAX_AGE must be a number of seconds.",
        lambda s: begin(s, MAX_AGE="-1"),
        lambda s: begin(s, MAX_AGE="0"),
    ),
)

TOKENS = (
    row(
        "an access token without a level",
        "InvalidParameterException: ACCESS_TOKEN needs TARGET_ACR_VALUES.",
        lambda s: begin(s, ACCESS_TOKEN=s.got["tokens"]["AccessToken"]),
        to_the_app,
        arrange=signed_in,
    ),
    row(
        "the access token of another user",
        ANOTHERS,
        lambda s: stepped(s, kept="bob"),
        to_the_app,
        arrange=two_signed_in,
    ),
    row(
        "one's own access token for another user",
        ANOTHERS,
        lambda s: stepped(s, "bob"),
        to_the_app,
        arrange=two_signed_in,
    ),
    row(
        "an access token of another client",
        "NotAuthorizedException: Invalid Access Token",
        lambda s: stepped(s, kept="elsewhere"),
        to_the_app,
        arrange=at_another_client,
    ),
    row(
        "an ID token in place of the access token",
        "NotAuthorizedException: Invalid Access Token",
        lambda s: stepped(s, ACCESS_TOKEN=s.got["tokens"]["IdToken"]),
        to_the_app,
        arrange=signed_in,
    ),
    row(
        "an access token of a sign-in that was revoked",
        "NotAuthorizedException: Access Token has been revoked",
        lambda s: stepped(s, kept="fresh"),
        to_the_app,
        arrange=signed_out,
    ),
    row(
        "an access token that has expired",
        "NotAuthorizedException: Access Token has expired",
        an_hour_later,
        with_password,
        arrange=signed_in,
    ),
    row(
        "a wrong code after the access token",
        "CodeMismatchException: Invalid code received for user",
        lambda s: code_of(s, "A" * 32),
        lambda s: code_of(s, s.got["secret"]),
        arrange=asked_for_the_app,
    ),
)


@table(LEVELS, TOKENS)
async def test_a_step_up_is_refused(row: Row, scene: Scene, count: Any) -> None:
    await play(row, scene, count)
