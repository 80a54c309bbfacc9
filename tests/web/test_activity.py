"""API calls that end a sign-in, a sign-up or a refresh are counted as Cognito counts them (7.2)."""

from collections.abc import Mapping
from typing import Any

import pytest
from msgspec.structs import replace
from tests.still_clock import StillClock
from tests.world import PASSWORD, World

from poolhouse.errors import ApiError

KINDS = ("SignIn", "SignUp", "TokenRefresh")


async def set_up(world: World) -> tuple[str, dict[str, Any]]:
    """A pool with Ada, and its app client; nothing is counted yet."""
    pool = await world.pool()
    client = await world.client(pool)
    await world.user(pool)
    world.events.clear()
    return pool, client


def counted(world: World) -> Mapping[str, int]:
    """What was counted of sign-ins, sign-ups and refreshes, by name and dimensions."""
    return {name: number for name, number in world.events.items() if name.startswith(KINDS) and " " in name}


async def refused(world: World, name: str, **request: Any) -> None:
    with pytest.raises(ApiError):
        await world.call(name, **request)


async def refresh(world: World, client: dict[str, Any], token: str, flow: str = "REFRESH_TOKEN_AUTH") -> None:
    parameters = {"REFRESH_TOKEN": token}
    await world.call("InitiateAuth", ClientId=client["ClientId"], AuthFlow=flow, AuthParameters=parameters)


async def test_a_sign_in_succeeds_for_its_pool_and_client(world: World) -> None:
    pool, client = await set_up(world)

    await world.tokens(client)

    assert counted(world) == {f"SignInSuccesses {pool} {client['ClientId']}": 1}


async def test_a_wrong_password_is_a_failure(world: World) -> None:
    pool, client = await set_up(world)

    with pytest.raises(ApiError):
        await world.tokens(client, password="wrong")

    assert counted(world) == {f"SignInFailures {pool} {client['ClientId']}": 1}


async def test_k_a_sign_in_of_two_requests_counts_once_when_it_ends(world: World) -> None:
    pool, client = await set_up(world)
    await world.call("AdminCreateUser", UserPoolId=pool, Username="eve", TemporaryPassword=PASSWORD)
    app = {"UserPoolId": pool, "ClientId": client["ClientId"]}
    given = {"USERNAME": "eve", "PASSWORD": PASSWORD}
    world.events.clear()

    asked = await world.call(
        "AdminInitiateAuth", AuthFlow="ADMIN_USER_PASSWORD_AUTH", AuthParameters=given, **app
    )
    assert counted(world) == {}

    answer = {"USERNAME": "eve", "NEW_PASSWORD": "An0ther-P2$Sword"}
    await world.call(
        "AdminRespondToAuthChallenge",
        ChallengeName=asked["ChallengeName"],
        Session=asked["Session"],
        ChallengeResponses=answer,
        **app,
    )
    assert counted(world) == {f"SignInSuccesses {pool} {client['ClientId']}": 1}


@pytest.mark.parametrize("flow", ["REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"])
async def test_a_refresh_is_no_sign_in(world: World, flow: str) -> None:
    pool, client = await set_up(world)
    tokens = await world.tokens(client)
    world.events.clear()

    await refresh(world, client, tokens["RefreshToken"], flow)
    with pytest.raises(ApiError):
        await refresh(world, client, "no token", flow)

    place = f"{pool} {client['ClientId']}"
    assert counted(world) == {f"TokenRefreshSuccesses {place}": 1, f"TokenRefreshFailures {place}": 1}


async def test_the_operation_for_refreshing_counts_as_the_flow_does(world: World) -> None:
    pool, client = await set_up(world)
    tokens = await world.tokens(client)
    world.events.clear()
    app = {"ClientId": client["ClientId"]}

    await world.call("GetTokensFromRefreshToken", RefreshToken=tokens["RefreshToken"], **app)
    await refused(world, "GetTokensFromRefreshToken", RefreshToken="none", **app)

    place = f"{pool} {client['ClientId']}"
    assert counted(world) == {f"TokenRefreshSuccesses {place}": 1, f"TokenRefreshFailures {place}": 1}


async def test_a_sign_up_counts_for_its_client(world: World) -> None:
    pool, client = await set_up(world)
    account = {"ClientId": client["ClientId"], "Username": "eve", "Password": PASSWORD}

    await world.call("SignUp", **account)
    await refused(world, "SignUp", **account)

    place = f"{pool} {client['ClientId']}"
    assert counted(world) == {f"SignUpSuccesses {place}": 1, f"SignUpFailures {place}": 1}


async def test_an_administrator_who_makes_a_user_counts_as_the_client_admin(world: World) -> None:
    pool, _ = await set_up(world)

    await world.call("AdminCreateUser", UserPoolId=pool, Username="eve")
    await refused(world, "AdminCreateUser", UserPoolId=pool, Username="eve")
    await world.call("AdminCreateUser", UserPoolId=pool, Username="eve", MessageAction="RESEND")

    assert counted(world) == {f"SignUpSuccesses {pool} Admin": 1, f"SignUpFailures {pool} Admin": 1}


async def test_what_the_rates_turn_away_is_throttled_and_has_not_failed(world: World) -> None:
    pool, client = await set_up(world)
    world.env = replace(world.env, clock=StillClock())
    world.with_settings(quotas=True, quota_rates={"UserAuthentication": 1})

    await world.tokens(client)
    with pytest.raises(ApiError):
        await world.tokens(client)

    place = f"{pool} {client['ClientId']}"
    assert counted(world) == {f"SignInSuccesses {place}": 1, f"SignInThrottles {place}": 1}


async def test_other_operations_and_clients_that_do_not_exist_count_as_nothing(world: World) -> None:
    pool, _ = await set_up(world)

    await world.call("AdminGetUser", UserPoolId=pool, Username="ada")
    await refused(world, "SignUp", ClientId="0" * 26, Username="eve", Password=PASSWORD)

    assert counted(world) == {}
