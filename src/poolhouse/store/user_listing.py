"""Pages of users: every statement reads one range of one index, from where the page before ended.

Values are ordered by their bytes. A page may be short, or empty, and still not be the last (gotcha 28).
"""

from collections.abc import Sequence

from msgspec import Struct

from poolhouse.directory import filters, users
from poolhouse.directory.filters import Filter
from poolhouse.directory.users import User
from poolhouse.ports import Row, Statement, Tx
from poolhouse.store.users import COLUMNS

_LARGEST_PAGE = 60  # as the service model says
_SCANNED = 500  # users looked at for one page of a filter that no index serves
_SUB_LENGTH = 36

_BY_SUB = Statement(f"""
    SELECT {COLUMNS} FROM users u
     WHERE u.pool_id = :pool_id AND u.sub > :after
     ORDER BY u.sub LIMIT :most
""")
_ONE = Statement(f"SELECT {COLUMNS} FROM users u WHERE u.pool_id = :pool_id AND u.sub = :sub")

# First the page of the index, then its users. The number in LIMIT is there for the planner of PostgreSQL,
# which would take a parameter for a tenth of the table and read all users.
_BY_VALUE = Statement(f"""
    SELECT s.value, s.sub AS key_sub, {COLUMNS}
      FROM (SELECT value, sub FROM user_search
             WHERE pool_id = :pool_id AND name = :name AND (value, sub) > (:value, :after)
             ORDER BY value, sub LIMIT {_LARGEST_PAGE + 1}) s
      LEFT JOIN users u ON u.pool_id = :pool_id AND u.sub = s.sub
     ORDER BY s.value, s.sub
""")
_OF_GROUP = Statement(f"""
    SELECT m.sub AS key_sub, {COLUMNS}
      FROM (SELECT sub FROM memberships
             WHERE pool_id = :pool_id AND group_id = :group_id AND sub > :after
             ORDER BY sub LIMIT {_LARGEST_PAGE + 1}) m
      LEFT JOIN users u ON u.pool_id = :pool_id AND u.sub = m.sub
     ORDER BY m.sub
""")

Key = Sequence[str]  # where a page ended; empty before the first


class Page(Struct, frozen=True):
    """`last` is the key to go on from; None on the last page."""

    users: Sequence[User]
    last: Key | None


async def page(tx: Tx, pool_id: str, wanted: Filter | None, after: Key, size: int) -> Page:
    """At most `size` users (60 at most) who pass the filter, in the order of what it compares."""
    if wanted is None:
        return _page(await _by_sub(tx, pool_id, _sub(after), size + 1), size)
    if wanted.name in filters.INDEXED:
        return await _by_value(tx, pool_id, wanted, after, size)
    if wanted.name == filters.SUB:
        return await _with_sub(tx, pool_id, wanted, after, size)
    return await _scanned(tx, pool_id, wanted, after, size)


async def of_group(tx: Tx, pool_id: str, group_id: str, after: Key, size: int) -> Page:
    """Who is in the group."""
    rows = await tx.all(_OF_GROUP, pool_id=pool_id, group_id=group_id, after=_sub(after))
    return Page(_users(rows[:size]), [rows[size - 1]["key_sub"]] if len(rows) > size else None)


async def _by_sub(tx: Tx, pool_id: str, after: str, most: int) -> Sequence[Row]:
    return await tx.all(_BY_SUB, pool_id=pool_id, after=after, most=most)


def _sub(after: Key) -> str:
    return after[-1] if after else ""


def _users(rows: Sequence[Row]) -> list[User]:
    """Without the places of users who were deleted while somebody gave them an index row."""
    return [users.from_row(row) for row in rows if row["sub"] is not None]


def _page(rows: Sequence[Row], size: int) -> Page:
    """`rows` has one more than the page where there is more to come."""
    return Page(_users(rows[:size]), [rows[size - 1]["sub"]] if len(rows) > size else None)


async def _by_value(tx: Tx, pool_id: str, wanted: Filter, after: Key, size: int) -> Page:
    """What matches stands together in the index, so the first that does not match ends it."""
    value, sub = after or (wanted.value, "")
    rows = await tx.all(_BY_VALUE, pool_id=pool_id, name=wanted.name, value=value, after=sub)
    matching = [row for row in rows if wanted.matches(row["value"])]
    last = [matching[size - 1]["value"], matching[size - 1]["key_sub"]] if len(matching) > size else None
    return Page(_users(matching[:size]), last)


async def _with_sub(tx: Tx, pool_id: str, wanted: Filter, after: Key, size: int) -> Page:
    """A sub begins with a shorter text, and is equal to a whole one."""
    if not wanted.is_prefix or len(wanted.value) >= _SUB_LENGTH:
        row = await tx.one(_ONE, pool_id=pool_id, sub=wanted.value)
        return Page([] if row is None else _users([row]), None)
    rows = await _by_sub(tx, pool_id, _sub(after) or wanted.value, size + 1)
    return _page([row for row in rows if wanted.matches(row["sub"])], size)


async def _scanned(tx: Tx, pool_id: str, wanted: Filter, after: Key, size: int) -> Page:
    """Filters by state look at a bounded number of users; the page ends there, however many matched."""
    rows = await _by_sub(tx, pool_id, _sub(after), _SCANNED + 1)
    seen = rows[:_SCANNED]
    matching = [row for row in seen if wanted.matches(_state(row, wanted.name))]
    if len(matching) > size:
        return _page(matching, size)
    return Page(_users(matching), [seen[-1]["sub"]] if len(rows) > _SCANNED else None)


def _state(row: Row, name: str) -> str:
    if name == filters.ENABLED:
        return "Enabled" if row["enabled"] else "Disabled"
    return filters.fold(name, row["status"])
