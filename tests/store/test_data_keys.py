"""Data keys: one a scope, wrapped by the master key, rewrapped when that changes."""

import asyncio
import secrets

import pytest
from tests.environment import environment

from poolhouse.drivers.vault import MasterKeyVault
from poolhouse.errors import SettingsError
from poolhouse.ports import Db, Statement, Tx
from poolhouse.store import data_keys

_ALL = Statement("SELECT scope, wrapped, master_key_id FROM data_keys ORDER BY scope")
_MOVE = Statement(
    "UPDATE data_keys SET wrapped = (SELECT wrapped FROM data_keys WHERE scope = 'p1') WHERE scope = 'p2'"
)


async def _create(env, scope):
    return await env.db.run(lambda tx: data_keys.create(tx, env, scope))


async def _rows(db: Db):
    return await db.read(lambda tx: tx.all(_ALL))


async def test_a_data_key_is_read_back_as_it_was_made(db, tmp_path):
    env = environment(db, tmp_path)

    made = await _create(env, "us-east-1_a")

    assert len(made) == 32
    assert await data_keys.of_scope(env, "us-east-1_a") == made


async def test_the_store_holds_only_the_wrapped_key(db, tmp_path):
    env = environment(db, tmp_path)
    made = await _create(env, "us-east-1_a")

    (row,) = await _rows(db)

    assert made not in bytes(row["wrapped"])
    assert row["master_key_id"] == env.vault.key_id


async def test_a_scope_gets_one_data_key_only(db, tmp_path):
    env = environment(db, tmp_path)
    await _create(env, "us-east-1_a")

    with pytest.raises(LookupError):
        await _create(env, "us-east-1_a")

    await _create(env, "us-east-1_b")
    assert len(await _rows(db)) == 2


async def test_a_pool_without_its_data_key_is_a_damaged_store(db, tmp_path):
    env = environment(db, tmp_path)

    with pytest.raises(SettingsError, match="restore it from a backup"):
        await data_keys.of_scope(env, "us-east-1_a")


async def test_the_house_key_is_made_once_though_many_ask_for_it_first(db, tmp_path):
    env = environment(db, tmp_path)

    async def ask():
        env.house_keys.drop(data_keys.HOUSE)
        return await data_keys.of_scope(env, data_keys.HOUSE)

    found = await asyncio.gather(*(ask() for _ in range(20)))

    assert len(set(found)) == 1
    assert len(await _rows(db)) == 1


async def test_a_wrapped_key_moved_to_another_scope_does_not_open(db, tmp_path):
    env = environment(db, tmp_path)
    first = await _create(env, "p1")
    await _create(env, "p2")

    await db.run(lambda tx: tx.run(_MOVE))

    assert await data_keys.of_scope(env, "p1") == first
    with pytest.raises(SettingsError):
        await data_keys.of_scope(env, "p2")


async def test_a_new_master_key_takes_over_every_data_key_and_the_old_one_can_go(db, tmp_path):
    old, new = secrets.token_bytes(32), secrets.token_bytes(32)
    before = environment(db, tmp_path, vault=MasterKeyVault(old))
    made = {scope: await _create(before, scope) for scope in ("p1", "p2", "p3")}
    both = environment(db, tmp_path, vault=MasterKeyVault(new, [old]))

    assert await data_keys.rewrap_all(both) == 3
    assert await data_keys.rewrap_all(both) == 0

    alone = environment(db, tmp_path, vault=MasterKeyVault(new))
    assert {scope: await data_keys.of_scope(alone, scope) for scope in made} == made
    with pytest.raises(SettingsError, match="not configured"):
        await data_keys.of_scope(before, "p1")


async def test_rewrapping_goes_on_page_by_page(db, tmp_path, monkeypatch):
    monkeypatch.setattr(data_keys, "_PAGE", 2)
    old, new = secrets.token_bytes(32), secrets.token_bytes(32)
    before = environment(db, tmp_path, vault=MasterKeyVault(old))
    for number in range(5):
        await _create(before, f"p{number}")

    assert await data_keys.rewrap_all(environment(db, tmp_path, vault=MasterKeyVault(new, [old]))) == 5


async def test_a_deleted_data_key_is_gone(db, tmp_path):
    env = environment(db, tmp_path)
    await _create(env, "p1")

    async def delete(tx: Tx) -> None:
        await data_keys.delete(tx, "p1")

    await db.run(delete)

    assert await _rows(db) == []
