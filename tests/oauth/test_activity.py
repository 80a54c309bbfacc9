"""What ends on a pool's pages and endpoints is counted as Cognito counts it (7.2)."""

from collections.abc import Mapping

import pytest
from msgspec.structs import replace
from tests.oauth.booth import Booth
from tests.oauth.sign_in.inside import OAUTH, Visitor
from tests.refusals import mfa
from tests.refusals.scene import OTHER_PASSWORD, Scene
from tests.refusals.sign_up_pages import signs_up
from tests.still_clock import StillClock
from tests.world import World

KINDS = ("SignIn", "SignUp", "TokenRefresh", "Federation")


@pytest.fixture
async def visitor(scene: Scene) -> Visitor:
    await scene.set_up({}, OAUTH, {})
    scene.world.events.clear()
    return Visitor(scene)


@pytest.fixture
def stall(booth: Booth) -> Booth:
    booth.world.events.clear()
    return booth


def counted(world: World) -> Mapping[str, int]:
    """What was counted, by name and the dimensions that follow those of the pool and the app client."""
    return {name: number for name, number in world.events.items() if name.startswith(KINDS) and " " in name}


def place(visitor: Visitor) -> str:
    return f"{visitor.scene.pool} {visitor.scene.client}"


async def test_a_sign_in_on_the_pages_succeeds_when_the_browser_goes_back(visitor: Visitor) -> None:
    await visitor.enter()

    assert counted(visitor.world) == {f"SignInSuccesses {place(visitor)}": 1}


async def test_a_wrong_password_is_a_failure_and_a_page_that_is_only_seen_is_nothing(
    visitor: Visitor,
) -> None:
    page = await visitor.page()
    assert counted(visitor.world) == {}

    await visitor.submit(page, username="ada", password="wrong")

    assert counted(visitor.world) == {f"SignInFailures {place(visitor)}": 1}


async def test_a_wrong_code_is_a_failure_and_the_right_one_a_success(visitor: Visitor) -> None:
    scene = visitor.scene
    await mfa.with_app(scene)
    visitor.world.events.clear()

    page = await visitor.enter()
    assert counted(visitor.world) == {}
    page = await visitor.submit(page, code=mfa.wrong(mfa.code(scene, steps=1)))
    await visitor.submit(page, code=mfa.code(scene, steps=1))

    assert counted(visitor.world) == {
        f"SignInFailures {place(visitor)}": 1,
        f"SignInSuccesses {place(visitor)}": 1,
    }


async def test_a_sign_up_on_the_pages_counts_once_and_a_taken_name_has_failed(visitor: Visitor) -> None:
    await signs_up()(visitor)
    await signs_up(password=OTHER_PASSWORD)(visitor)

    assert counted(visitor.world) == {
        f"SignUpSuccesses {place(visitor)}": 1,
        f"SignUpFailures {place(visitor)}": 1,
    }


async def test_the_token_endpoint_counts_refreshes_and_not_the_code(stall: Booth) -> None:
    tokens = await stall.tokens()
    assert counted(stall.world) == {}

    assert (await stall.token(stall.refresh(tokens["refresh_token"]))).status == 200
    assert (await stall.token(stall.refresh("no token"))).status == 400

    where = f"{stall.pool} {stall.app['ClientId']}"
    assert counted(stall.world) == {f"TokenRefreshSuccesses {where}": 1, f"TokenRefreshFailures {where}": 1}


async def test_a_post_that_is_throttled_is_counted_for_its_client(visitor: Visitor) -> None:
    throttle(visitor.world, "UserAuthentication")
    other = Visitor(visitor.scene)

    await other.enter()
    throttled = await other.enter(prompt="login")

    assert throttled.status_code == 429
    assert counted(visitor.world) == {
        f"SignInSuccesses {place(visitor)}": 1,
        f"SignInThrottles {place(visitor)}": 1,
    }


@pytest.mark.parametrize("category", ["UserAuthentication", "DomainClient"])
async def test_a_refresh_that_is_throttled_is_no_failure(stall: Booth, category: str) -> None:
    tokens = await stall.tokens()
    throttle(stall.world, category)

    statuses = [(await stall.token(stall.refresh(tokens["refresh_token"]))).status for _ in range(2)]

    where = f"{stall.pool} {stall.app['ClientId']}"
    assert statuses == [200, 429]
    assert counted(stall.world) == {f"TokenRefreshSuccesses {where}": 1, f"TokenRefreshThrottles {where}": 1}


async def test_a_code_that_is_throttled_counts_as_nothing(stall: Booth) -> None:
    throttle(stall.world, "UserAuthentication")

    statuses = [(await stall.token(stall.redeem("no code"))).status for _ in range(2)]

    assert statuses == [400, 429]
    assert counted(stall.world) == {}


async def test_a_provider_s_answer_that_is_throttled_names_no_client(stall: Booth) -> None:
    throttle(stall.world, "UserFederation")

    for _ in range(2):
        await stall.send("GET", "/oauth2/idpresponse?state=none&code=none")

    assert counted(stall.world) == {f"FederationThrottles {stall.pool} Invalid Invalid": 1}


def throttle(world: World, category: str) -> None:
    """One request of the category, and no more: the clock stands."""
    world.env = replace(world.env, clock=StillClock())
    world.with_settings(quotas=True, quota_rates={category: 1})
