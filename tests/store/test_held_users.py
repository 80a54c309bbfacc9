"""What is written beside a user while another transaction changes or removes the user."""

import asyncio

import pytest
from tests.contexts import context
from tests.environment import environment
from tests.pool_parts import POOL, add_pool

from poolhouse.directory.users import User, UserStatus
from poolhouse.ports import Statement
from poolhouse.store import groups, users

_MEMBERSHIPS = Statement("SELECT sub FROM memberships WHERE pool_id = :pool_id")
ADA = User(POOL, "ada-sub", "ada", UserStatus.CONFIRMED, True, {}, 1, 0, 0, 0)


@pytest.fixture
async def ctx(db, tmp_path):
    made = environment(db, tmp_path)
    await add_pool(made)
    found = await context(made, POOL)
    await db.run(lambda tx: users.create(tx, found, ADA))
    return found


async def test_a_user_who_is_there_can_be_held_and_is_not_changed_by_it(db, ctx):
    assert await db.run(lambda tx: users.hold(tx, POOL, "ada-sub"))
    assert not await db.run(lambda tx: users.hold(tx, POOL, "nobody"))
    assert (await db.read(lambda tx: users.by_sub(tx, POOL, "ada-sub"))).version == 1


async def test_a_membership_does_not_outlive_a_user_who_was_removed_while_it_was_made(db, ctx):
    held = asyncio.Event()

    async def join(tx):
        assert await users.hold(tx, POOL, "ada-sub")
        held.set()
        await groups.join(tx, ctx, "ada-sub", "g1")
        for _ in range(100):  # the other one has begun by now, on PostgreSQL
            await users.by_sub(tx, POOL, "ada-sub")

    async def remove():
        await held.wait()
        return await db.run(lambda tx: users.remove(tx, POOL, "ada-sub", 0))

    _, removed = await asyncio.gather(db.run(join), remove())

    assert removed
    assert await db.read(lambda tx: tx.all(_MEMBERSHIPS, pool_id=POOL)) == []
    assert not await db.run(lambda tx: users.hold(tx, POOL, "ada-sub"))
