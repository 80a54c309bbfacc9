"""The audit log on both stores: one record with each change, in chains that show what was done to them."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from tests.environment import environment
from tests.pool_parts import POOL
from tests.stores import open_store

from poolhouse.context import Env
from poolhouse.directory import audit as rules
from poolhouse.directory.audit import HOUSE, Link, Record
from poolhouse.errors import CodeMismatch
from poolhouse.ports import DAY, Conflict, Db, Statement, Tx
from poolhouse.store import audit, audit_purge, audit_verification, audited, limits, tags
from poolhouse.store.audit_verification import Verdict

SET = {
    name: Statement(f"UPDATE audit_records SET {name} = :value WHERE pool_id = :pool_id AND seq = :seq")
    for name in Record.__struct_fields__
    if name != "pool_id"
}
MOVE_TO = Statement("UPDATE audit_records SET pool_id = :value WHERE pool_id = :pool_id AND seq = :seq")
DROP = Statement("DELETE FROM audit_records WHERE pool_id = :pool_id AND seq = :seq")
SET_HEAD = Statement("""
    UPDATE audit_heads SET seq = :seq, digest = :digest, mac = :mac WHERE pool_id = :pool_id
""")
DROP_HEAD = Statement("DELETE FROM audit_heads WHERE pool_id = :pool_id")
SET_ANCHOR = Statement("""
    UPDATE audit_heads SET purged_seq = :seq, purged_digest = :digest WHERE pool_id = :pool_id
""")


@pytest.fixture
def env(db: Db, tmp_path: Path) -> Env:
    return environment(db, tmp_path, audit_days=400)


@pytest.fixture
def acting(env: Env) -> Env:
    """The same for somebody whose changes are recorded."""
    return audited.for_service(env, "test", "Test", "request-1")


async def put(acting: Env, rate: int, category: str = "UserRead") -> None:
    await acting.db.run(lambda tx: limits.put(tx, category, rate))


async def tag(acting: Env, value: str, pool_id: str = POOL) -> None:
    await acting.db.run(lambda tx: tags.put(tx, pool_id, {"team": value}))


async def records(env: Env, chain: str = HOUSE) -> list[Record]:
    return list(await env.db.read(lambda tx: audit.page(tx, chain, 0, 1_000)))


async def verdict(env: Env, chain: str = HOUSE, saved: str = "") -> Verdict:
    return await audit_verification.verify(env.db, chain, await audit.keys(env), saved)


async def without_key(env: Env, chain: str = HOUSE, saved: str = "") -> Verdict:
    return await audit_verification.verify(env.db, chain, None, saved)


async def change(env: Env, statement: Statement, **values: Any) -> None:
    """As somebody would who has the store and not the key."""
    assert await env.db.run(lambda tx: tx.run(statement, **({"pool_id": HOUSE} | values))) == 1


async def five(acting: Env) -> list[Record]:
    for rate in range(1, 6):
        await put(acting, rate)
    return await records(acting)


# What is written


async def test_a_change_is_recorded_with_what_was_before_and_after(acting: Env) -> None:
    await put(acting, 1)
    await put(acting, 2)

    first, second = await records(acting)
    assert (first.who, first.what, first.request_id) == ("service:test", "Test", "request-1")
    assert (first.seq, first.previous, second.seq, second.previous) == (1, "", 2, first.digest)
    (made,), (changed,) = json.loads(first.changes), json.loads(second.changes)
    assert (made["kind"], made["id"], made["before"]) == ("provisioned-limit", "UserRead", None)
    assert changed["before"] == made["after"]
    assert changed["after"] != changed["before"]


async def test_each_pool_has_a_chain_and_the_house_has_one(acting: Env) -> None:
    await tag(acting, "one")
    await tag(acting, "one", "us-east-1_Other0001")
    await put(acting, 1)

    assert await acting.db.read(audit.chains) == [HOUSE, POOL, "us-east-1_Other0001"]
    assert [(await verdict(acting, chain)).fault for chain in (HOUSE, POOL, "us-east-1_Other0001")] == [
        ""
    ] * 3


async def test_a_change_that_is_undone_leaves_no_record(acting: Env) -> None:
    async def write_and_raise(tx: Tx) -> None:
        await limits.put(tx, "UserRead", 1)
        raise CodeMismatch

    with pytest.raises(CodeMismatch):
        await acting.db.run(write_and_raise)

    assert await records(acting) == []


async def test_what_is_kept_although_the_call_fails_is_recorded(acting: Env) -> None:
    async def write_and_refuse(tx: Tx) -> CodeMismatch:
        await limits.put(tx, "UserRead", 1)
        return CodeMismatch("no")

    with pytest.raises(CodeMismatch):
        await acting.db.run(write_and_refuse)

    assert len(await records(acting)) == 1


async def test_what_stays_as_it_was_is_no_change(acting: Env) -> None:
    await put(acting, 1)

    await put(acting, 1)
    await put(acting, 2)

    assert [record.seq for record in await records(acting)] == [1, 2]


async def test_a_transaction_that_runs_twice_is_recorded_once(acting: Env) -> None:
    runs = []

    async def write(tx: Tx) -> None:
        await limits.put(tx, "UserRead", 1)
        runs.append(1)
        if len(runs) == 1:
            raise Conflict

    await acting.db.run(write)

    assert len(runs) == 2
    assert [record.seq for record in await records(acting)] == [1]


async def test_several_changes_of_a_transaction_are_one_record_a_chain(acting: Env) -> None:
    async def write(tx: Tx) -> None:
        await tags.put(tx, POOL, {"team": "one", "stage": "test"})
        await limits.put(tx, "UserRead", 1)

    await acting.db.run(write)

    (of_pool,), (of_house,) = await records(acting, POOL), await records(acting)
    assert [entry["id"] for entry in json.loads(of_pool.changes)] == ["team", "stage"]
    assert [entry["id"] for entry in json.loads(of_house.changes)] == ["UserRead"]


async def test_rows_that_a_statement_takes_together_are_counted(acting: Env) -> None:
    await acting.db.run(lambda tx: tags.put(tx, POOL, {"team": "one", "stage": "test"}))

    await acting.db.run(lambda tx: tags.delete_of_pool(tx, POOL))

    _, swept = await records(acting, POOL)
    assert json.loads(swept.changes) == [{"kind": "tag", "id": "*", "rows": 2}]


async def test_who_has_the_plain_store_leaves_no_record(env: Env) -> None:
    await put(env, 1)

    assert await records(env) == []


async def test_writers_at_the_same_time_do_not_fork_the_chain(env: Env, acting: Env, store_url: str) -> None:
    other = await open_store(store_url)
    try:
        theirs = audited.for_service(replace(env, db=other), "other", "Test")
        await asyncio.gather(
            *(put(acting, rate, f"Mine{rate}") for rate in range(1, 16)),
            *(put(theirs, rate, f"Theirs{rate}") for rate in range(1, 16)),
        )
    finally:
        await other.close()

    assert [record.seq for record in await records(env)] == list(range(1, 31))
    assert await verdict(env) == Verdict(HOUSE, 30, Link(30, (await records(env))[-1].digest))


# What is done to it


async def test_a_chain_that_nobody_touched_is_in_order(acting: Env) -> None:
    written = await five(acting)

    assert await verdict(acting) == Verdict(HOUSE, 5, Link(5, written[-1].digest))
    assert (await without_key(acting)).fault == ""


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("seq", 33),
        ("at", 1),
        ("who", "service:nobody"),
        ("what", "Tested"),
        ("changes", "[]"),
        ("changes", " []"),
        ("changes", "{"),
        ("request_id", "request-2"),
        ("previous", "0" * 64),
        ("digest", "0" * 64),
        ("mac", "0" * 64),
    ],
)
async def test_a_record_of_which_one_column_was_changed_is_named(
    acting: Env, column: str, value: object
) -> None:
    await five(acting)

    await change(acting, SET[column], seq=3, value=value)

    found = await verdict(acting)
    assert (found.seq, found.records) == (3, 2)
    assert found.fault


async def test_a_record_that_was_put_into_another_chain_is_missed_and_named_where_it_is(acting: Env) -> None:
    await five(acting)

    await change(acting, MOVE_TO, seq=3, value="us-east-1_Stray0001")

    assert await acting.db.read(audit.chains) == [HOUSE, "us-east-1_Stray0001"]
    assert ((await verdict(acting)).seq, (await verdict(acting)).fault) == (3, "it is missing")
    assert (await verdict(acting, "us-east-1_Stray0001")).fault


async def test_a_record_that_was_deleted_is_named(acting: Env) -> None:
    await five(acting)

    await change(acting, DROP, seq=2)

    assert ((await without_key(acting)).seq, (await without_key(acting)).fault) == (2, "it is missing")


async def test_records_that_changed_places_are_named(acting: Env) -> None:
    await five(acting)

    for seq, value in ((2, 22), (3, 2), (22, 3)):
        await change(acting, SET["seq"], seq=seq, value=value)

    assert (await without_key(acting)).seq == 2


async def test_records_that_were_cut_off_are_missed(acting: Env) -> None:
    await five(acting)

    await change(acting, DROP, seq=5)
    await change(acting, DROP, seq=4)

    found = await without_key(acting)
    assert (found.seq, found.fault) == (4, "it is missing, as all up to 5")


async def test_records_that_were_cut_off_with_the_head_set_back_are_missed_by_who_has_the_key(
    acting: Env,
) -> None:
    written = await five(acting)
    end = written[3]

    await change(acting, DROP, seq=5)
    await change(acting, SET_HEAD, seq=4, digest=end.digest, mac=end.mac)

    assert (await without_key(acting)).fault == ""
    assert (await verdict(acting)).fault.startswith("that it is the last was not said by us")


async def test_who_kept_a_digest_elsewhere_misses_even_a_head_that_was_once_true(acting: Env) -> None:
    await five(acting)
    before = await acting.db.read(lambda tx: audit.head(tx, HOUSE))
    assert before is not None
    await put(acting, 6)
    saved = (await records(acting))[-1].digest
    assert (await verdict(acting, saved=saved)).saved

    await change(acting, DROP, seq=6)
    await change(acting, SET_HEAD, seq=5, digest=before.end.digest, mac=before.mac)

    found = await verdict(acting, saved=saved)
    assert (found.fault, found.saved) == ("", False)


async def test_a_chain_without_its_head_is_named(acting: Env) -> None:
    await five(acting)

    await change(acting, DROP_HEAD)

    assert "head of the chain is missing" in (await without_key(acting)).fault


async def test_a_chain_that_somebody_made_anew_is_named_by_who_has_the_key(acting: Env) -> None:
    """All digests and links are right again; the MACs nobody can make."""
    await five(acting)
    forged = rules.Keys(bytes(32), bytes(32))
    last = Link()
    for record in await records(acting):
        who = "service:nobody" if record.seq == 3 else record.who
        act = rules.Act(who, record.what, record.request_id)
        made = rules.record(forged, last, HOUSE, act, [], record.at)
        for column in ("who", "changes", "previous", "digest"):
            await change(acting, SET[column], seq=record.seq, value=getattr(made, column))
        last = Link(made.seq, made.digest)
    await change(acting, SET_HEAD, seq=5, digest=last.digest, mac=rules.head_mac(forged, HOUSE, last))

    assert (await without_key(acting)).fault == ""
    assert (await verdict(acting)).fault == "its MAC was not made with this master key"


# What is purged


@pytest.fixture
def advance(env: Env) -> Callable[[int], None]:
    return lambda days: env.clock.advance(days * DAY)  # type: ignore[attr-defined]


async def test_what_is_old_is_purged_from_the_beginning_and_the_rest_is_still_in_order(
    acting: Env, advance: Callable[[int], None]
) -> None:
    await five(acting)
    advance(399)
    await put(acting, 6)
    assert await audit_purge.purge(acting) == 0
    advance(2)

    assert await audit_purge.purge(acting) == 5

    left = await records(acting)
    assert [(record.seq, record.what) for record in left] == [(6, "Test"), (7, "purge")]
    assert json.loads(left[-1].changes) == [{"kind": "audit-record", "id": "1-5", "rows": 5}]
    assert (await verdict(acting)) == Verdict(HOUSE, 2, Link(7, left[-1].digest), purged=5)


async def test_what_says_that_records_were_purged_cannot_be_made_by_who_has_no_key(
    acting: Env, advance: Callable[[int], None]
) -> None:
    written = await five(acting)

    await change(acting, DROP, seq=1)
    await change(acting, SET_ANCHOR, seq=1, digest=written[0].digest)

    assert (await without_key(acting)).fault == ""
    found = await verdict(acting)
    assert (found.seq, found.records) == (1, 0)
    assert "was not made by us" in found.fault


async def test_a_chain_that_is_broken_is_kept(acting: Env, advance: Callable[[int], None]) -> None:
    await five(acting)
    await change(acting, SET["who"], seq=2, value="service:nobody")
    advance(401)

    assert await audit_purge.purge(acting) == 0

    assert len(await records(acting)) == 5


async def test_nothing_is_purged_where_the_setting_says_for_ever(
    db: Db, tmp_path: Path, acting: Env, advance: Callable[[int], None]
) -> None:
    await five(acting)
    advance(4_000)
    for_ever = replace(acting, settings=environment(db, tmp_path, audit_days=0).settings)

    assert await audit_purge.purge(for_ever) == 0
    assert await audit_purge.purge(acting) == 5
