"""What every store promises (docs/architecture.md, "Store"), the same on both."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from tests.store.things import BY_KEY, CLAIM, THINGS, add_one, claim, keys_of, row_of
from tests.stores import open_migrated, open_store

from poolhouse.errors import CodeMismatch
from poolhouse.ports import Conflict, Db, Statement, Tx

INSERT = Statement("""
    INSERT INTO things (pool_id, key, amount, note, data, small)
    VALUES (:pool_id, :key, :amount, :note, :data, :small)
""")
SPEND = Statement("DELETE FROM things WHERE pool_id = :pool_id AND key = :key RETURNING key")
COUNT_UP = Statement("""
    INSERT INTO things (pool_id, key, amount) VALUES (:pool_id, :key, 1)
    ON CONFLICT (pool_id, key) DO UPDATE SET amount = things.amount + 1
 RETURNING amount
""")
RENAME_ALL = Statement("UPDATE things SET note = :note WHERE pool_id = :pool_id")
AFTER = Statement("SELECT key FROM things WHERE pool_id = :pool_id AND key > :key ORDER BY key LIMIT :most")


async def race(contenders: int, contend: Callable[[int], Awaitable[Any]]) -> list[Any]:
    return await asyncio.gather(*(contend(number) for number in range(contenders)))


# Transactions


async def test_what_a_transaction_wrote_is_there_when_it_has_returned(things: Db) -> None:
    await claim(things, "kept", amount=3)

    assert (await row_of(things, "kept"))["amount"] == 3


async def test_a_transaction_that_raises_leaves_nothing_behind(things: Db) -> None:
    async def write_and_raise(tx: Tx) -> None:
        await tx.one(CLAIM, pool_id="p", key="undone", amount=0, note="")
        raise CodeMismatch

    with pytest.raises(CodeMismatch):
        await things.run(write_and_raise)

    assert await row_of(things, "undone") is None


async def test_an_error_that_is_returned_is_raised_and_what_was_written_stays(things: Db) -> None:
    async def write_and_refuse(tx: Tx) -> CodeMismatch:
        await tx.one(CLAIM, pool_id="p", key="counted", amount=0, note="")
        return CodeMismatch("no")

    with pytest.raises(CodeMismatch, match="no"):
        await things.run(write_and_refuse)

    assert await row_of(things, "counted") is not None


async def test_an_error_of_the_database_undoes_the_whole_transaction_and_no_other(things: Db) -> None:
    await claim(things, "there")

    async def write_twice(tx: Tx) -> None:
        await tx.one(CLAIM, pool_id="p", key="first", amount=0, note="")
        await tx.run(INSERT, pool_id="p", key="there", amount=0, note=None, data=None, small=None)

    results = await asyncio.gather(
        claim(things, "before"), things.run(write_twice), claim(things, "after"), return_exceptions=True
    )

    assert isinstance(results[1], Exception)
    assert await keys_of(things) == ["after", "before", "there"]


async def test_a_transaction_sees_what_it_wrote_and_others_do_not_until_it_ends(things: Db) -> None:
    seen_inside: list[Any] = []

    async def write_and_look(tx: Tx) -> None:
        await tx.one(CLAIM, pool_id="p", key="mine", amount=0, note="")
        seen_inside.append(await tx.one(BY_KEY, pool_id="p", key="mine"))
        seen_inside.append(await row_of(things, "mine"))  # through another connection

    try:
        await things.run(write_and_look)
    finally:
        assert seen_inside[0]["key"] == "mine"
        assert seen_inside[1] is None
    assert await row_of(things, "mine") is not None


async def test_a_conflict_runs_the_transaction_again(things: Db) -> None:
    runs = 0

    async def conflict_twice(tx: Tx) -> int:
        nonlocal runs
        runs += 1
        await tx.one(COUNT_UP, pool_id="p", key="runs")
        if runs < 3:
            raise Conflict
        return runs

    assert await things.run(conflict_twice) == 3
    assert (await row_of(things, "runs"))["amount"] == 1


async def test_a_conflict_that_never_ends_is_raised_at_last(
    things: Db, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{type(things).__module__}._MOST_TRIES", 4)
    runs = 0

    async def conflict(tx: Tx) -> None:
        nonlocal runs
        runs += 1
        raise Conflict

    with pytest.raises(Conflict):
        await things.run(conflict)
    assert runs == 4


async def test_statements_without_a_transaction_are_kept_one_by_one(things: Db) -> None:
    async def write(tx: Tx) -> int:
        await tx.one(CLAIM, pool_id="p", key="a", amount=0, note="")
        return await tx.run(RENAME_ALL, pool_id="p", note="renamed")

    assert await things.run_singly(write) == 1
    assert (await row_of(things, "a"))["note"] == "renamed"


async def test_without_a_transaction_too_an_error_that_is_returned_is_raised_and_the_write_stays(
    things: Db,
) -> None:
    async def write_and_refuse(tx: Tx) -> CodeMismatch:
        await tx.one(CLAIM, pool_id="p", key="counted", amount=0, note="")
        return CodeMismatch()

    with pytest.raises(CodeMismatch):
        await things.run_singly(write_and_refuse)

    assert await row_of(things, "counted") is not None


async def test_a_script_is_undone_whole_when_one_of_its_statements_fails(things: Db) -> None:
    with pytest.raises(Exception, match="things"):
        await things.run(lambda tx: tx.script("CREATE TABLE half (a TEXT);\nCREATE TABLE things (a TEXT);"))

    assert "half" not in await things.tables()
    await things.run(
        lambda tx: tx.script("CREATE TABLE half (a TEXT); -- a; comment\nCREATE TABLE b (a TEXT)")
    )
    assert {"half", "b", "things"} <= await things.tables()


# Races: exactly one wins


async def test_of_twenty_that_spend_a_single_use_row_one_gets_it(things: Db) -> None:
    await claim(things, "code")

    async def spend(number: int) -> bool:
        return await things.run(lambda tx: tx.one(SPEND, pool_id="p", key="code")) is not None

    assert sorted(await race(20, spend)) == [False] * 19 + [True]


async def test_of_twenty_that_claim_a_name_one_gets_it(things: Db) -> None:
    won = await race(20, lambda number: claim(things, "ada", owner=str(number)))

    assert sorted(won) == [False] * 19 + [True]
    assert (await row_of(things, "ada"))["note"] == str(won.index(True))


async def test_compare_and_swap_loses_no_change(things: Db) -> None:
    await claim(things, "sum")

    await race(20, lambda number: add_one(things, "sum"))

    assert (await row_of(things, "sum"))["amount"] == 20


async def test_an_upsert_counts_each_of_twenty(things: Db) -> None:
    async def count(number: int) -> int:
        row = await things.run(lambda tx: tx.one(COUNT_UP, pool_id="p", key="n"))
        return int(row["amount"])

    assert sorted(await race(20, count)) == list(range(1, 21))


async def test_what_was_acknowledged_is_seen_by_the_next_read_every_time(things: Db) -> None:
    async def write_then_read(number: int) -> bool:
        await claim(things, str(number))
        return await row_of(things, str(number)) is not None

    assert await race(50, write_then_read) == [True] * 50


# Values


@pytest.mark.parametrize(
    "value",
    [
        {"amount": -(2**63), "note": "", "data": b"", "small": -32768},
        {
            "amount": 2**63 - 1,
            "note": "Zoë 漢字 \U0001f511 'quoted' \"\\ :name $1 ?",
            "data": b"\x00\xff",
            "small": 1,
        },
        {"amount": None, "note": None, "data": None, "small": None},
        {"amount": 1_700_000_000_000_000, "note": "x" * 100_000, "data": bytes(range(256)) * 400, "small": 0},
    ],
    ids=["lowest", "highest", "null", "long"],
)
async def test_values_come_back_as_they_were_stored(things: Db, value: dict[str, Any]) -> None:
    written = await things.run(lambda tx: tx.run(INSERT, pool_id="p", key="k", **value))

    assert written == 1
    assert await row_of(things, "k") == {"key": "k", **value}
    assert type((await row_of(things, "k"))["data"]) is type(value["data"])


async def test_a_row_is_a_mapping_by_column_name(things: Db) -> None:
    await claim(things, "k", amount=1)

    row = await things.read(lambda tx: tx.one(BY_KEY, pool_id="p", key="k"))

    assert row is not None
    assert list(row) == ["key", "amount", "note", "data", "small"]
    assert row.get("amount") == 1
    assert "absent" not in row


async def test_one_gives_none_and_all_gives_nothing_where_there_is_no_row(things: Db) -> None:
    assert await row_of(things, "nobody") is None
    assert await keys_of(things) == []


async def test_run_gives_the_number_of_rows_that_it_wrote(things: Db) -> None:
    for key in "abc":
        await claim(things, key)

    async def write(tx: Tx) -> tuple[int, ...]:
        return (
            await tx.run(RENAME_ALL, pool_id="p", note="x"),
            await tx.run(RENAME_ALL, pool_id="other", note="x"),
            await tx.run(SPEND, pool_id="p", key="a"),
            await tx.run(CLAIM, pool_id="p", key="b", amount=0, note=""),
        )

    assert await things.run(write) == (3, 0, 1, 0)


async def test_order_and_comparison_go_by_bytes(things: Db) -> None:
    keys = [
        "~",
        "a-b",
        "aa",
        "a",
        "B",
        "Z",
        "é",
        "e\u0301",
        "漢",
        "\U0001f511",
        "\uffee",
        "_",
        "1",
        "10",
        "2",
        " ",
    ]
    for key in keys:
        await claim(things, key)
    by_bytes = sorted(keys, key=lambda key: key.encode())

    after = await things.read(lambda tx: tx.all(AFTER, pool_id="p", key="a", most=4))

    assert await keys_of(things) == by_bytes
    assert [row["key"] for row in after] == by_bytes[by_bytes.index("a") + 1 :][:4]


# Reads


async def test_a_read_does_not_wait_for_a_writer(things: Db) -> None:
    writers = [asyncio.create_task(claim(things, str(number))) for number in range(20)]

    assert await asyncio.wait_for(keys_of(things), 2) is not None
    await asyncio.gather(*writers)
    assert len(await keys_of(things)) == 20


async def test_the_names_of_the_tables_are_told(things: Db) -> None:
    assert {"things", "schema_migrations", "users"} <= await things.tables()


# Ends


async def test_close_finishes_what_was_begun(store_url: str) -> None:
    db = await open_migrated(store_url)
    await db.run(lambda tx: tx.script(THINGS))
    writers = [asyncio.create_task(claim(db, str(number))) for number in range(20)]
    await asyncio.sleep(0)

    await db.close()

    assert await asyncio.gather(*writers) == [True] * 20
    again = await open_store(store_url)
    assert len(await keys_of(again)) == 20
    await again.close()


async def test_a_cancelled_caller_does_not_disturb_the_others(things: Db) -> None:
    tasks = [asyncio.create_task(claim(things, f"{number:02}")) for number in range(20)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()

    results = await asyncio.gather(*tasks, return_exceptions=True)

    assert results[1::2] == [True] * 10
    assert {f"{number:02}" for number in range(1, 20, 2)} <= set(await keys_of(things))
    assert await claim(things, "next")
