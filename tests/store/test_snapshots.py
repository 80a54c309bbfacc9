"""Snapshots: fresh within a second, shared while loading, and never kept for what does not exist."""

import asyncio

import pytest
from tests.environment import environment
from tests.pool_parts import CLIENT, POOL, add_client, add_pool, rename_pool, signing_pair

from poolhouse.errors import ClientNotFound, PoolNotFound
from poolhouse.ports import DAY, SECOND, Tx
from poolhouse.store import key_rotation, pool_removal, pools, signing_keys, snapshots


class CountingDb:
    """Counts the reads that reach the store."""

    def __init__(self, db):
        self._db = db
        self.reads = 0

    async def read(self, query):
        self.reads += 1
        await asyncio.sleep(0)  # a store on the network lets others run meanwhile
        return await self._db.read(query)

    async def run(self, transaction):
        return await self._db.run(transaction)


@pytest.fixture
def counted(db):
    return CountingDb(db)


@pytest.fixture
def env(counted, tmp_path):
    return environment(counted, tmp_path)


async def test_a_snapshot_holds_the_pool_and_its_opened_keys(env):
    await add_pool(env, tags={"poolhouse:lockout-free-tries": "9"}, UsernameAttributes=["email"])

    snapshot = await snapshots.of_pool(env, POOL)

    assert snapshot.pool.pool_id == POOL
    assert snapshot.pool.username_attributes == ("email",)
    assert snapshot.pool.lockout.free_tries == 9
    assert [snapshot.keys.id_key.kid, snapshot.keys.access_key.kid] == [key.kid for key in signing_pair()]
    assert len({snapshot.keys.seal, snapshot.keys.digest, snapshot.keys.session}) == 3


async def test_an_unknown_pool_is_not_found_and_fills_no_cache(env):
    for number in range(50):
        with pytest.raises(PoolNotFound, match="does not exist"):
            await snapshots.of_pool(env, f"us-east-1_{number}")

    assert not env.snapshots._entries
    assert not env.loading


async def test_within_a_second_nothing_is_read(env, counted):
    await add_pool(env)
    first = await snapshots.of_pool(env, POOL)
    counted.reads = 0
    env.clock.advance(SECOND - 1)

    assert await snapshots.of_pool(env, POOL) is first
    assert counted.reads == 0


async def test_after_a_second_the_version_is_read_once(env, counted):
    await add_pool(env)
    first = await snapshots.of_pool(env, POOL)
    counted.reads = 0
    env.clock.advance(SECOND)

    again = await snapshots.of_pool(env, POOL)
    await snapshots.of_pool(env, POOL)

    assert again.pool is first.pool
    assert counted.reads == 1


async def test_a_change_by_another_worker_is_seen_after_a_second(env):
    await add_pool(env)
    await snapshots.of_pool(env, POOL)
    await rename_pool(env, "renamed")

    before = await snapshots.of_pool(env, POOL)
    env.clock.advance(SECOND)
    after = await snapshots.of_pool(env, POOL)

    assert (before.pool.name, after.pool.name) == ("pool", "renamed")


async def test_a_change_by_this_process_is_seen_at_once(env):
    await add_pool(env)
    await snapshots.of_pool(env, POOL)
    await rename_pool(env, "renamed")

    snapshots.forget(env, POOL)

    assert (await snapshots.of_pool(env, POOL)).pool.name == "renamed"


async def test_many_first_requests_load_a_pool_once(env, counted):
    await add_pool(env)
    counted.reads = 0

    found = await asyncio.gather(*(snapshots.of_pool(env, POOL) for _ in range(50)))

    assert counted.reads == 1
    assert all(one is found[0] for one in found)


async def test_a_caller_who_goes_away_does_not_take_the_snapshot_from_the_others(env):
    await add_pool(env)
    first = asyncio.create_task(snapshots.of_pool(env, POOL))
    second = asyncio.create_task(snapshots.of_pool(env, POOL))
    await asyncio.sleep(0)

    first.cancel()

    assert (await second).pool.pool_id == POOL
    assert not env.loading


async def test_what_was_being_read_when_the_pool_changed_is_not_kept(env):
    await add_pool(env)
    loading = asyncio.create_task(snapshots.of_pool(env, POOL))
    await asyncio.sleep(0)
    snapshots.forget(env, POOL)  # a change was committed in between

    await loading

    assert env.snapshots.get(POOL) is None
    assert (await snapshots.of_pool(env, POOL)).pool.pool_id == POOL


async def test_a_pool_that_was_removed_elsewhere_is_gone_after_a_second(env):
    await add_pool(env)
    await add_client(env)
    await snapshots.of_client(env, CLIENT)
    await env.db.run(lambda tx: pool_removal.remove(tx, POOL, env.clock.now()))

    env.clock.advance(SECOND)

    with pytest.raises(PoolNotFound):
        await snapshots.of_pool(env, POOL)
    with pytest.raises(ClientNotFound):
        await snapshots.of_client(env, CLIENT)
    assert not env.snapshots._entries
    assert not env.clients._entries


async def test_a_client_comes_with_its_pool_and_its_opened_secrets(env):
    await add_pool(env)
    await add_client(env, secret="s3cret", ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH"])

    snapshot, client = await snapshots.of_client(env, CLIENT)

    assert snapshot.pool.pool_id == client.pool_id == POOL
    assert client.secrets == ("s3cret",)
    assert client.flows == {"ALLOW_USER_SRP_AUTH"}


async def test_an_unknown_client_is_not_found_and_fills_no_cache(env):
    for number in range(50):
        with pytest.raises(ClientNotFound, match=r"User pool client c\d+ does not exist"):
            await snapshots.of_client(env, f"c{number}")

    assert not env.clients._entries


async def test_a_client_of_another_pool_is_not_found(env):
    await add_pool(env)
    await add_pool(env, "us-east-1_Other0001")
    await add_client(env)

    for _ in range(2):  # unknown at first, cached then
        with pytest.raises(ClientNotFound):
            await snapshots.of_client(env, CLIENT, "us-east-1_Other0001")
        assert (await snapshots.of_client(env, CLIENT, POOL))[1].client_id == CLIENT


async def test_a_cached_client_costs_no_read_within_a_second_and_one_after_it(env, counted):
    await add_pool(env)
    await add_client(env)
    first = await snapshots.of_client(env, CLIENT)
    counted.reads = 0

    again = await snapshots.of_client(env, CLIENT)
    assert again[1] is first[1]
    assert counted.reads == 0

    env.clock.advance(SECOND)
    assert (await snapshots.of_client(env, CLIENT))[1] is first[1]
    assert counted.reads == 1


async def test_a_client_is_read_again_when_its_pool_has_a_new_version(env):
    await add_pool(env)
    await add_client(env)
    await snapshots.of_client(env, CLIENT)
    await add_client(env, "another2another2another2an")

    snapshots.forget(env, POOL)
    snapshot, client = await snapshots.of_client(env, CLIENT)

    assert snapshot.pool.version == 3
    assert client.client_id == CLIENT


async def test_a_client_made_by_another_worker_is_found_with_an_older_snapshot_in_memory(env):
    await add_pool(env)
    await snapshots.of_pool(env, POOL)
    await add_client(env)

    snapshot, client = await snapshots.of_client(env, CLIENT)

    assert client.client_id == CLIENT
    assert snapshot.pool.version == 2


async def test_rotated_keys_are_published_before_they_sign_and_stay_until_their_tokens_are_dead(env):
    await add_pool(env)
    old = await snapshots.of_pool(env, POOL)

    made = await key_rotation.rotate(env, POOL)

    published = await snapshots.of_pool(env, POOL)
    assert set(published.keys.public) == {*old.keys.public, *made}
    assert published.keys.id_key.kid == old.keys.id_key.kid

    env.clock.advance(3 * SECOND)
    signing = await snapshots.of_pool(env, POOL)
    assert [signing.keys.id_key.kid, signing.keys.access_key.kid] == made
    assert set(signing.keys.public) == {*old.keys.public, *made}

    env.clock.advance(DAY)
    later = await snapshots.of_pool(env, POOL)
    assert set(later.keys.public) == set(made)
    assert later.good_until is None


async def test_only_the_keys_of_living_tokens_stay_in_the_store_after_the_next_rotation(env):
    await add_pool(env)
    first = await key_rotation.rotate(env, POOL)
    env.clock.advance(2 * DAY)

    second = await key_rotation.rotate(env, POOL)

    rows = await env.db.read(lambda tx: signing_keys.living(tx, POOL, 0))
    assert {row["kid"] for row in rows} == {*first, *second}


async def test_the_jwks_shows_public_members_of_every_key_signing_ones_first(env):
    await add_pool(env)
    await key_rotation.rotate(env, POOL)
    keys = (await snapshots.of_pool(env, POOL)).keys

    document = signing_keys.public_set(keys)

    assert [key["kid"] for key in document["keys"][:2]] == [keys.id_key.kid, keys.access_key.kid]
    assert len(document["keys"]) == 4
    assert all(set(key) == {"alg", "e", "kid", "kty", "n", "use"} for key in document["keys"])


async def test_keys_of_an_unknown_pool_are_not_rotated(env):
    with pytest.raises(PoolNotFound):
        await key_rotation.rotate(env, POOL)


async def test_every_change_gives_the_pool_the_next_version(env):
    await add_pool(env)

    async def change(tx: Tx) -> int:
        return int((await pools.begin_change(tx, POOL))["version"])

    assert sorted(await asyncio.gather(*(env.db.run(change) for _ in range(10)))) == list(range(2, 12))
