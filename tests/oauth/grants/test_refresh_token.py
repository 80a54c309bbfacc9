"""Refreshing at the token endpoint, and refresh tokens of the pages at the API (2.8, 6.4)."""

import asyncio
from typing import Any

import pytest
from tests.oauth.booth import Booth, claims, open_booth
from tests.world import World

from poolhouse.errors import ApiError
from poolhouse.ports import DAY, SECOND

ROTATING = {
    "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"],
    "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 10},
}


async def refreshed(booth: Booth, token: str, **changes: str) -> dict[str, Any]:
    answer = await booth.token(booth.refresh(token, **changes))
    assert answer.status == 200, answer.body
    return answer.json


async def test_without_rotation_there_are_new_tokens_and_no_new_refresh_token(booth: Booth) -> None:
    first = await booth.tokens()
    booth.world.advance(60 * SECOND)

    second = await refreshed(booth, first["refresh_token"])

    assert list(second) == ["id_token", "access_token", "expires_in", "token_type"]
    before, after = claims(first["access_token"]), claims(second["access_token"])
    assert {name for name in before if before[name] != after[name]} == {"jti", "iat", "exp"}
    assert "nonce" not in claims(second["id_token"])
    await refreshed(booth, first["refresh_token"])


async def test_with_rotation_each_refresh_token_is_good_once(world: World) -> None:
    booth = await open_booth(world, app=ROTATING)
    first = await booth.tokens()

    second = await refreshed(booth, first["refresh_token"])

    assert list(second) == ["id_token", "access_token", "refresh_token", "expires_in", "token_type"]
    await refreshed(booth, second["refresh_token"])
    world.advance(11 * SECOND)
    assert (await booth.token(booth.refresh(first["refresh_token"]))).error == (400, "invalid_grant")


async def test_within_the_grace_period_those_who_refresh_at_once_get_the_same_successor(world: World) -> None:
    booth = await open_booth(world, app=ROTATING)
    token = (await booth.tokens())["refresh_token"]

    answers = await asyncio.gather(*(refreshed(booth, token) for _ in range(10)))

    world.advance(SECOND)
    successors = [answer["refresh_token"] for answer in answers]
    for successor in successors:  # each has a seal of its own; all are the one next generation
        assert (await booth.token(booth.refresh(successor))).status == 200


async def test_without_a_grace_period_a_token_that_is_shown_twice_ends_the_sign_in(world: World) -> None:
    none = ROTATING | {"RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0}}
    booth = await open_booth(world, app=none)
    first = await booth.tokens()
    second = await refreshed(booth, first["refresh_token"])

    assert (await booth.token(booth.refresh(first["refresh_token"]))).error == (400, "invalid_grant")

    assert (await booth.token(booth.refresh(second["refresh_token"]))).error == (400, "invalid_grant")
    assert (await booth.user_info(second["access_token"])).status == 401
    assert (await booth.user_info((await booth.tokens())["access_token"])).status == 200


async def test_scopes_can_be_left_out_of_the_new_tokens_and_come_back(booth: Booth) -> None:
    tokens = await booth.tokens(scope="openid email phone")

    fewer = await refreshed(booth, tokens["refresh_token"], scope="openid phone")
    all_of_them = await refreshed(booth, tokens["refresh_token"])

    assert claims(fewer["access_token"])["scope"] == "openid phone"
    assert "email" not in claims(fewer["id_token"])
    assert claims(all_of_them["access_token"])["scope"] == "openid email phone"
    assert "id_token" not in await refreshed(booth, tokens["refresh_token"], scope="email")


async def test_the_refresh_token_of_an_api_sign_in_works_here_with_its_one_scope(booth: Booth) -> None:
    tokens = await booth.world.tokens(dict(booth.app))

    refreshed_here = await refreshed(booth, tokens["RefreshToken"])

    access = claims(refreshed_here["access_token"])
    assert access["scope"] == "aws.cognito.signin.user.admin"
    assert "version" not in access
    assert access["origin_jti"] == claims(tokens["AccessToken"])["origin_jti"]


async def test_on_a_pool_that_tracks_devices_only_those_of_the_pages_do(world: World) -> None:
    booth = await open_booth(world, {"DeviceConfiguration": {"DeviceOnlyRememberedOnUserPrompt": False}})
    of_the_api = await world.tokens(dict(booth.app))
    of_the_pages = await booth.tokens()

    assert (await booth.token(booth.refresh(of_the_api["RefreshToken"]))).error == (400, "invalid_grant")
    assert (await booth.token(booth.refresh(of_the_pages["refresh_token"]))).status == 200


async def test_the_api_refreshes_sign_ins_of_the_pages_and_they_keep_their_scopes(booth: Booth) -> None:
    tokens = await booth.tokens(scope="openid phone", resource="https://api.example.com")

    by_operation = await booth.world.call(
        "GetTokensFromRefreshToken",
        ClientId=booth.app["ClientId"],
        RefreshToken=tokens["refresh_token"],
    )
    by_flow = await booth.world.call(
        "InitiateAuth",
        ClientId=booth.app["ClientId"],
        AuthFlow="REFRESH_TOKEN_AUTH",
        AuthParameters={"REFRESH_TOKEN": tokens["refresh_token"]},
    )

    for answer in (by_operation, by_flow):
        access = claims(answer["AuthenticationResult"]["AccessToken"])
        assert (access["scope"], access["version"]) == ("openid phone", 2)
        assert access["aud"] == "https://api.example.com"
        assert "email" not in claims(answer["AuthenticationResult"]["IdToken"])


async def test_the_api_takes_access_tokens_with_its_own_scope_only(booth: Booth) -> None:
    without = await booth.tokens(scope="openid email")
    with_it = await booth.tokens(scope="openid aws.cognito.signin.user.admin")

    with pytest.raises(ApiError, match="Access Token does not have required scopes"):
        await booth.world.call("GetUser", AccessToken=without["access_token"])

    assert (await booth.world.call("GetUser", AccessToken=with_it["access_token"]))["Username"] == "ada"


async def test_the_life_of_a_refresh_token_counts_from_the_sign_in(booth: Booth) -> None:
    token = (await booth.tokens())["refresh_token"]

    booth.world.advance(30 * DAY - 60 * SECOND)
    await refreshed(booth, token)
    booth.world.advance(61 * SECOND)

    assert (await booth.token(booth.refresh(token))).error == (400, "invalid_grant")
