"""Domains of user pools: made, shown, changed, deleted, and found by a Host header at once."""

import asyncio
from typing import Any

import pytest
from tests import passkeys
from tests.world import World

from poolhouse.errors import ApiError, DomainTaken, PoolHasDomain
from poolhouse.store import hosts

ARN = "arn:aws:acm:us-east-1:123456789012:certificate/0f8a5a2e-1111-4222-8333-444455556666"
CERTIFICATE = {"CertificateArn": ARN}


async def make(world: World, pool: str, name: str = "acme", **members: Any) -> dict[str, Any]:
    return await world.call("CreateUserPoolDomain", UserPoolId=pool, Domain=name, **members)


async def describe(world: World, name: str = "acme", **members: Any) -> dict[str, Any]:
    answer = await world.call("DescribeUserPoolDomain", Domain=name, **members)
    return dict(answer["DomainDescription"])


async def test_a_prefix_domain_is_classic_and_active_and_names_no_distribution(world: World) -> None:
    pool = await world.pool()

    answer = await make(world, pool)

    assert answer == {"ManagedLoginVersion": 1}
    description = await describe(world)
    assert len(description.pop("Version")) == 14
    assert description == {
        "UserPoolId": pool,
        "AWSAccountId": "000000000000",
        "Domain": "acme",
        "Status": "ACTIVE",
        "CustomDomainConfig": {},
        "ManagedLoginVersion": 1,
    }


async def test_a_custom_domain_names_this_server_as_the_target_of_its_alias(world: World) -> None:
    pool = await world.pool()

    answer = await make(
        world, pool, "login.acme.example", CustomDomainConfig=CERTIFICATE, ManagedLoginVersion=2
    )

    assert answer == {"ManagedLoginVersion": 2, "CloudFrontDomain": "localhost"}
    description = await describe(world, "login.acme.example")
    assert description["CloudFrontDistribution"] == "localhost"
    assert description["CustomDomainConfig"] == CERTIFICATE


async def test_a_domain_that_does_not_exist_is_an_empty_description(world: World) -> None:
    assert await describe(world, "nobody") == {}
    assert await describe(world, "not a domain!") == {}


async def test_a_domain_is_described_in_the_region_of_its_pool_alone(world: World) -> None:
    await make(world, await world.pool())

    assert await describe(world, region="eu-west-1") == {}
    assert (await describe(world))["Domain"] == "acme"


async def test_the_pool_shows_its_prefix_and_its_custom_domain(world: World) -> None:
    pool = await world.pool()
    await make(world, pool)
    await make(world, pool, "login.acme.example", CustomDomainConfig=CERTIFICATE)

    shown = (await world.call("DescribeUserPool", UserPoolId=pool))["UserPool"]

    assert (shown["Domain"], shown["CustomDomain"]) == ("acme", "login.acme.example")


async def test_an_update_changes_what_it_names_and_keeps_the_rest(world: World) -> None:
    pool = await world.pool()
    await make(world, pool, "login.acme.example", CustomDomainConfig=CERTIFICATE)

    answer = await world.call(
        "UpdateUserPoolDomain", UserPoolId=pool, Domain="login.acme.example", ManagedLoginVersion=2
    )

    assert answer == {"ManagedLoginVersion": 2, "CloudFrontDomain": "localhost"}
    description = await describe(world, "login.acme.example")
    assert (description["ManagedLoginVersion"], description["CustomDomainConfig"]) == (2, CERTIFICATE)


async def test_a_deleted_domain_is_free_for_another_pool_at_once(world: World) -> None:
    first, second = await world.pool(), await world.pool()
    await make(world, first)

    await world.call("DeleteUserPoolDomain", UserPoolId=first, Domain="acme")
    await make(world, second)

    assert (await describe(world))["UserPoolId"] == second
    found = await hosts.by_host(world.env, "acme.auth.localhost:8400")
    assert found is not None
    assert found[0].pool.pool_id == second


async def test_of_pools_that_want_one_name_at_once_exactly_one_gets_it(world: World) -> None:
    pools = [await world.pool() for _ in range(5)]

    answers = await asyncio.gather(*[make(world, pool) for pool in pools], return_exceptions=True)

    assert [type(answer) for answer in answers if isinstance(answer, Exception)] == [DomainTaken] * 4
    assert (await describe(world))["UserPoolId"] in pools


async def test_one_pool_that_asks_for_two_prefixes_at_once_has_one(world: World) -> None:
    pool = await world.pool()

    answers = await asyncio.gather(make(world, pool, "one"), make(world, pool, "two"), return_exceptions=True)

    assert len([answer for answer in answers if isinstance(answer, ApiError)]) == 1
    shown = (await world.call("DescribeUserPool", UserPoolId=pool))["UserPool"]
    assert shown["Domain"] in ("one", "two")


async def test_a_pool_with_a_domain_is_deleted_after_it(world: World) -> None:
    pool = await world.pool()
    await make(world, pool)

    with pytest.raises(PoolHasDomain):
        await world.call("DeleteUserPool", UserPoolId=pool)
    await world.call("DeleteUserPoolDomain", UserPoolId=pool, Domain="acme")

    assert await world.call("DeleteUserPool", UserPoolId=pool) == {}


async def test_new_passkeys_are_for_the_custom_domain_else_the_prefix_domain(world: World) -> None:
    pool = await world.pool()
    await passkeys.turn_on(world, pool, RelyingPartyId="")
    client = await world.client(pool, ExplicitAuthFlows=passkeys.FLOWS)
    await world.user(pool, "ada")
    access = (await world.tokens(client))["AccessToken"]

    async def relying_party() -> str:
        return str((await passkeys.begun(world, access))["rp"]["id"])

    found = [await relying_party()]
    await make(world, pool)
    found.append(await relying_party())
    await make(world, pool, "login.acme.example", CustomDomainConfig=CERTIFICATE)
    found.append(await relying_party())

    assert found == ["localhost", "acme.auth.localhost", "login.acme.example"]
