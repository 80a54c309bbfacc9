"""Every statement and every migration keeps to the portable dialect, and to its pool."""

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct
from msgspec.structs import asdict
from tests.store.sql_lint import PARTITIONS, ddl_problems, query_problems, tables_of

import poolhouse.store
from poolhouse.ports import Db, Statement
from poolhouse.store.migrate import MIGRATIONS, PARTITIONED

MODULES = sorted(module.name for module in pkgutil.iter_modules(poolhouse.store.__path__))
MIGRATION_FILES = sorted(MIGRATIONS.glob("*.sql"))
# The one exception (ADR 27): what divides a table by time, for stores that do. It renames the table that was
# there, and finds out where that ends.
PARTITIONED_FILES = sorted((MIGRATIONS / PARTITIONED).glob("*"))
EXCUSED = {PARTITIONS, "RenameStmt is not allowed", "DoStmt is not allowed"}

# Statements that look over all pools, each with its reason.
OVER_ALL_POOLS = {
    "audit._HEADS": "the log is verified as a whole",
    "audit._NEXT": "the log is verified as a whole",
    "audit_purge._OLD": "housekeeping",
    "clients._BY_ID": "a client that signs a user in names itself, and no pool",
    "brand_listing._STYLES": "doctor looks at the looks of all pools",
    "brand_listing._SHEETS": "doctor looks at the looks of all pools",
    "domains._BY_NAME": "a request for a page names the host, and no pool",
    "domains._COUNT_CUSTOM": "counts the custom domains of a Region",
    "email_domains._OWNER": "who asks whose people an e-mail domain has names no pool",
    "janitor._KINDS.attempts.find": "housekeeping",
    "janitor._KINDS.codes.find": "housekeeping",
    "janitor._KINDS.events.find": "housekeeping",
    "janitor._KINDS.event_feedback.find": "housekeeping",
    "janitor._KINDS.hourly.find": "housekeeping",
    "janitor._KINDS.quota_buckets.find": "housekeeping",
    "janitor._KINDS.token_families.find": "housekeeping",
    "janitor._KINDS.authorization_codes.find": "housekeeping",
    "janitor._KINDS.revocations.find": "housekeeping",
    "janitor._KINDS.sso_sessions.find": "housekeeping",
    "janitor._KINDS.saml_metadata.find": "housekeeping",
    "janitor._KINDS.spent_sessions.find": "housekeeping",
    "janitor._KINDS.given_answers.find": "housekeeping",
    "janitor._KINDS.passkey_challenges.find": "housekeeping",
    "janitor._KINDS.outbox.find": "housekeeping",
    "identity_pools._COUNT": "counts the identity pools of a Region",
    "identity_pools._PAGE": "ListIdentityPools",
    "identity_pools._PLACE": "a request names an identity, and no pool",
    "import_jobs._DUE": "one worker takes the jobs of all pools",
    "import_jobs._OVERDUE": "one worker ends the jobs of all pools that nobody started",
    "janitor._KINDS.import_chunks.find": "housekeeping",
    "newest._POOLS": "asks when anything was last written, to notice a clock that went back",
    "saml_metadata._DUE": "one worker reads the addresses of all pools",
    "outbox._DUE_POOLS": "one worker sends the messages of all pools",
    "log_outbox._DUE": "one worker delivers the logs of all pools",
    "log_outbox._LANES": "a metric of the whole service",
    "log_outbox._DEAD": "a metric of the whole service",
    "janitor._KINDS.log_dead_letters.find": "housekeeping",
    "outbox._DEPTHS": "a metric of the whole service",
    "outbox._KEPT": "the development inbox shows all pools",
    "outbox._INBOX_SIZE": "the development inbox shows all pools",
    "outbox._EMPTY_INBOX": "the development inbox shows all pools",
    "pool_removal._NOT_EMPTIED": "finds the pools to empty",
    "pools._PAGE": "ListUserPools",
    "pools._IDS": "an administrator of the whole service asks about a request, and names no pool",
    "pools._COUNT": "counts the pools of a Region",
}


def statements_in(value: Any, name: str) -> Iterator[tuple[str, Statement]]:
    """The statements that a module attribute is, or holds, with a name for each."""
    if isinstance(value, Statement):
        yield name, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from statements_in(inner, f"{name}.{key}")
    elif isinstance(value, tuple | list):
        for place, inner in enumerate(value):
            yield from statements_in(inner, f"{name}.{place}")
    elif isinstance(value, Struct):
        for field, inner in asdict(value).items():
            yield from statements_in(inner, f"{name}.{field}")


def every_statement() -> dict[str, Statement]:
    return {
        found: statement
        for module in MODULES
        for attribute, value in vars(importlib.import_module(f"poolhouse.store.{module}")).items()
        for found, statement in statements_in(value, f"{module}.{attribute}")
    }


@cache  # eight hundred statements ask
def pool_tables() -> set[str]:
    """The tables that have a pool_id."""
    tables = {
        table: columns for file in MIGRATION_FILES for table, columns in tables_of(file.read_text()).items()
    }
    return {table for table, columns in tables.items() if "pool_id" in columns}


STATEMENTS = every_statement()


def test_the_statements_and_the_tables_of_pool_data_are_found() -> None:
    assert {"users._BY_SUB", "clients._BY_ID", "migrate._CLAIM"} <= STATEMENTS.keys()
    assert {"users", "aliases", "codes", "outbox", "clients"} <= pool_tables()
    assert not {"access_keys", "data_keys"} & pool_tables()


@pytest.mark.parametrize("module", MODULES)
def test_statements_are_made_once_at_import(module: str) -> None:
    """One made in a function would not be seen here, and would be built anew at each call."""
    source = Path(str(importlib.import_module(f"poolhouse.store.{module}").__file__)).read_text()
    functions = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda

    made_inside = [
        call.lineno
        for function in ast.walk(ast.parse(source))
        if isinstance(function, functions)
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Statement"
    ]

    assert made_inside == []


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_statement_keeps_to_the_dialect_and_to_its_pool(name: str) -> None:
    tables = set() if name in OVER_ALL_POOLS else pool_tables()

    assert query_problems(STATEMENTS[name].numbered, tables) == []


@pytest.mark.parametrize("name", OVER_ALL_POOLS)
def test_a_statement_that_is_excused_needs_to_be(name: str) -> None:
    assert any("pool_id" in problem for problem in query_problems(STATEMENTS[name].numbered, pool_tables()))


@pytest.mark.parametrize("file", MIGRATION_FILES, ids=lambda file: file.stem)
def test_a_migration_keeps_to_the_portable_schema(file: Path) -> None:
    assert ddl_problems(file.read_text()) == []


@pytest.mark.parametrize("file", PARTITIONED_FILES, ids=lambda file: file.stem)
def test_the_partitioned_form_of_a_migration_takes_no_other_liberty(file: Path) -> None:
    assert set(ddl_problems(file.read_text())) <= EXCUSED
    assert MIGRATIONS / file.name in MIGRATION_FILES


def test_the_partitioned_table_has_the_columns_and_the_key_of_the_portable_one() -> None:
    def without_comments(file: Path) -> list[str]:
        lines = file.read_text().partition("CREATE TABLE events (")[2].partition(")\n")[0].splitlines()
        return [line.partition("--")[0].strip() for line in lines]

    [portable] = [file for file in MIGRATION_FILES if file.stem == "0014_events"]
    [divided] = [file for file in PARTITIONED_FILES if file.stem == "0020_events_by_time"]

    assert without_comments(divided)[:-1] == without_comments(portable)[: len(without_comments(divided)) - 1]
    for index in [line for line in portable.read_text().splitlines() if line.startswith("CREATE INDEX")]:
        assert index in divided.read_text()


@pytest.mark.parametrize("file", MIGRATION_FILES, ids=lambda file: file.stem)
def test_pool_data_are_keyed_by_the_pool_first(file: Path) -> None:
    for table in tables_of(file.read_text()).keys() & pool_tables() - {"clients", "identity_places"}:
        definition = file.read_text().partition(f"CREATE TABLE {table} (")[2].partition(");")[0]
        assert "PRIMARY KEY (pool_id," in definition or "pool_id TEXT NOT NULL PRIMARY KEY" in definition, (
            table
        )


async def test_every_statement_is_understood_by_the_engine(db: Db) -> None:
    """Run with nothing in the store and only NULLs given, so that names and types are checked."""
    refused = {}
    for name, statement in STATEMENTS.items():
        if problem := await refusal(db, statement):
            refused[name] = problem

    assert refused == {}


async def refusal(db: Db, statement: Statement) -> str | None:
    """Let the engine explain the statement, and give what it says against it."""
    explained = Statement(f"EXPLAIN {statement.text}")
    try:
        await db.read(lambda tx: tx.all(explained, **dict.fromkeys(statement.names)))
    except Exception as error:
        if isinstance(error, RuntimeError):
            raise
        return str(error)
    return None


@pytest.mark.parametrize(
    ("sql", "problem"),
    [
        ("SELECT now() AS t", "calls now()"),
        ("SELECT random() AS r", "calls random()"),
        ("SELECT nextval('s') AS n", "calls nextval()"),
        ("SELECT pg_advisory_lock(1)", "calls pg_advisory_lock()"),
        ("SELECT CURRENT_TIMESTAMP AS t", "takes the time or the user from the database"),
        ("SELECT sub FROM users WHERE pool_id = $1 FOR UPDATE", "locks rows"),
        (
            "SELECT sub FROM users WHERE pool_id = $1 FOR UPDATE SKIP LOCKED",
            "locks rows",
        ),
        ("SAVEPOINT s", "is not one SELECT, INSERT, UPDATE or DELETE"),
        ("SELECT 1; SELECT 2", "is not one SELECT, INSERT, UPDATE or DELETE"),
        ("LISTEN changes", "is not one SELECT, INSERT, UPDATE or DELETE"),
        ("SELECT value / 2 AS half FROM counters WHERE pool_id = $1", "divides integers"),
        ("SELECT value % 2 AS odd FROM counters WHERE pool_id = $1", "divides integers"),
        (
            "WITH gone AS (DELETE FROM users WHERE pool_id = $1 RETURNING sub) SELECT sub FROM gone",
            "writes in a common table expression",
        ),
        (
            "SELECT sub FROM users WHERE pool_id = $1 AND username LIKE $2",
            "uses LIKE",
        ),
        (
            "SELECT sub FROM users WHERE pool_id = $1 AND username ILIKE $2",
            "uses ILIKE",
        ),
        ("SELECT CAST($1 AS TIMESTAMP) AS t", "casts to timestamp"),
        ("SELECT SUM(value) AS total FROM counters WHERE pool_id = $1", "does not cast SUM to BIGINT"),
        (
            'SELECT sub FROM users WHERE pool_id = $1 ORDER BY sub COLLATE "C"',
            "names a collation",
        ),
        ("SELECT sub FROM public.users WHERE pool_id = $1", "names a schema"),
        ("SELECT sub FROM users WHERE sub = $1", "names users without pool_id ="),
        ("SELECT sub FROM users WHERE pool_id > $1", "names users without pool_id ="),
        ("SELECT sub FROM users WHERE pool_id IN ($1, $2)", "names users without pool_id ="),
        ("UPDATE users SET status = $1 WHERE sub = $2", "names users without pool_id ="),
        ("DELETE FROM users", "names users without pool_id ="),
        ("INSERT INTO users (sub) VALUES ($1)", "inserts into users without pool_id"),
        (
            "SELECT u.sub FROM users u JOIN codes c ON c.sub = u.sub WHERE u.pool_id = $1",
            "names codes without pool_id =",
        ),
        (
            "SELECT sub FROM users WHERE pool_id = $1 AND sub IN (SELECT sub FROM codes WHERE purpose = $2)",
            "names codes without pool_id =",
        ),
        (
            "SELECT u.sub FROM users u JOIN codes c ON c.pool_id = u.pool_id WHERE u.sub = $1",
            "names users without pool_id =",
        ),
    ],
)
def test_the_lint_sees_a_planted_trap_in_a_statement(sql: str, problem: str) -> None:
    assert problem in query_problems(sql, {"users", "counters", "codes"})


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT sub FROM users WHERE pool_id = $1 AND sub > $2 ORDER BY sub LIMIT $3",
        "SELECT u.sub FROM users u JOIN codes c ON c.pool_id = u.pool_id WHERE u.pool_id = $1",
        "INSERT INTO users (pool_id, sub) VALUES ($1, $2) ON CONFLICT (pool_id, sub) DO NOTHING",
        "SELECT CAST(COALESCE(SUM(value), 0) AS BIGINT) AS total FROM counters WHERE pool_id = $1",
        "SELECT category FROM limits",
    ],
)
def test_the_lint_lets_a_good_statement_pass(sql: str) -> None:
    assert query_problems(sql, {"users", "counters", "codes"}) == []


@pytest.mark.parametrize(
    ("ddl", "problem"),
    [
        ("CREATE TABLE t (a SERIAL)", "column a has the type serial"),
        ("CREATE TABLE t (a TIMESTAMPTZ)", "column a has the type timestamptz"),
        ("CREATE TABLE t (a JSONB)", "column a has the type jsonb"),
        ("CREATE TABLE t (a INTEGER)", "column a has the type int4"),
        ("CREATE TABLE t (a TEXT[])", "column a has the type text"),
        ("ALTER TABLE t ADD COLUMN a BOOLEAN", "column a has the type bool"),
        ("CREATE TABLE t (a TEXT REFERENCES u (b))", "CONSTR_FOREIGN is not allowed"),
        ("CREATE TABLE t (a TEXT, FOREIGN KEY (a) REFERENCES u (b))", "CONSTR_FOREIGN is not allowed"),
        ("CREATE TABLE t (a TEXT UNIQUE DEFERRABLE)", "CONSTR_ATTR_DEFERRABLE is not allowed"),
        ("CREATE TABLE t (a TEXT CHECK (a <> ''))", "CONSTR_CHECK is not allowed"),
        ("CREATE TABLE t (a BIGINT GENERATED ALWAYS AS IDENTITY)", "CONSTR_IDENTITY is not allowed"),
        ("CREATE SEQUENCE s", "CreateSeqStmt is not allowed"),
        ("CREATE TYPE mood AS ENUM ('sad')", "CreateEnumStmt is not allowed"),
        ("CREATE TRIGGER t AFTER INSERT ON u EXECUTE FUNCTION f()", "CreateTrigStmt is not allowed"),
        ("CREATE INDEX i ON t (lower(a))", "an index over an expression"),
        ("CREATE INDEX i ON t (a) WHERE b = 1", "index i is not a plain one"),
        ("CREATE TEMPORARY TABLE t (a TEXT)", "uses a temporary table"),
        ("CREATE TABLE t (a BIGINT) PARTITION BY RANGE (a)", "divides a table"),
        ("CREATE TABLE t PARTITION OF u DEFAULT", "divides a table"),
        ("ALTER TABLE u ATTACH PARTITION t FOR VALUES FROM (1) TO (2)", "divides a table"),
        ("ALTER TABLE u DETACH PARTITION t", "divides a table"),
        ("ALTER TABLE t RENAME TO u", "RenameStmt is not allowed"),
        ("DO $$ BEGIN END $$", "DoStmt is not allowed"),
        ("BEGIN; CREATE TABLE t (a TEXT); COMMIT", "TransactionStmt is not allowed"),
    ],
)
def test_the_lint_sees_a_planted_trap_in_a_migration(ddl: str, problem: str) -> None:
    assert problem in ddl_problems(ddl)


def test_the_lint_lets_a_good_migration_pass() -> None:
    assert (
        ddl_problems(
            "CREATE TABLE t (pool_id TEXT NOT NULL, a BIGINT, b SMALLINT, c BYTEA, PRIMARY KEY (pool_id, a));"
            "CREATE UNIQUE INDEX i ON t (pool_id, b); ALTER TABLE t ADD COLUMN d TEXT; DROP TABLE old;"
        )
        == []
    )
