"""What PostgreSQL does to read and to delete events in partitions: how many it opens, and by which index."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.postgres_server import PostgresServer, run_apart
from tests.store.test_events import POOL
from tests.store.test_partitions import CURRENT, NOW, names, script
from tests.stores import open_store

from poolhouse.ports import DAY, HOUR, Db, Statement, Tx
from poolhouse.store import events, history, janitor, partitions, pool_removal


async def plan(db: Db, statement: Statement, **values: Any) -> list[str]:
    """As a server runs it: made once, whatever the values are."""

    def told(value: Any) -> str:
        return f"'{value}'" if isinstance(value, str) else str(value)

    given = ", ".join(told(values[name]) for name in statement.names)

    async def explain(tx: Tx) -> list[str]:
        await tx.script(f"PREPARE explained AS {statement.numbered}")
        rows = await tx.all(Statement(f"EXPLAIN (COSTS OFF) EXECUTE explained ({given})"))
        await tx.script("DEALLOCATE explained")
        return [row["QUERY PLAN"] for row in rows]

    return await db.run(explain)


@pytest.fixture(scope="module")
def filled(postgres_server: PostgresServer, migrated_template: str) -> str:
    """30,000 events of 300 users, over the time that they are kept, after an autovacuum."""
    url = postgres_server.new_database(migrated_template)
    fill = f"""
        INSERT INTO events
        SELECT '{POOL}', 'user-' || n % 300, {NOW} - CAST(n AS BIGINT) * {730 * DAY // 30_000}, 'e' || n,
               'a' || n, 'r' || n, '192.0.2.' || n % 250, 'SignIn',
               CASE WHEN n % 7 = 0 THEN 'Fail' ELSE 'Pass' END,
               repeat('x', 300), CASE WHEN n % 7 = 0 THEN NULL ELSE '[]' END
          FROM generate_series(1, 30000) AS n
    """

    async def prepare() -> None:
        db = await open_store(url)
        for month in range(24, -1, -1):
            await partitions.make(db, NOW - month * 30 * DAY, 730)
        await script(db, fill)
        with_rows = [name for name in await names(db) if name <= CURRENT]
        await db.read(lambda tx: tx.script(f"VACUUM ANALYZE {', '.join(with_rows)}"))
        await db.close()

    run_apart(prepare())
    return url


@pytest.fixture
async def two_years(filled: str) -> AsyncIterator[Db]:
    opened = await open_store(filled)
    yield opened
    await opened.close()


def scans(lines: list[str]) -> list[str]:
    return [line.strip(" ->") for line in lines if "Scan" in line and "Subquery Scan" not in line]


async def test_reading_the_past_opens_the_partitions_of_its_time_only_by_the_covering_index(
    two_years: Db,
) -> None:
    past = await plan(
        two_years,
        history._PAST,
        pool_id=POOL,
        sub="user-7",
        address="192.0.2.7",
        remembered=NOW - 180 * DAY,
        lately=NOW - HOUR,
    )
    print("\n".join(past))

    assert "Seq Scan" not in " ".join(past)
    passed, failed, failing = " ".join(past).split("Limit")[1:]
    assert passed.count("Index Only Scan") == 7  # half a year
    assert passed.count("Index Scan") == 2 + 1  # what is to come and the default, which are empty
    assert "Subplans Removed: 18" in passed
    assert "_response_at_seen_idx" in passed
    assert "Subplans Removed: 24" in failed
    assert "Subplans Removed: 24" in failing
    assert "_address_response_at_idx" in failing


async def test_what_a_user_did_lately_opens_the_partitions_of_its_time_only(two_years: Db) -> None:
    lately = await plan(two_years, events._OF_USER, pool_id=POOL, sub="user-7", since=NOW - 60 * DAY, most=5)
    print("\n".join(lately))

    assert any("Subplans Removed: 22" in line for line in lately)
    assert len(scans(lately)) == 3 + 2 + 1


async def test_what_expires_is_looked_for_in_the_oldest_partitions_only(two_years: Db) -> None:
    find, delete = janitor._KINDS["events"].find, janitor._KINDS["events"].delete
    oldest = await plan(two_years, find, before=NOW - 700 * DAY, most=200)
    one = await plan(two_years, delete, pool_id=POOL, sub="user-1", at=NOW - DAY, event_id="e1", before=NOW)
    print("\n".join([*oldest, *one]))

    assert len(scans(oldest)) == 2 + 1
    assert len(scans(one)) == 1


async def test_what_a_deleted_pool_has_left_is_found_without_reading_all_of_it(two_years: Db) -> None:
    place = [*pool_removal._TABLES].index("events")

    some = await plan(two_years, pool_removal._DELETE_BATCH[place], pool_id=POOL)

    assert len(scans(some)) >= 3 * (25 + 2 + 1)
    assert "Seq Scan" not in " ".join(some)
