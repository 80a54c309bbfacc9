"""Pages of users: complete, in order, each user once, and each statement one range of one index."""

import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.contexts import context
from tests.environment import environment
from tests.pool_parts import POOL, add_pool

from poolhouse.directory import filters
from poolhouse.directory.users import User, UserStatus
from poolhouse.ports import Statement
from poolhouse.store import groups, links, user_listing, users
from poolhouse.store.migrate import MIGRATIONS

OTHER_POOL = "us-east-1_Zz9Yy8Xx7"
ODD = [
    "",
    "a",
    "A",
    "é",
    "ä",
    "z",
    "zz",
    "Z~",
    "\U0001f600",
    "\uffff",
    "\U0010ffff",
    "a\u0301",
    '"',
    "\\",
    "%",
    "_",
]


@pytest.fixture
async def env(db, tmp_path):
    made = environment(db, tmp_path)
    await add_pool(made)
    await add_pool(made, OTHER_POOL)
    return made


async def add(env, sub, pool_id=POOL, *, enabled=True, status=UserStatus.CONFIRMED, **attributes):
    ctx = await context(env, pool_id)
    user = User(pool_id, sub, f"name-{sub}", status, enabled, attributes, 1, 0, ctx.now, ctx.now)

    async def write(tx):
        await users.create(tx, ctx, user)

    await env.db.run(write)


async def every_page(env, text, size):
    """The subs of all pages, and how long each page was."""
    wanted, after, found, lengths = filters.parse(text), [], [], []
    while True:
        page = await env.db.read(lambda tx: user_listing.page(tx, POOL, wanted, after, size))  # noqa: B023
        found += [user.sub for user in page.users]
        lengths.append(len(page.users))
        if page.last is None:
            return found, lengths
        after = page.last


async def test_without_a_filter_all_users_of_the_pool_come_once_by_sub(env):
    for sub in ("b", "a", "d", "c", "e"):
        await add(env, sub)
    await add(env, "aa", OTHER_POOL)

    assert await every_page(env, "", 2) == (["a", "b", "c", "d", "e"], [2, 2, 1])
    assert await every_page(env, "", 5) == (["a", "b", "c", "d", "e"], [5])
    assert await every_page(env, "", 60) == (["a", "b", "c", "d", "e"], [5])


async def test_an_empty_pool_has_one_empty_page(env):
    assert await every_page(env, "", 60) == ([], [0])
    assert await every_page(env, 'email = "x"', 60) == ([], [0])
    assert await every_page(env, 'status = "Enabled"', 60) == ([], [0])


@pytest.mark.parametrize("size", [1, 3, 60])
async def test_filters_give_the_same_on_every_engine_as_in_python(env, size):
    values = {f"{place:02}": value for place, value in enumerate(ODD)}
    for sub, value in values.items():
        await add(env, sub, name=value, **({"email": "x@y.zz"} if sub < "05" else {}))
    indexed = {sub: value.lower() for sub, value in values.items() if value}

    for text in ODD:
        quoted = text.replace("\\", "\\\\").replace('"', '\\"')
        prefixed, _ = await every_page(env, f'name ^= "{quoted}"', size)
        equal, _ = await every_page(env, f'name = "{quoted}"', size)
        found = [sub for sub, value in indexed.items() if value.startswith(text.lower())]
        assert prefixed == sorted(found, key=lambda sub: (indexed[sub].encode(), sub))
        assert equal == [sub for sub, value in sorted(indexed.items()) if value == text.lower()]


async def test_users_with_one_value_are_told_apart_by_their_sub(env):
    for sub in ("c", "a", "b", "d"):
        await add(env, sub, family_name="Lovelace", given_name="Ada" if sub < "c" else "Bo")

    assert await every_page(env, 'family_name = "lovelace"', 1) == (["a", "b", "c", "d"], [1, 1, 1, 1])
    assert await every_page(env, 'family_name ^= "LOVE"', 3) == (["a", "b", "c", "d"], [3, 1])
    assert await every_page(env, 'given_name ^= "a"', 2) == (["a", "b"], [2])


async def test_user_names_are_compared_with_their_case(env):
    await add(env, "Abc")
    await add(env, "abc")

    assert (await every_page(env, 'username = "name-Abc"', 60))[0] == ["Abc"]
    assert (await every_page(env, 'username ^= "name-"', 60))[0] == ["Abc", "abc"]
    assert (await every_page(env, 'username ^= "Name-"', 60))[0] == []


async def test_a_sub_is_found_whole_and_by_its_beginning(env):
    subs = [f"{digit}{'0' * 7}-0000-4000-8000-{'0' * 12}" for digit in ("1", "2", "3")]
    subs.append(f"21{'0' * 6}-0000-4000-8000-{'0' * 12}")
    for sub in subs:
        await add(env, sub)

    assert (await every_page(env, f'sub = "{subs[1]}"', 60))[0] == [subs[1]]
    assert (await every_page(env, f'sub ^= "{subs[1]}"', 60))[0] == [subs[1]]
    assert (await every_page(env, f'sub = "{subs[1][:8]}"', 60))[0] == []
    assert await every_page(env, 'sub ^= "2"', 1) == ([subs[1], subs[3]], [1, 1])
    assert (await every_page(env, 'sub ^= ""', 3))[0] == sorted(subs)
    assert (await every_page(env, f'sub ^= "{subs[2]}x"', 60))[0] == []


async def test_state_filters_look_at_a_bounded_number_of_users_for_each_page(env, monkeypatch):
    monkeypatch.setattr(user_listing, "_SCANNED", 3)
    for sub in "abcdefgh":
        await add(
            env,
            sub,
            enabled=sub not in "bh",
            status=UserStatus.RESET_REQUIRED if sub in "ac" else UserStatus.CONFIRMED,
        )

    assert await every_page(env, 'status = "Disabled"', 60) == (["b", "h"], [1, 0, 1])
    assert await every_page(env, 'status ^= "Dis"', 60) == (["b", "h"], [1, 0, 1])
    assert (await every_page(env, 'status = "disabled"', 60))[0] == []
    assert await every_page(env, 'status = "Enabled"', 1) == (list("acdefg"), [1] * 6)
    assert (await every_page(env, 'cognito:user_status = "reset_required"', 60))[0] == ["a", "c"]
    assert (await every_page(env, 'cognito:user_status ^= "CONF"', 2))[0] == list("bdefgh")


async def test_a_page_goes_on_behind_a_user_who_was_deleted_meanwhile(env):
    for sub in "abcd":
        await add(env, sub, email=f"{sub}@b.cd")
    wanted = filters.parse('email ^= ""')
    first = await env.db.read(lambda tx: user_listing.page(tx, POOL, wanted, [], 2))

    await env.db.run(lambda tx: users.remove(tx, POOL, "b", 0))

    second = await env.db.read(lambda tx: user_listing.page(tx, POOL, wanted, first.last, 2))
    assert [user.sub for user in second.users] == ["c", "d"]


async def test_the_members_of_a_group_come_by_sub(env):
    ctx = await context(env)
    for sub in "cab":
        await add(env, sub)

        async def write(tx, sub=sub):
            await groups.join(tx, ctx, sub, "g1")

        await env.db.run(write)

    page = await env.db.read(lambda tx: user_listing.of_group(tx, POOL, "g1", [], 2))
    rest = await env.db.read(lambda tx: user_listing.of_group(tx, POOL, "g1", page.last, 2))

    assert [user.sub for user in page.users] == ["a", "b"]
    assert [user.sub for user in rest.users] == ["c"]
    assert rest.last is None


async def test_a_value_that_grows_in_lower_case_is_stored_and_found(env):
    grows = "\u023a" * 1024  # 2 bytes each, 3 in lower case

    await add(env, "a", name=grows)

    assert (await every_page(env, f'name ^= "{grows[:100]}"', 60))[0] == ["a"]
    assert (await every_page(env, f'name = "{grows[:100]}"', 60))[0] == []


STATEMENTS = [
    (module, name)
    for module in (user_listing, groups, links)
    for name, value in sorted(vars(module).items())
    if isinstance(value, Statement) and not value.text.lstrip().startswith("INSERT")
]


OF_ONE_PAGE = ("SCAN s", "SCAN m")  # the subqueries of 61 rows


def query_plan(statement):
    with sqlite3.connect(":memory:") as connection:
        for path in sorted(MIGRATIONS.glob("*.sql")):
            connection.executescript(path.read_text())
        values = dict.fromkeys(statement.names, "x")
        return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement.text}", values)]


@pytest.mark.parametrize(("module", "name"), STATEMENTS, ids=lambda part: getattr(part, "__name__", part))
def test_no_statement_scans_a_table_or_sorts_more_than_a_page(module, name):
    statement = getattr(module, name)
    of_user = statement in (groups._OF_USER, links._OF_USER)  # 100 or 5 rows

    plan = query_plan(statement)

    assert any(line.startswith("SEARCH") for line in plan)
    assert not [line for line in plan if line.startswith("SCAN") and line not in OF_ONE_PAGE]
    if not of_user and not set(OF_ONE_PAGE) & set(plan):
        assert not [line for line in plan if "TEMP B-TREE" in line]


def test_a_page_by_value_is_one_range_of_the_index_and_its_users_one_by_one():
    plan = "\n".join(query_plan(user_listing._BY_VALUE))

    assert "SEARCH user_search USING COVERING INDEX" in plan
    assert "(pool_id=? AND name=? AND (value,sub)>(?,?))" in plan
    assert "SEARCH u USING INDEX sqlite_autoindex_users_1 (pool_id=? AND sub=?)" in plan


async def test_an_index_row_without_a_user_neither_shows_nor_ends_the_listing(env):
    """AdminAddUserToGroup at the same time as AdminDeleteUser may leave one on PostgreSQL."""
    ctx = await context(env)
    for sub in ("b", "d"):
        await add(env, sub, email="x@y.zz")
    orphan = Statement(
        "INSERT INTO user_search (pool_id, name, value, sub) VALUES (:pool_id, 'email', 'x@y.zz', :sub)"
    )
    for sub in ("a", "c"):
        await env.db.run(lambda tx, sub=sub: tx.run(orphan, pool_id=POOL, sub=sub))
    for sub in ("a", "b", "c", "d"):
        await env.db.run(lambda tx, sub=sub: groups.join(tx, ctx, sub, "g1"))

    assert await every_page(env, 'email = "x@y.zz"', 1) == (["b", "d"], [0, 1, 0, 1])
    page = await env.db.read(lambda tx: user_listing.of_group(tx, POOL, "g1", [], 3))
    assert [user.sub for user in page.users] == ["b"]
    rest = await env.db.read(lambda tx: user_listing.of_group(tx, POOL, "g1", page.last, 3))
    assert ([user.sub for user in rest.users], rest.last) == (["d"], None)


@settings(max_examples=50)
@given(st.lists(st.text(), max_size=8), st.text(max_size=3))
def test_what_begins_alike_stands_together_in_byte_order(values, prefix):
    ordered = sorted(values + [prefix + value for value in values], key=str.encode)

    matching = [value.startswith(prefix) for value in ordered if value.encode() >= prefix.encode()]

    assert matching == sorted(matching, reverse=True)
