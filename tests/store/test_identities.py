"""Identity pools, identities and their logins, on both stores."""

import asyncio

import pytest
from tests.environment import environment

from poolhouse.directory.logins import Login
from poolhouse.errors import IdentityNotFound, IdentityPoolNotFound, LoginsLinkedElsewhere
from poolhouse.ports import MINUTE, Conflict
from poolhouse.store import identities, identity_keys, identity_pools, pool_removal

POOL, OTHER = "us-east-1:pool", "us-east-1:other"
CONFIG = {"AllowUnauthenticatedIdentities": True, "DeveloperProviderName": "login.example"}
GOOGLE = Login("accounts.google.com", "109", "app")
BEN = Login("login.example", "ben", POOL)


@pytest.fixture
async def env(db, tmp_path):
    made = environment(db, tmp_path)
    for pool_id in (POOL, OTHER):
        await made.db.run(
            lambda tx, pool_id=pool_id: identity_pools.insert(tx, pool_id, "test", CONFIG, {"a": "1"}, 5)
        )
    return made


async def _run(env, function, *arguments, **named):
    return await env.db.run(lambda tx: function(tx, *arguments, **named))


async def _link(env, identity_id, *logins, pool_id=POOL):
    async def write(tx):
        pool = await identity_pools.by_id(tx, pool_id)
        await identities.link(tx, pool, identity_id, logins, 7)

    await env.db.run(write)


async def test_a_pool_is_kept_as_it_was_given_and_changed_piece_by_piece(env):
    async def change(tx):
        before = await identity_pools.begin_change(tx, POOL)
        await identity_pools.replace(tx, POOL, "new", {**CONFIG, "AllowClassicFlow": False}, {}, 9)
        await identity_pools.set_roles(tx, POOL, {"Roles": {"authenticated": "arn"}}, 9)
        await identity_pools.set_principal_tags(tx, POOL, {"idp": {"UseDefaults": True}}, 9)
        return before, await identity_pools.by_id(tx, POOL)

    before, after = await env.db.run(change)

    assert (before.name, before.tags, before.has_basic_flow, before.roles) == ("test", {"a": "1"}, True, {})
    assert (after.name, after.tags, after.has_basic_flow) == ("new", {}, False)
    assert (after.roles, after.principal_tags) == (
        {"Roles": {"authenticated": "arn"}},
        {"idp": {"UseDefaults": True}},
    )
    assert (after.version, after.created_at, after.modified_at) == (2, 5, 9)


async def test_pools_are_listed_by_region_in_pages(env):
    for pool_id in ("us-east-10:a", "us-east-1:a", "eu-west-1:a"):
        await _run(env, identity_pools.insert, pool_id, "test", CONFIG, {}, 5)

    first = await _run(env, identity_pools.page, "us-east-1", "", 2)
    second = await _run(env, identity_pools.page, "us-east-1", "us-east-1:other", 2)

    assert [row["pool_id"] for row in first] == ["us-east-1:a", OTHER]
    assert [row["pool_id"] for row in second] == [POOL]
    assert await _run(env, identity_pools.count, "us-east-1") == 3


async def test_a_pool_that_another_worker_changed_is_seen_after_a_second(env):
    assert (await identity_pools.of_id(env, POOL)).name == "test"
    await _run(env, identity_pools.begin_change, POOL)
    await _run(env, identity_pools.replace, POOL, "new", CONFIG, {}, 9)

    assert (await identity_pools.of_id(env, POOL)).name == "test"
    env.clock.advance(2_000_000)
    assert (await identity_pools.of_id(env, POOL)).name == "new"


async def test_an_identity_is_found_in_its_pool_alone_and_with_its_logins(env):
    await _run(env, identities.insert, POOL, "us-east-1:i", 6)
    await _link(env, "us-east-1:i", GOOGLE, BEN)

    found = await _run(env, identities.by_id, POOL, "us-east-1:i")

    assert found.logins == ("accounts.google.com", "login.example")
    assert (found.disabled, found.created_at) == (False, 6)
    assert (await identity_pools.of_identity(env, "us-east-1:i")).pool_id == POOL
    with pytest.raises(IdentityNotFound):
        await _run(env, identities.by_id, OTHER, "us-east-1:i")
    with pytest.raises(IdentityNotFound):
        await identity_pools.of_identity(env, "us-east-1:nobody")


async def test_a_login_belongs_to_who_linked_it_first_in_each_pool(env):
    for pool_id, identity_id in ((POOL, "us-east-1:i"), (POOL, "us-east-1:j"), (OTHER, "us-east-1:k")):
        await _run(env, identities.insert, pool_id, identity_id, 6)
    await _link(env, "us-east-1:i", GOOGLE)
    await _link(env, "us-east-1:k", GOOGLE, pool_id=OTHER)

    async def second(tx):
        pool = await identity_pools.by_id(tx, POOL)
        try:
            await identities.link(tx, pool, "us-east-1:j", [GOOGLE], 7)
        except Conflict:
            return "taken"
        return "linked"

    assert await env.db.run(second) == "taken"
    assert await _run(env, identities.owner, POOL, GOOGLE) == "us-east-1:i"
    assert await _run(env, identities.owner, OTHER, GOOGLE) == "us-east-1:k"


async def test_twenty_at_once_with_one_login_find_one_identity(env):
    async def found_or_made(made):
        async def write(tx):
            pool = await identity_pools.by_id(tx, POOL)
            owner = await identities.owner(tx, POOL, GOOGLE)
            if owner is None:
                await identities.insert(tx, POOL, made, 6)
                await identities.link(tx, pool, made, [GOOGLE], 6)
            return owner or made

        return await env.db.run(write)

    found = await asyncio.gather(*(found_or_made(f"us-east-1:{place}") for place in range(20)))

    assert len(set(found)) == 1
    assert len(await _run(env, identities.page, POOL, "", 60, hide_disabled=False)) == 1


async def test_two_users_of_one_provider_are_two_identities_but_for_the_developers(env):
    await _run(env, identities.insert, POOL, "us-east-1:i", 6)
    await _link(env, "us-east-1:i", GOOGLE, BEN, Login("login.example", "eve", POOL))

    with pytest.raises(LoginsLinkedElsewhere):
        await _link(env, "us-east-1:i", Login("accounts.google.com", "110", "app"))
    assert len(await _run(env, identities.linked, POOL, "us-east-1:i")) == 3


async def test_a_subject_as_long_as_a_token_may_have_is_a_key_too(env):
    await _run(env, identities.insert, POOL, "us-east-1:i", 6)
    long = Login("login.example", "\U0001f511" * 1_024, POOL)
    await _link(env, "us-east-1:i", long)

    assert await _run(env, identities.owner, POOL, long) == "us-east-1:i"


async def test_logins_are_moved_unlinked_and_deleted_with_their_identity(env):
    for identity_id in ("us-east-1:i", "us-east-1:j"):
        await _run(env, identities.insert, POOL, identity_id, 6)
    await _link(env, "us-east-1:i", GOOGLE, BEN)

    assert await _run(env, identities.unlink, POOL, "us-east-1:i", "accounts.google.com")
    assert not await _run(env, identities.unlink, POOL, "us-east-1:i", "accounts.google.com")
    assert not await _run(env, identities.unlink_one, POOL, "us-east-1:j", BEN)
    await _run(env, identities.move, POOL, "us-east-1:i", "us-east-1:j")
    assert await _run(env, identities.owner, POOL, BEN) == "us-east-1:j"
    assert await _run(env, identities.delete, POOL, "us-east-1:j")
    assert not await _run(env, identities.delete, POOL, "us-east-1:j")

    assert await _run(env, identities.owner, POOL, BEN) is None
    assert (await _run(env, identities.by_id, POOL, "us-east-1:i")).logins == ()


async def test_identities_are_listed_in_pages_and_disabled_ones_can_be_left_out(env):
    for place in range(3):
        await _run(env, identities.insert, POOL, f"us-east-1:{place}", 6)
    await _link(env, "us-east-1:2", GOOGLE)
    await _run(env, identities.disable, POOL, "us-east-1:1", 8)

    async def listed(after, *, hide):
        found = await _run(env, identities.page, POOL, after, 60, hide_disabled=hide)
        return [(each.identity_id, each.logins, each.disabled) for each in found]

    assert await listed("us-east-1:0", hide=False) == [
        ("us-east-1:1", (), True),
        ("us-east-1:2", ("accounts.google.com",), False),
    ]
    assert [found[0] for found in await listed("", hide=True)] == ["us-east-1:0", "us-east-1:2"]


async def test_a_removed_pool_takes_its_identities_with_it_and_no_others(env):
    for pool_id in (POOL, OTHER):
        for place in range(250):
            await _run(env, identities.insert, pool_id, f"{pool_id}-{place}", 6)
        await _link(env, f"{pool_id}-1", GOOGLE, pool_id=pool_id)

    assert await _run(env, pool_removal.remove_identity_pool, POOL, env.clock.now())
    assert not await _run(env, pool_removal.remove_identity_pool, POOL, env.clock.now())
    assert await pool_removal.empty(env, POOL) == 501

    with pytest.raises(IdentityPoolNotFound):
        await identity_pools.of_id(env, POOL)
    with pytest.raises(IdentityNotFound):
        await identity_pools.of_identity(env, f"{POOL}-1")
    assert (await _run(env, identities.by_id, OTHER, f"{OTHER}-1")).logins == ("accounts.google.com",)
    env.clock.advance(6 * MINUTE)
    assert await pool_removal.empty_all(env) == 0


async def test_workers_that_ask_at_once_for_the_first_key_have_the_same(env, tmp_path):
    workers = [environment(env.db, tmp_path, vault=env.vault) for _ in range(3)]

    keys = await asyncio.gather(*(identity_keys.current(worker) for worker in workers))

    assert len({found.signing.kid for found in keys}) == 1
    assert {len(found.public) for found in keys} == {1}
