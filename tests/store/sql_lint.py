"""The rules of the portable schema, checked on the parsed SQL (docs/architecture.md, "Store").

What is refused is what SQLite or a distributed PostgreSQL lacks, or does in another way.
"""

from collections.abc import Iterator
from typing import Any

import pglast
from pglast import ast
from pglast.enums import A_Expr_Kind, ConstrType

PARTITIONS = "divides a table"
TYPES = {"text", "int8", "int2", "bytea"}  # TEXT, BIGINT, SMALLINT, BYTEA
_FUNCTIONS = {"count", "max", "min", "sum", "coalesce", "nullif", "length", "substr", "lower", "upper", "abs"}
# SQLite's LIKE takes no notice of the case of ASCII letters; the database has the C collation.
_PATTERNS = {
    A_Expr_Kind.AEXPR_LIKE: "LIKE",
    A_Expr_Kind.AEXPR_ILIKE: "ILIKE",
    A_Expr_Kind.AEXPR_SIMILAR: "SIMILAR TO",
}
_CONSTRAINTS = {
    ConstrType.CONSTR_PRIMARY,
    ConstrType.CONSTR_NOTNULL,
    ConstrType.CONSTR_NULL,
    ConstrType.CONSTR_UNIQUE,
}
_QUERIES = (ast.SelectStmt, ast.InsertStmt, ast.UpdateStmt, ast.DeleteStmt)
_DDL = (ast.CreateStmt, ast.IndexStmt, ast.AlterTableStmt, ast.DropStmt)


def query_problems(numbered: str, pool_tables: set[str]) -> list[str]:
    """What is wrong with one statement of the program, whose parameters are `$1`, `$2`, ...

    pool_tables  the tables that hold pool data: each must be tied to one pool wherever it is named
    """
    statements = [raw.stmt for raw in pglast.parse_sql(numbered)]
    if len(statements) != 1 or not isinstance(statements[0], _QUERIES):
        return ["is not one SELECT, INSERT, UPDATE or DELETE"]
    found = [problem for node in _walk(statements[0]) for problem in _node_problems(node)]
    found += _uncast_sums(statements[0])
    for query in [node for node in _walk(statements[0]) if isinstance(node, _QUERIES)]:
        found += _untied(query, pool_tables)
    return sorted(set(found))


def ddl_problems(text: str) -> list[str]:
    """What is wrong with a migration."""
    found: list[str] = []
    for statement in [raw.stmt for raw in pglast.parse_sql(text)]:
        if not isinstance(statement, (*_DDL, *_QUERIES)):
            found.append(f"{type(statement).__name__} is not allowed")
        for node in _walk(statement):
            found += _node_problems(node) + _definition_problems(node)
    return sorted(set(found))


def tables_of(text: str) -> dict[str, set[str]]:
    """The columns of each table that a migration creates."""
    return {
        raw.stmt.relation.relname: {
            element.colname for element in raw.stmt.tableElts if isinstance(element, ast.ColumnDef)
        }
        for raw in pglast.parse_sql(text)
        if isinstance(raw.stmt, ast.CreateStmt)
    }


def _children(node: ast.Node) -> Iterator[ast.Node]:
    pending: list[Any] = [getattr(node, name) for name in node]
    while pending:
        value = pending.pop()
        if isinstance(value, ast.Node):
            yield value
        elif isinstance(value, tuple):
            pending += value


def _walk(node: ast.Node, *, into_queries: bool = True) -> Iterator[ast.Node]:
    yield node
    for child in _children(node):
        if into_queries or not isinstance(child, _QUERIES):
            yield from _walk(child, into_queries=into_queries)


def _name(node: ast.FuncCall) -> str:
    return str(node.funcname[-1].sval).lower()


def _node_problems(node: ast.Node) -> list[str]:  # noqa: C901, PLR0911 - one line a rule
    match node:
        case ast.FuncCall() if _name(node) not in _FUNCTIONS:
            return [f"calls {_name(node)}()"]
        case ast.SQLValueFunction():
            return ["takes the time or the user from the database"]
        case ast.LockingClause():
            return ["locks rows"]
        case ast.CommonTableExpr() if not isinstance(node.ctequery, ast.SelectStmt):
            return ["writes in a common table expression"]
        case ast.A_Expr() if node.kind in _PATTERNS:
            return [f"uses {_PATTERNS[node.kind]}"]
        case ast.A_Expr() if node.name and node.name[-1].sval in ("/", "%"):
            return ["divides integers"]
        case ast.TypeCast() if node.typeName.names[-1].sval not in TYPES | {"int4"}:  # what << counts by
            return [f"casts to {node.typeName.names[-1].sval}"]
        case ast.CollateClause():
            return ["names a collation"]
        case ast.RangeVar() if node.relpersistence == "t":
            return ["uses a temporary table"]
        case ast.RangeVar() if node.schemaname:
            return ["names a schema"]
    return []


def _uncast_sums(statement: ast.Node) -> list[str]:
    """SUM of BIGINT is NUMERIC in PostgreSQL, and asyncpg gives a Decimal: it must be cast back."""
    cast = {
        id(inner) for node in _walk(statement) if isinstance(node, ast.TypeCast) for inner in _walk(node.arg)
    }
    return [
        "does not cast SUM to BIGINT"
        for node in _walk(statement)
        if isinstance(node, ast.FuncCall) and _name(node) == "sum" and id(node) not in cast
    ]


def _untied(query: ast.Node, pool_tables: set[str]) -> list[str]:
    """The tables of pool data in this query (not in those inside it) without `pool_id = ...`."""
    if isinstance(query, ast.InsertStmt):
        table = query.relation.relname
        columns = {column.name for column in query.cols or ()}
        untied = table in pool_tables and "pool_id" not in columns
        return [f"inserts into {table} without pool_id"] if untied else []
    nodes = list(_walk(query, into_queries=False))
    tables = [node for node in nodes if isinstance(node, ast.RangeVar) and node.relname in pool_tables]
    names = {table.alias.aliasname if table.alias else table.relname: table.relname for table in tables}
    tied = _tied([node for node in nodes if _is_equality(node)], set(names))
    return [f"names {table} without pool_id =" for name, table in names.items() if name not in tied]


def _is_equality(node: ast.Node) -> bool:
    return isinstance(node, ast.A_Expr) and node.kind == A_Expr_Kind.AEXPR_OP and node.name[-1].sval == "="


def _tied(equalities: list[Any], names: set[str]) -> set[str]:
    """Those of the names whose pool_id equals something that is not itself an untied pool_id."""
    pairs = [(_pool_of(equality.lexpr, names), _pool_of(equality.rexpr, names)) for equality in equalities]
    pairs += [(right, left) for left, right in pairs]
    tied: set[str] = set()
    while more := {left for left, right in pairs if left and (right is None or right in tied)} - tied:
        tied |= more
    return tied


def _pool_of(side: Any, names: set[str]) -> str | None:
    """The table whose pool_id this side of an equality is; None when it is anything else."""
    if not isinstance(side, ast.ColumnRef):
        return None
    *qualifier, column = [getattr(part, "sval", "*") for part in side.fields]
    if column != "pool_id":
        return None
    only = next(iter(names)) if len(names) == 1 else None
    table = qualifier[0] if qualifier else only
    return table if table in names else None


def _definition_problems(node: ast.Node) -> list[str]:
    match node:
        case ast.PartitionSpec() | ast.PartitionBoundSpec() | ast.PartitionCmd():
            return [PARTITIONS]
        case ast.ColumnDef() if node.typeName.names[-1].sval not in TYPES or node.typeName.arrayBounds:
            return [f"column {node.colname} has the type {node.typeName.names[-1].sval}"]
        case ast.Constraint() if node.contype not in _CONSTRAINTS:
            return [f"{ConstrType(node.contype).name} is not allowed"]
        case ast.IndexStmt() if node.whereClause or node.accessMethod not in (None, "btree"):
            return [f"index {node.idxname} is not a plain one"]
        case ast.IndexElem() if node.expr:
            return ["an index over an expression"]
    return []
