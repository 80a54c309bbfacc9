"""Whoever adds a table says whether its changes are recorded, and a statement cannot go round that."""

import pytest
from tests.store.sql_lint import tables_of
from tests.store.test_sql_lint import MIGRATION_FILES, STATEMENTS

from poolhouse.ports import Statement
from poolhouse.store.audit_tables import AUDITED, UNRECORDED
from poolhouse.store.audited import written

TABLES = {
    table: columns
    for file in MIGRATION_FILES
    for table, columns in tables_of(file.read_text("utf-8")).items()
}
ADDED = {
    tuple(line.removeprefix("ALTER TABLE ").partition(";")[0].split(" ADD COLUMN "))
    for file in MIGRATION_FILES
    for line in file.read_text("utf-8").splitlines()
    if line.startswith("ALTER TABLE")
}


def test_every_table_is_recorded_or_has_a_reason_why_not() -> None:
    assert sorted([*AUDITED, *UNRECORDED]) == sorted({*TABLES, "schema_migrations"})
    assert all(UNRECORDED.values())


@pytest.mark.parametrize("name", AUDITED)
def test_a_recorded_table_is_as_the_schema_has_it(name: str) -> None:
    table = AUDITED[name]
    columns = TABLES[name] | {column.split()[0] for found, column in ADDED if found == name}

    assert {*table.key, *table.shown, *table.without, table.touch} <= columns
    assert table.touch not in table.key
    assert table.of_pool == ("pool_id" in columns)


def test_kinds_tell_tables_apart() -> None:
    assert len({table.kind for table in AUDITED.values()}) == len(AUDITED)


def test_what_says_which_row_it_was_never_says_what_people_are_called() -> None:
    names = {"username", "subject", "attributes", "last_ip", "address", "user_name", "value", "url"}

    assert {column for table in AUDITED.values() for column in table.shown} & names == set()


@pytest.mark.parametrize(
    ("name", "whole", "makes"),
    [
        ("users._INSERT", True, True),
        ("users._UPDATE", True, False),
        ("users._REMOVE", True, False),
        ("credentials._PUT", True, False),
        ("clients._DELETE_OF_POOL", False, False),
        ("credential_keys._RETIRE", False, False),  # its number is a bound, not the key of a row
    ],
)
def test_a_statement_is_understood_by_its_text(name: str, whole: bool, makes: bool) -> None:
    found = written(STATEMENTS[name])

    assert found is not None
    assert (found.whole, found.makes) == (whole, makes)


def test_what_reads_or_is_not_recorded_is_let_through() -> None:
    assert written(STATEMENTS["users._BY_SUB"]) is None
    assert written(STATEMENTS["codes._ISSUE"]) is None


def test_every_statement_that_writes_is_understood() -> None:
    """One that began otherwise, with WITH say, would be overlooked."""
    odd = [
        name
        for name, statement in STATEMENTS.items()
        if statement.text.split()[0] not in ("SELECT", "INSERT", "UPDATE", "DELETE")
    ]

    assert odd == []
    assert (
        written(Statement("  \n UPDATE users SET x = 1 WHERE pool_id = :pool_id AND sub = :sub")) is not None
    )
