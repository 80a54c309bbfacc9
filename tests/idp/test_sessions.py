"""Sign-ins that a pool keeps track of: lists, limits, revocation (behaviour file, 1.3)."""

from typing import Any

import pytest
from tests.world import PASSWORD, World

from poolhouse.errors import (
    AccessTokenRevoked,
    FeatureUnavailableInTier,
    OwnSession,
    RefreshTokenRevoked,
    SessionNotFound,
    SessionsNotTracked,
)
from poolhouse.ports import MINUTE

NOBODYS = "tkn" + "a" * 25


async def tracked(world: World, most: int = 20, **pool: Any) -> tuple[str, str]:
    """A pool that keeps track, and a client of it, with Ada."""
    pool_id = await world.pool(**pool)
    await world.call(
        "SetUserPoolSessionConfiguration",
        UserPoolId=pool_id,
        UserSessionTracking="ENABLED",
        TokenSession={"MaxPerUser": most},
    )
    client = await world.client(
        pool_id, ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    )
    await world.user(pool_id, "ada", PASSWORD, email="ada@example.com")
    return pool_id, client["ClientId"]


async def sign_in(world: World, client_id: str) -> dict[str, Any]:
    answer = await world.call(
        "InitiateAuth",
        ClientId=client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
    )
    return dict(answer["AuthenticationResult"])


async def sessions(world: World, access_token: str) -> list[dict[str, Any]]:
    return list((await world.call("ListUserSessions", AccessToken=access_token))["Sessions"])


async def test_a_user_sees_the_own_sign_ins_and_which_one_this_is(world: World) -> None:
    pool_id, client_id = await tracked(world)
    first = await sign_in(world, client_id)
    world.advance(MINUTE)
    second = await sign_in(world, client_id)

    listed = await sessions(world, second["AccessToken"])

    assert [session["IsCurrentSession"] for session in listed] == [True, False]
    assert {session["SessionType"] for session in listed} == {"TOKEN"}
    assert {session["ClientId"] for session in listed} == {client_id}
    assert {session["LastIPAddress"] for session in listed} == {world.address}
    assert MINUTE <= listed[0]["CreateDate"] - listed[1]["CreateDate"] < 2 * MINUTE
    administrators = await world.call("AdminListUserSessions", UserPoolId=pool_id, Username="ada")
    assert [one["SessionId"] for one in administrators["Sessions"]] == [one["SessionId"] for one in listed]
    assert not any(one["IsCurrentSession"] for one in administrators["Sessions"])
    assert (await sessions(world, first["AccessToken"]))[1]["IsCurrentSession"]


async def test_a_refresh_is_an_activity(world: World) -> None:
    _, client_id = await tracked(world)
    first = await sign_in(world, client_id)
    world.advance(MINUTE)

    await world.call(
        "InitiateAuth",
        ClientId=client_id,
        AuthFlow="REFRESH_TOKEN_AUTH",
        AuthParameters={"REFRESH_TOKEN": first["RefreshToken"]},
    )

    session = (await sessions(world, first["AccessToken"]))[0]
    assert MINUTE <= session["LastActiveDate"] - session["CreateDate"] < 2 * MINUTE


async def test_a_session_says_which_device_was_active_last(world: World) -> None:
    _, client_id = await tracked(world)
    world.user_agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    tokens = await sign_in(world, client_id)
    assert (await sessions(world, tokens["AccessToken"]))[0]["DeviceType"] == "Linux, Firefox"

    world.user_agent = "okhttp/4.12.0"
    await world.call(
        "InitiateAuth",
        ClientId=client_id,
        AuthFlow="REFRESH_TOKEN_AUTH",
        AuthParameters={"REFRESH_TOKEN": tokens["RefreshToken"]},
    )

    (session,) = await sessions(world, tokens["AccessToken"])
    assert session["DeviceType"] == "App"
    assert "LastLocation" not in session


async def test_a_device_that_says_nothing_is_unknown(world: World) -> None:
    _, client_id = await tracked(world)

    tokens = await sign_in(world, client_id)

    assert (await sessions(world, tokens["AccessToken"]))[0]["DeviceType"] == "unknown"


async def test_a_sign_in_too_many_ends_the_one_that_was_idle_for_longest(world: World) -> None:
    _, client_id = await tracked(world, most=2)
    made = []
    for _ in range(3):
        world.advance(MINUTE)
        made.append(await sign_in(world, client_id))

    assert len(await sessions(world, made[2]["AccessToken"])) == 2
    assert len(await sessions(world, made[1]["AccessToken"])) == 2
    with pytest.raises(AccessTokenRevoked):
        await sessions(world, made[0]["AccessToken"])


async def test_another_sign_in_can_be_ended_and_this_one_cannot(world: World) -> None:
    _, client_id = await tracked(world)
    stolen, own = await sign_in(world, client_id), await sign_in(world, client_id)
    listed = await sessions(world, own["AccessToken"])
    current = next(one["SessionId"] for one in listed if one["IsCurrentSession"])
    other = next(one["SessionId"] for one in listed if not one["IsCurrentSession"])

    with pytest.raises(OwnSession):
        await world.call("RevokeUserSession", AccessToken=own["AccessToken"], SessionId=current)
    await world.call("RevokeUserSession", AccessToken=own["AccessToken"], SessionId=other)

    assert len(await sessions(world, own["AccessToken"])) == 1
    with pytest.raises(RefreshTokenRevoked):
        await world.call(
            "InitiateAuth",
            ClientId=client_id,
            AuthFlow="REFRESH_TOKEN_AUTH",
            AuthParameters={"REFRESH_TOKEN": stolen["RefreshToken"]},
        )


async def test_an_administrator_ends_a_session_of_its_owner_only(world: World) -> None:
    pool_id, client_id = await tracked(world)
    await world.user(pool_id, "bob", PASSWORD, email="bob@example.com")
    tokens = await sign_in(world, client_id)
    session_id = (await sessions(world, tokens["AccessToken"]))[0]["SessionId"]

    with pytest.raises(SessionNotFound):
        await world.call("AdminRevokeUserSession", UserPoolId=pool_id, Username="bob", SessionId=session_id)
    with pytest.raises(SessionNotFound):
        await world.call("AdminRevokeUserSession", UserPoolId=pool_id, Username="ada", SessionId=NOBODYS)
    await world.call("AdminRevokeUserSession", UserPoolId=pool_id, Username="ada", SessionId=session_id)

    with pytest.raises(AccessTokenRevoked):
        await sessions(world, tokens["AccessToken"])


async def test_a_pool_that_keeps_no_track_lists_nothing_and_says_why(world: World) -> None:
    pool_id, client_id = await tracked(world)
    await world.call(
        "SetUserPoolSessionConfiguration",
        UserPoolId=pool_id,
        UserSessionTracking="DISABLED",
        TokenSession={"MaxPerUser": 20},
    )
    tokens = await sign_in(world, client_id)

    with pytest.raises(SessionsNotTracked):
        await sessions(world, tokens["AccessToken"])
    with pytest.raises(SessionsNotTracked):
        await world.call(
            "SetUserPoolClientSessionConfiguration",
            UserPoolId=pool_id,
            ClientId=client_id,
            SSOSession={"MaxValidityMinutes": 5},
        )


async def test_settings_have_defaults_and_survive_an_update_of_the_pool(world: World) -> None:
    pool_id = await world.pool()
    usual = await world.call("GetUserPoolSessionConfiguration", UserPoolId=pool_id)
    assert (usual["UserSessionTracking"], usual["TokenSession"]) == ("DISABLED", {"MaxPerUser": 20})
    pool_id, client_id = await tracked(world, most=7)
    asked = {"UserPoolId": pool_id, "ClientId": client_id}
    found = await world.call("GetUserPoolClientSessionConfiguration", **asked)
    assert found["SSOSession"] == {"MaxValidityMinutes": 60}

    await world.call("SetUserPoolClientSessionConfiguration", **asked, SSOSession={"MaxValidityMinutes": 5})
    await world.call("UpdateUserPool", UserPoolId=pool_id)

    kept = await world.call("GetUserPoolSessionConfiguration", UserPoolId=pool_id)
    assert (kept["UserSessionTracking"], kept["TokenSession"]) == ("ENABLED", {"MaxPerUser": 7})
    found = await world.call("GetUserPoolClientSessionConfiguration", **asked)
    assert found["SSOSession"] == {"MaxValidityMinutes": 5}
    described = await world.call("DescribeUserPool", UserPoolId=pool_id)
    assert "SessionConfiguration" not in described["UserPool"]


async def test_the_lite_tier_keeps_no_track_where_tiers_are_enforced(world: World) -> None:
    world.with_settings(tiers="enforced")
    pool_id = await world.pool(UserPoolTier="LITE")
    asked = {"UserPoolId": pool_id, "TokenSession": {"MaxPerUser": 20}}

    with pytest.raises(FeatureUnavailableInTier):
        await world.call("SetUserPoolSessionConfiguration", **asked, UserSessionTracking="ENABLED")

    await world.call("SetUserPoolSessionConfiguration", **asked, UserSessionTracking="DISABLED")
