"""How often pages and endpoints may be asked, whatever they are asked for (6.1, 8.1)."""

from typing import Any

import pytest
from msgspec.structs import replace
from tests.idp.refused import refusal
from tests.oauth.booth import Booth, basic, open_booth
from tests.still_clock import StillClock
from tests.world import World

from poolhouse.http import sources

THROTTLED = (429, "too_many_requests")


async def with_rates(world: World, **rates: int) -> Booth:
    booth = await open_booth(world)
    world.env = replace(world.env, clock=StillClock())
    booth.with_settings(quotas=True, quota_rates=rates)
    return booth


async def statuses(booth: Booth, number: int, client_id: str | None = None) -> list[int]:
    """What so many requests for the authorize endpoint answer; 302 is the way to the app."""
    changes = {} if client_id is None else {"client_id": client_id}
    return [(await booth.authorize(**changes)).status for _ in range(number)]


async def test_one_address_gets_so_many_a_second_and_the_others_are_not_held_up(world: World) -> None:
    booth = await with_rates(world, DomainSource=2)

    assert await statuses(booth, 3) == [302, 302, 429]

    booth.address = "198.51.100.7"
    assert await statuses(booth, 2) == [302, 302]
    assert world.events["throttles"] == 1


async def test_one_client_gets_so_many_a_second_however_it_names_itself(world: World) -> None:
    booth = await with_rates(world, DomainClient=2)
    other = await booth.another_app()

    assert await statuses(booth, 1) == [302]
    assert (await booth.token(booth.redeem("no code"))).error == (400, "invalid_grant")

    assert (await booth.token(booth.redeem("no code"))).error == THROTTLED
    assert await statuses(booth, 1) == [429]
    assert (await booth.token(booth.redeem("no code", other))).error == (400, "invalid_grant")


async def test_a_client_that_names_itself_in_a_header_is_the_same(world: World) -> None:
    booth = await with_rates(world, DomainClient=1)
    machine = await booth.another_app(GenerateSecret=True)
    form = {"grant_type": "refresh_token", "refresh_token": "none"}
    header = basic(machine["ClientId"], machine["ClientSecret"])

    assert (await booth.token(form, header)).error == (400, "invalid_grant")
    assert (await booth.token(form, header)).error == THROTTLED


async def test_a_pool_gets_so_many_a_second_from_everybody(world: World) -> None:
    booth = await with_rates(world, Domain=2)
    other = await open_booth(world)
    assert await statuses(booth, 2) == [302, 302]

    booth.address = "198.51.100.7"

    assert await statuses(booth, 1) == [429]
    assert (await booth.user_info("no token")).error == THROTTLED
    assert await statuses(other, 2) == [302, 302]


async def test_who_names_no_client_of_the_pool_has_no_bucket_of_its_own(world: World) -> None:
    booth = await with_rates(world, DomainClient=1)

    assert await statuses(booth, 3, "nobody") == [302, 302, 302]
    assert not [key for key in world.env.buckets._entries if key[1].startswith("client|")]

    assert await statuses(booth, 2) == [302, 429]


async def test_a_query_that_cannot_be_read_is_counted_too(world: World) -> None:
    booth = await with_rates(world, DomainSource=1)
    twice = "/oauth2/authorize?client_id=a&client_id=b"

    assert (await booth.send("GET", twice)).status == 400
    assert (await booth.send("GET", twice)).status == 429


async def test_with_quotas_off_nothing_is_counted(world: World) -> None:
    booth = await with_rates(world, Domain=1, DomainClient=1, DomainSource=1)
    booth.with_settings(quotas=False)

    assert await statuses(booth, 4) == [302, 302, 302, 302]


async def test_these_rates_are_of_the_settings_and_no_category_of_the_api(world: World) -> None:
    definition: dict[str, Any] = {"LimitClass": "API_CATEGORY", "Attributes": {"Category": "Domain"}}

    assert await refusal(world, "GetProvisionedLimit", LimitDefinition=definition) == (
        "InvalidParameterException: Domain is not a category of requests."
    )


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8:0:0:ffff::2", "2001:db8::/64"),
        ("", ""),
    ],
)
def test_an_address_of_ipv6_is_its_network(address: str, network: str) -> None:
    assert sources.network(address) == network


async def test_a_refresh_that_fails_does_not_count_against_sign_in(world: World) -> None:
    booth = await with_rates(world, UserAuthentication=1)
    token = (await booth.tokens())["refresh_token"]
    world.env.buckets._entries.clear()

    for _ in range(3):
        assert (await booth.token(booth.refresh("no token"))).error == (400, "invalid_grant")

    assert (await booth.token(booth.refresh(token))).status == 200
    assert (await booth.token(booth.refresh(token))).error == THROTTLED
