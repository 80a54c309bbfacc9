"""Resource servers and app clients that registered themselves, on both stores."""

import pytest
from msgspec.structs import replace
from tests.environment import environment
from tests.pool_parts import POOL, add_pool

from poolhouse.directory.resource_servers import ResourceServer
from poolhouse.errors import LimitExceeded
from poolhouse.store import client_creation, client_secrets, clients, resource_servers, snapshots
from poolhouse.store.client_creation import NewClient

OTHER = "us-east-1_Other0001"
NOTES = ResourceServer("notes", "Notes", {"write": "Write notes", "read": "Read notes"})


@pytest.fixture
def env(db, tmp_path):
    return environment(db, tmp_path)


async def _of_pool(env, pool_id):
    return list(await env.db.read(lambda tx: resource_servers.of_pool(tx, pool_id)))


async def _create(env, **changes):
    seal = (await snapshots.of_pool(env, POOL)).keys.seal
    usual = {"pool_id": POOL, "name": "app", "client_type": "DCR", "secret": None}
    client = NewClient(config=lambda pool, around: {"scopes": sorted(around.scopes)}, **(usual | changes))
    return await client_creation.create(env, seal, client, env.clock.now())


async def test_a_server_is_kept_with_the_order_of_its_scopes_and_is_of_its_pool_alone(env):
    async def write(tx):
        return [
            await resource_servers.insert(tx, POOL, NOTES),
            await resource_servers.insert(tx, POOL, NOTES),
            await resource_servers.insert(tx, OTHER, NOTES),
        ]

    assert await env.db.run(write) == [True, False, True]

    assert await _of_pool(env, POOL) == [NOTES]
    assert list((await _of_pool(env, POOL))[0].scopes) == ["write", "read"]
    assert await env.db.run(lambda tx: resource_servers.delete(tx, POOL, "notes"))
    assert not await env.db.run(lambda tx: resource_servers.delete(tx, POOL, "notes"))
    assert await _of_pool(env, OTHER) == [NOTES]


async def test_what_is_replaced_must_be_there(env):
    changed = ResourceServer("notes", "Others", {})

    assert not await env.db.run(lambda tx: resource_servers.replace(tx, POOL, changed))
    await env.db.run(lambda tx: resource_servers.insert(tx, POOL, NOTES))
    assert await env.db.run(lambda tx: resource_servers.replace(tx, POOL, changed))

    assert await _of_pool(env, POOL) == [changed]


async def test_clients_are_listed_by_type_and_a_client_without_one_is_regular(env):
    await add_pool(env, POOL)
    await env.db.run(lambda tx: resource_servers.insert(tx, POOL, NOTES))
    registered = await _create(env, secret="s" * 24)
    regular = await _create(env, client_type="REGULAR")

    async def listed(client_type):
        rows = await env.db.read(lambda tx: clients.page_of_type(tx, POOL, client_type, "", 10))
        return [row["client_id"] for row in rows]

    assert await listed("DCR") == [registered]
    assert regular in await listed("REGULAR")
    snapshot, client = await snapshots.of_client(env, registered)
    assert client.secrets == ("s" * 24,)
    assert "notes/read" in client.config["scopes"]
    assert snapshot.resource_servers == (NOTES,)
    assert not await env.db.read(lambda tx: client_secrets.of_client(tx, POOL, regular))


async def test_places_that_must_stay_free_are_not_taken(env):
    env = replace(env, settings=replace(env.settings, quota_resources={"AppClients": 3}))
    await add_pool(env, POOL)
    await _create(env, leaves=1)
    await _create(env, leaves=1)

    with pytest.raises(LimitExceeded):
        await _create(env, leaves=1)
    await _create(env)
    with pytest.raises(LimitExceeded):
        await _create(env)
