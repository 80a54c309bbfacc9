"""Pools, clients, secrets, tags, counters and limits in the store, and the end of a pool."""

import asyncio

import msgspec
import pytest
from tests.environment import environment
from tests.pool_parts import CLIENT, POOL, add_client, add_pool

from poolhouse.errors import ClientNotFound, PoolNotFound, SettingsError
from poolhouse.ports import MINUTE, Statement
from poolhouse.store import (
    client_secrets,
    clients,
    counters,
    data_keys,
    limits,
    pool_removal,
    pools,
    quota_buckets,
    signing_keys,
    snapshots,
    tags,
)

OTHER = "us-east-1_Other0001"

_USER = Statement("""
    INSERT INTO users (pool_id, sub, username, status, enabled, attributes, version, signed_out_at,
                       created_at, modified_at)
    VALUES (:pool_id, :sub, :sub, 'CONFIRMED', 1, '{}', 1, 0, 0, 0)
""")
_USERS = Statement("SELECT COUNT(*) AS number FROM users WHERE pool_id = :pool_id")
_REMOVED = Statement("SELECT pool_id, emptied_at FROM removed_pools WHERE pool_id = :pool_id")
_SWAP_SECRETS = Statement("UPDATE client_secrets SET client_id = :other WHERE pool_id = :pool_id")


@pytest.fixture
def env(db, tmp_path):
    return environment(db, tmp_path)


async def _add_users(env, pool_id, number):
    async def write(tx):
        for place in range(number):
            await tx.run(_USER, pool_id=pool_id, sub=f"sub-{place}")

    await env.db.run(write)


async def _users(env, pool_id):
    return (await env.db.read(lambda tx: tx.one(_USERS, pool_id=pool_id)))["number"]


async def _remove(env, pool_id=POOL):
    return await env.db.run(lambda tx: pool_removal.remove(tx, pool_id, env.clock.now()))


async def test_pools_are_listed_by_region_in_pages(env):
    for pool_id in ("us-east-1_a", "us-east-1_b", "us-east-1_c", "us-east-10_x", "eu-west-1_z"):
        await add_pool(env, pool_id)

    first = await env.db.read(lambda tx: pools.page(tx, "us-east-1", "", 2))
    second = await env.db.read(lambda tx: pools.page(tx, "us-east-1", "us-east-1_b", 2))

    assert [row["pool_id"] for row in first] == ["us-east-1_a", "us-east-1_b"]
    assert [row["pool_id"] for row in second] == ["us-east-1_c"]
    assert await env.db.read(lambda tx: pools.count(tx, "us-east-1")) == 3


async def test_a_change_of_an_unknown_pool_is_refused(env):
    with pytest.raises(PoolNotFound):
        await env.db.run(lambda tx: pools.begin_change(tx, POOL))


async def test_clients_are_listed_in_pages_and_found_only_in_their_pool(env):
    await add_pool(env)
    await add_pool(env, OTHER)
    for client_id in ("c1", "c2", "c3"):
        await add_client(env, client_id)
    await add_client(env, "d1", OTHER)

    page = await env.db.read(lambda tx: clients.page(tx, POOL, "c1", 10))

    assert [row["client_id"] for row in page] == ["c2", "c3"]
    assert await env.db.read(lambda tx: clients.count(tx, POOL)) == 3
    assert (await env.db.read(lambda tx: clients.of_pool(tx, OTHER, "d1")))["client_id"] == "d1"
    with pytest.raises(ClientNotFound):
        await env.db.read(lambda tx: clients.of_pool(tx, POOL, "d1"))


async def test_a_client_can_only_be_changed_through_its_pool(env):
    await add_pool(env)
    await add_client(env)

    async def change(tx):
        wrong = (
            await clients.replace(tx, OTHER, CLIENT, "new", {}, 0),
            await clients.delete(tx, OTHER, CLIENT),
        )
        right = await clients.replace(tx, POOL, CLIENT, "new", {}, 0), await clients.delete(tx, POOL, CLIENT)
        return wrong, right

    wrong, right = await env.db.run(change)

    assert wrong == (None, False)
    assert right[0]["name"] == "new"
    assert right[1] is True


async def test_a_client_secret_does_not_open_under_another_client(env):
    await add_pool(env)
    await add_client(env, secret="s3cret")
    snapshot, client = await snapshots.of_client(env, CLIENT)
    assert client.secrets == ("s3cret",)

    await env.db.run(lambda tx: tx.run(_SWAP_SECRETS, pool_id=POOL, other="moved"))
    rows = await env.db.read(lambda tx: client_secrets.of_client(tx, POOL, "moved"))

    with pytest.raises(ValueError, match="belongs to another"):
        client_secrets.opened(snapshot.keys.seal, POOL, "moved", rows)


async def test_the_store_holds_no_client_secret_in_clear(env):
    await add_pool(env)
    await add_client(env, secret="s3cret-in-clear")

    (row,) = await env.db.read(lambda tx: client_secrets.of_client(tx, POOL, CLIENT))

    assert b"s3cret" not in bytes(row["sealed"])


async def test_a_signing_key_does_not_open_in_another_pool(env):
    await add_pool(env)
    await add_pool(env, OTHER)
    seal = (await snapshots.of_pool(env, POOL)).keys.seal
    rows = await env.db.read(lambda tx: signing_keys.living(tx, POOL, env.clock.now()))

    assert signing_keys.opened(seal, POOL, rows, env.clock.now()).signing.keys() == {"id", "access"}
    with pytest.raises(ValueError, match="belongs to another"):
        signing_keys.opened(seal, OTHER, rows, env.clock.now())


async def test_tags_are_put_replaced_and_deleted(env):
    await add_pool(env, tags={"a": "1", "b": "2"})

    async def change(tx):
        await tags.put(tx, POOL, {"b": "3", "c": "4"})
        await tags.delete(tx, POOL, ["a", "unknown"])
        return await tags.of_pool(tx, POOL)

    assert await env.db.run(change) == {"b": "3", "c": "4"}


async def test_a_counter_adds_up_over_its_slots_and_stays_with_its_pool(env):
    async def add(tx):
        for place in range(100):
            await counters.add(tx, POOL, "users", f"sub-{place}", 1)
        await counters.add(tx, POOL, "users", "sub-7", -1)
        await counters.add(tx, OTHER, "users", "sub-7", 5)

    await env.db.run(add)

    assert await env.db.read(lambda tx: counters.total(tx, POOL, "users")) == 99
    assert await env.db.read(lambda tx: counters.total(tx, OTHER, "users")) == 5
    assert await env.db.read(lambda tx: counters.total(tx, POOL, "unknown")) == 0


async def test_a_provisioned_limit_is_kept_and_replaced(env):
    async def change(tx):
        await limits.put(tx, "UserCreation", 60)
        await limits.put(tx, "UserCreation", 70)
        return await limits.every(tx)

    assert await env.db.run(change) == {"UserCreation": 70}


async def test_a_shared_bucket_is_spent_up_to_its_burst_and_refills(env):
    async def take(now):
        return await env.db.run(
            lambda tx: quota_buckets.take(tx, POOL, "UserCreation", now=now, cost=100_000, burst=1_000_000)
        )

    assert [await take(5_000_000) for _ in range(11)] == [True] * 10 + [False]
    assert [await take(5_100_000) for _ in range(2)] == [True, False]


async def test_a_shared_bucket_begins_anew_when_the_clock_was_set_back(env):
    async def take(now):
        return await env.db.run(
            lambda tx: quota_buckets.take(tx, POOL, "UserCreation", now=now, cost=1_000_000, burst=1_000_000)
        )

    assert await take(60 * MINUTE)
    assert not await take(60 * MINUTE)

    assert await take(MINUTE)
    assert not await take(MINUTE)


async def test_twenty_workers_share_one_bucket(env):
    async def take():
        return await env.db.run(
            lambda tx: quota_buckets.take(tx, POOL, "UserCreation", now=1, cost=200_000, burst=1_000_000)
        )

    assert sum(await asyncio.gather(*(take() for _ in range(20)))) == 5


async def test_a_removed_pool_takes_its_clients_secrets_tags_and_keys_with_it(env):
    await add_pool(env, tags={"a": "1"})
    await add_client(env, secret="s3cret")
    await add_pool(env, OTHER, tags={"a": "2"})

    assert await _remove(env)

    async def left(tx):
        return (
            await pools.by_id(tx, POOL),
            await clients.by_id(tx, CLIENT),
            list(await client_secrets.of_client(tx, POOL, CLIENT)),
            await tags.of_pool(tx, POOL),
            list(await signing_keys.living(tx, POOL, 0)),
            await tags.of_pool(tx, OTHER),
        )

    assert await env.db.read(left) == (None, None, [], {}, [], {"a": "2"})
    with pytest.raises(SettingsError):
        await data_keys.of_scope(env, POOL)
    assert (await snapshots.of_pool(env, OTHER)).pool.pool_id == OTHER


async def test_an_unknown_pool_is_not_removed(env):
    assert not await _remove(env)


async def test_the_id_of_a_removed_pool_is_never_given_out_again(env):
    await add_pool(env)
    assert not await add_pool(env)
    await _remove(env)

    assert not await add_pool(env)
    assert await add_pool(env, OTHER)


async def test_emptying_a_removed_pool_leaves_the_users_of_the_others(env):
    await add_pool(env)
    await _add_users(env, POOL, 450)
    await _add_users(env, OTHER, 3)
    await _remove(env)

    assert await pool_removal.empty(env, POOL) == 450

    assert (await _users(env, POOL), await _users(env, OTHER)) == (0, 3)


async def test_the_janitor_goes_on_with_a_large_pool_and_closes_it_when_nothing_comes_any_more(
    env, monkeypatch
):
    monkeypatch.setattr(pool_removal, "_ROUNDS", 1)
    await add_pool(env)
    await _add_users(env, POOL, 300)
    await _remove(env)

    assert [await pool_removal.empty_all(env) for _ in range(3)] == [200, 100, 0]
    assert (await env.db.read(lambda tx: tx.one(_REMOVED, pool_id=POOL)))["emptied_at"] is None

    await _add_users(env, POOL, 1)  # a request that was in flight
    env.clock.advance(6 * MINUTE)
    assert [await pool_removal.empty_all(env) for _ in range(2)] == [1, 0]
    assert (await env.db.read(lambda tx: tx.one(_REMOVED, pool_id=POOL)))["emptied_at"] == env.clock.now()


async def test_every_table_of_pool_data_is_emptied(db, env):
    by_pool = {"pools", "clients", "client_secrets", "signing_keys", "tags", "data_keys", "domains"}
    by_pool |= {"identity_pools", "email_domains"}
    of_the_house = {"schema_migrations", "access_keys", "provisioned_limits", "removed_pools"}
    of_the_house |= {"roles", "managed_policies", "iam_providers", "credential_keys", "revoked_sessions"}
    of_the_house |= {"active_imports", "daily_uses"}  # one import, and so much mail, for all pools together
    of_the_house |= {"roles", "managed_policies", "iam_providers", "credential_keys", "revoked_sessions"}

    tables = {name for name in await db.tables() if not name.startswith("sqlite_")}

    kept = {"audit_heads", "audit_records"}  # who deleted the pool must be told afterwards too
    emptied = {*pool_removal._TABLES, *pool_removal._IDENTITY_TABLES}
    assert tables == by_pool | of_the_house | kept | emptied


async def test_the_configuration_of_a_pool_is_kept_as_it_was_given(env):
    await add_pool(
        env, Policies={"PasswordPolicy": {"MinimumLength": 12}}, EmailConfiguration={"From": "Ä <a@b>"}
    )

    row = await env.db.read(lambda tx: pools.by_id(tx, POOL))

    assert msgspec.json.decode(row["config"]) == {
        "Policies": {"PasswordPolicy": {"MinimumLength": 12}},
        "EmailConfiguration": {"From": "Ä <a@b>"},
    }
