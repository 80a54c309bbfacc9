"""A request is for a pool when its Host header is exactly that of the pool's domain, and for none else."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.store.test_snapshots import CountingDb
from tests.world import World, close_world, open_world

from poolhouse.store import hosts

ARN = "arn:aws:acm:us-east-1:123456789012:certificate/0f8a5a2e-1111-4222-8333-444455556666"


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[World]:
    made = await open_world(
        tmp_path, public_url="https://id.example.com", auth_domain_suffix="auth.example.com"
    )
    yield made
    await close_world(made)


async def pool_with_both(world: World) -> str:
    pool = await world.pool()
    await world.call("CreateUserPoolDomain", UserPoolId=pool, Domain="acme")
    await world.call(
        "CreateUserPoolDomain",
        UserPoolId=pool,
        Domain="login.acme.example",
        CustomDomainConfig={"CertificateArn": ARN},
    )
    return pool


async def found(world: World, header: str) -> str | None:
    answer = await hosts.by_host(world.env, header)
    return answer[0].pool.pool_id if answer else None


@pytest.mark.parametrize(
    "header",
    ["acme.auth.example.com", "ACME.auth.Example.com", "acme.auth.example.com:443", "login.acme.example"],
)
async def test_the_exact_host_finds_the_pool(served: World, header: str) -> None:
    pool = await pool_with_both(served)

    assert await found(served, header) == pool


@pytest.mark.parametrize(
    "header",
    [
        "",
        "acme",
        "id.example.com",
        "auth.example.com",
        "acme.auth.example.com:8443",
        "acme.auth.example.com.",
        "acme.auth.example.com.evil.example",
        "evil.acme.auth.example.com",
        "acme.auth.example.com@evil.example",
        "evil.example/acme.auth.example.com",
        "evil.example, acme.auth.example.com",
        "acme.auth.example.com, evil.example",
        "acme.auth.example.com:443:443",
        "acme.auth.example.com\tx",
        "acme.evil.example",
        "login.acme.example:8443",
        "sub.login.acme.example",
        "login.acme.example.auth.example.com",
        "xlogin.acme.example",
        "127.0.0.1",
        "[::1]",
        "a" * 5_000,
    ],
)
async def test_any_other_host_finds_no_pool(served: World, header: str) -> None:
    pool = await pool_with_both(served)

    assert await found(served, header) is None
    assert await found(served, "acme.auth.example.com") == pool


async def test_the_port_of_the_servers_own_address_is_that_of_every_domain(tmp_path: Path) -> None:
    world = await open_world(
        tmp_path, public_url="https://id.example.com:8443", auth_domain_suffix="auth.example.com:8443"
    )
    pool = await pool_with_both(world)

    hosts_found = {
        header: await found(world, header)
        for header in (
            "acme.auth.example.com:8443",
            "login.acme.example:8443",
            "acme.auth.example.com",
            "login.acme.example",
        )
    }

    assert list(hosts_found.values()) == [pool, pool, None, None]
    await close_world(world)


async def test_a_name_is_looked_up_once_and_nobodys_name_once_a_second(served: World) -> None:
    await pool_with_both(served)
    counting = CountingDb(served.env.db)
    env = replace(served.env, db=counting)

    for _ in range(5):
        await hosts.by_host(env, "acme.auth.example.com")
        await hosts.by_host(env, "nobody.auth.example.com")

    assert counting.reads == 3  # each name once, and the pool


async def test_a_flood_of_unknown_names_is_forgotten_again(served: World) -> None:
    served.env.hosts.limit = 10

    for number in range(50):
        await found(served, f"x{number}.auth.example.com")

    assert len(served.env.hosts._entries) == 10
