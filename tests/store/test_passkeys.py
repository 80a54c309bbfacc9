"""Passkeys in the store: an id is one user's, a counter goes up, a challenge is good once. On both stores."""

import asyncio

import pytest
from msgspec.structs import replace
from tests.contexts import context
from tests.environment import environment
from tests.pool_parts import CLIENT, POOL, add_client, add_pool

from poolhouse.context import Caller
from poolhouse.directory.users import User, UserStatus
from poolhouse.ports import MINUTE
from poolhouse.store import passkeys, snapshots
from poolhouse.store.passkeys import Begun, Passkey

ADA = "11111111-1111-4111-8111-111111111111"
BOB = "22222222-2222-4222-8222-222222222222"
OTHER_POOL = "us-east-1_Zz9Yy8Xx7"
KEY = Passkey("id-1", b"\0key\xff", 7, True, "Passkey", "localhost", "platform", ("internal", "usb"), 5)


@pytest.fixture
async def env(db, tmp_path):
    made = environment(db, tmp_path)
    await add_pool(made)
    await add_client(made)
    return made


@pytest.fixture
async def ctx(env):
    return await request(env)


async def request(env, sub=ADA):
    """One request of this user, now."""
    user = User(POOL, sub, "ada", UserStatus.CONFIRMED, True, {}, 1, 0, 0, 0)
    snapshot, app = await snapshots.of_client(env, CLIENT, POOL)
    made = await context(env)
    return replace(made, snapshot=snapshot, app_client=app, caller=Caller("token", user=user))


async def add(ctx, passkey=KEY, sub=ADA, pool=POOL):
    return await ctx.env.db.run(lambda tx: passkeys.add(tx, pool, sub, passkey))


async def use(ctx, count, sub=ADA, key_id="id-1"):
    return await ctx.env.db.run_singly(lambda tx: passkeys.use(tx, ctx, sub, key_id, count))


async def of_user(ctx, sub=ADA, pool=POOL):
    return await ctx.env.db.read(lambda tx: passkeys.of_user(tx, pool, sub))


async def begin(ctx, challenge="challenge"):
    await ctx.env.db.run(lambda tx: passkeys.begin(tx, ctx, challenge, "localhost"))


async def take(ctx, challenge="challenge"):
    return await ctx.env.db.run_singly(lambda tx: passkeys.take(tx, ctx, challenge))


async def test_a_passkey_comes_back_as_it_was_kept(ctx):
    assert await add(ctx)

    assert await of_user(ctx) == [KEY]
    assert await of_user(ctx, BOB) == []


async def test_passkeys_come_in_the_order_in_which_they_were_made(ctx):
    keys = [replace(KEY, credential_id=f"id-{10 - number}", created_at=number) for number in range(4)]
    for key in reversed(keys):
        await add(ctx, key)

    assert await of_user(ctx) == keys


async def test_an_id_belongs_to_one_user_of_a_pool(ctx):
    assert await add(ctx)

    assert not await add(ctx, replace(KEY, created_at=6))
    assert not await add(ctx, sub=BOB)
    assert await add(ctx, pool=OTHER_POOL)
    assert await add(ctx, replace(KEY, credential_id="id-2"), sub=BOB)


async def test_the_same_request_may_add_it_again(ctx):
    """Its first answer was lost on the way."""
    assert await add(ctx)
    assert await add(ctx)

    assert await of_user(ctx) == [KEY]


async def test_the_longest_id_is_kept(ctx):
    longest = replace(KEY, credential_id="x" * 1364)  # 1,023 bytes in base64url

    assert await add(ctx, longest)
    assert await of_user(ctx) == [longest]


async def test_a_counter_only_goes_up(ctx, env):
    await add(ctx)

    assert await use(ctx, 8)
    later = await request(env)
    assert not await use(later, 8)
    assert not await use(later, 3)
    assert not await use(later, 0)
    assert await use(later, 2**32 - 1)


async def test_the_same_request_may_count_again(ctx):
    """Its first answer was lost on the way."""
    await add(ctx)

    assert await use(ctx, 8)
    assert await use(ctx, 8)


async def test_a_passkey_without_a_counter_is_used_again_and_again(ctx, env):
    await add(ctx, replace(KEY, sign_count=0))

    for _ in range(3):
        assert await use(await request(env), 0)


async def test_nobody_elses_passkey_is_counted(ctx):
    await add(ctx)

    assert not await use(ctx, 8, sub=BOB)
    assert not await use(ctx, 8, key_id="id-2")
    assert [key.sign_count for key in await of_user(ctx)] == [7]


async def test_of_many_uses_with_one_counter_one_is_good(ctx, env):
    await add(ctx)
    requests = [await request(env) for _ in range(8)]

    results = await asyncio.gather(*(use(found, 8) for found in requests))

    assert sum(results) == 1


async def test_a_passkey_is_removed_once_and_by_its_owner(ctx):
    await add(ctx)

    async def remove(sub):
        return await ctx.env.db.run(lambda tx: passkeys.remove(tx, POOL, sub, "id-1"))

    assert not await remove(BOB)
    assert await remove(ADA)
    assert not await remove(ADA)
    assert await of_user(ctx) == []


async def test_a_registration_is_good_once(ctx, env):
    await begin(ctx)
    requests = [await request(env) for _ in range(8)]

    results = await asyncio.gather(*(take(found) for found in requests))

    assert [found for found in results if found] == [Begun(CLIENT, "localhost")]


async def test_the_same_request_may_take_a_registration_again(ctx):
    """Its first answer was lost on the way."""
    await begin(ctx)

    assert await take(ctx)
    assert await take(ctx)


async def test_a_registration_is_the_users_own_and_has_its_challenge(ctx, env):
    await begin(ctx)

    assert await take(ctx, "another") is None
    assert await take(await request(env, BOB)) is None
    assert await take(ctx)


async def test_a_registration_that_is_begun_again_is_another(ctx, env):
    await begin(ctx, "first")
    await take(ctx, "first")
    await begin(ctx, "second")

    assert await take(await request(env), "first") is None
    assert await take(await request(env), "second")


async def test_a_registration_lives_for_five_minutes(ctx):
    """[K]"""
    await begin(ctx)

    assert await take(replace(ctx, now=ctx.now + 5 * MINUTE)) is None
    assert await take(replace(ctx, now=ctx.now + 5 * MINUTE - 1))
