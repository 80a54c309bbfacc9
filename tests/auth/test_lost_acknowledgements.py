"""A commit whose answer is lost runs again: the sign-in that it stored is good, and still good once."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest
from msgspec.structs import replace
from tests.auth.test_new_password_sessions import NEW, choose, invited, session
from tests.races.sites import srp_answer
from tests.world import World

from poolhouse.errors import ApiError, SessionUsed
from poolhouse.ports import SECOND, Db, Tx
from poolhouse.store import key_rotation, snapshots

Transaction = Callable[[Tx], Awaitable[Any]]


class Forgetful:
    """A store that commits everything, hears nothing of it, and does it again."""

    def __init__(self, db: Db) -> None:
        self._db = db

    async def run(self, transaction: Transaction) -> Any:
        with suppress(ApiError):
            await self._db.run(transaction)
        return await self._db.run(transaction)

    async def run_singly(self, statements: Transaction, *, durable: bool = True) -> Any:
        with suppress(ApiError):
            await self._db.run_singly(statements, durable=durable)
        return await self._db.run_singly(statements, durable=durable)

    async def read(self, query: Transaction) -> Any:
        return await self._db.read(query)


class _Site:
    """As much of tests/races/sites.py as `srp_answer` needs."""

    def __init__(self, world: World) -> None:
        self.call = world.call


@pytest.fixture
async def forgetful(world: World) -> World:
    """Another worker of the same world, with a store that forgets."""
    return World(replace(world.env, db=Forgetful(world.env.db)), world.events)  # type: ignore[arg-type]


async def test_a_password_signs_in(world: World, forgetful: World) -> None:
    pool = await world.pool()
    await world.user(pool)

    assert "AccessToken" in await forgetful.tokens(await world.client(pool))


async def test_a_proof_signs_in_once(world: World, forgetful: World) -> None:
    pool = await world.pool()
    client = await world.client(pool)
    await world.user(pool)
    answer = await srp_answer(_Site(world), pool, client["ClientId"])  # type: ignore[arg-type]

    signed_in = await forgetful.call("RespondToAuthChallenge", **answer)

    assert "AccessToken" in signed_in["AuthenticationResult"]
    with pytest.raises(SessionUsed):
        await forgetful.call("RespondToAuthChallenge", **answer)


async def test_keys_are_rotated_once(world: World, forgetful: World) -> None:
    pool = await world.pool()
    before = (await snapshots.of_pool(world.env, pool)).keys.public

    made = await key_rotation.rotate(forgetful.env, pool)

    world.advance(3 * SECOND)
    after = (await snapshots.of_pool(world.env, pool)).keys
    assert after.public.keys() == before.keys() | set(made)
    assert [after.id_key.kid, after.access_key.kid] == made


async def test_a_new_password_is_set_and_signs_in_once(world: World, forgetful: World) -> None:
    client = await invited(world)
    opened = await session(world, client)

    signed_in = await choose(forgetful, client, opened)

    assert "AccessToken" in signed_in["AuthenticationResult"]
    assert "AccessToken" in await world.tokens(client, "kim", NEW)
    with pytest.raises(SessionUsed):
        await choose(forgetful, client, opened, f"{NEW}!")
