"""What was revoked lately, page by page. On both stores."""

import pytest

from poolhouse.ports import MINUTE, SECOND, Db, Instant, Statement, Tx
from poolhouse.store import revocations
from poolhouse.store.revocations import FAMILY, REMOVED, USER, Page

POOL, OTHER = "us-east-1_Pool00001", "us-east-1_Other0001"
NOW = 1_795_600_000 * SECOND

_ADD_FAMILY = Statement("""
    INSERT INTO token_families (pool_id, sub, family_id, client_id, event_id, auth_time, expires_at,
                                generation, rotated_at, revoked_at)
    VALUES (:pool_id, :sub, :family_id, 'c', 'e', 0, 0, 0, 0, :at)
""")


@pytest.fixture
def two_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    text = revocations._END_OF_PAGE.text
    assert f"OFFSET {revocations.PAGE - 1}" in text
    small = Statement(text.replace(f"OFFSET {revocations.PAGE - 1}", "OFFSET 1"))
    monkeypatch.setattr(revocations, "_END_OF_PAGE", small)


async def add(db: Db, subject: str, at: Instant, pool_id: str = POOL) -> None:
    await db.run(lambda tx: revocations.add_user(tx, pool_id, subject, at))


async def read(db: Db, since: Instant = 0, pool_id: str = POOL) -> Page:
    return await db.read(lambda tx: revocations.page(tx, pool_id, since, NOW))


def subjects(page: Page) -> list[str]:
    return [row["subject"] for row in page.rows]


async def test_a_page_has_what_was_revoked_since_then_in_this_pool(db: Db) -> None:
    await add(db, "long ago", NOW - 3)
    await add(db, "then", NOW - 2)
    await add(db, "since", NOW - 1)
    await add(db, "elsewhere", NOW - 1, OTHER)

    assert subjects(await read(db, NOW - 2)) == ["then", "since"]
    assert subjects(await read(db, NOW - 2, OTHER)) == ["elsewhere"]


async def test_the_last_minute_is_read_again(db: Db) -> None:
    """A request that took long, or another machine, commits what is older than what was read already."""
    first = await read(db)
    assert (first.then, first.more) == (NOW - MINUTE, False)
    await add(db, "late", NOW - MINUTE + 1)

    assert subjects(await read(db, first.then)) == ["late"]


async def test_a_cursor_never_goes_back(db: Db) -> None:
    assert (await read(db, NOW - 1)).then == NOW - 1


async def test_pages_follow_each_other_without_a_gap(db: Db, two_a_page: None) -> None:
    for place in range(5):
        await add(db, f"{place}", NOW - 300 * SECOND + place)

    found, since, more = [], 0, True
    while more:
        page = await read(db, since)
        found.append(subjects(page))
        since, more = page.then, page.more

    assert found == [["0", "1"], ["2", "3"], ["4"]]


async def test_what_was_revoked_at_once_is_on_one_page_however_much_it_is(db: Db, two_a_page: None) -> None:
    """All sign-ins of a user: a cursor is a time, and must not stop in the middle of one."""
    for place in range(5):
        await add(db, f"{place}", NOW - 300 * SECOND)
    await add(db, "later", NOW - 299 * SECOND)

    page = await read(db)

    assert subjects(page) == ["0", "1", "2", "3", "4"]
    assert subjects(await read(db, page.then)) == ["later"]


async def test_the_families_that_this_transaction_revoked_are_added_once(db: Db) -> None:
    async def write(tx: Tx) -> None:
        for family_id, sub, at in (
            ("a", "ada", NOW),
            ("b", "ada", NOW),
            ("c", "ada", NOW - 1),
            ("d", "bob", NOW),
        ):
            await tx.run(_ADD_FAMILY, pool_id=POOL, sub=sub, family_id=family_id, at=at)
        for _ in range(2):  # the transaction runs again
            await revocations.add_families(tx, POOL, "ada", NOW)
            await revocations.add_removed(tx, POOL, "bob", NOW)

    await db.run(write)

    found = {(row["kind"], row["subject"], row["revoked_at"]) for row in (await read(db)).rows}
    assert found == {(FAMILY, "a", NOW), (FAMILY, "b", NOW), (REMOVED, "bob", NOW)}
    assert USER not in {kind for kind, _, _ in found}
