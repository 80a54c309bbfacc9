"""The data of all tenants in one database. Every statement names its tenant, and no object knows two."""

import sqlite3
from collections.abc import Mapping, Sequence

_TABLE = """
    CREATE TABLE IF NOT EXISTS projects (
        tenant_id TEXT NOT NULL,
        project_id INTEGER NOT NULL,
        name TEXT NOT NULL,
        PRIMARY KEY (tenant_id, project_id)
    )
"""
_LIST = "SELECT project_id, name FROM projects WHERE tenant_id = :tenant_id ORDER BY project_id"
_ONE = "SELECT project_id, name FROM projects WHERE tenant_id = :tenant_id AND project_id = :project_id"
_ADD = """
    INSERT INTO projects (tenant_id, project_id, name)
    SELECT :tenant_id, COALESCE(MAX(project_id), 0) + 1, :name FROM projects WHERE tenant_id = :tenant_id
 RETURNING project_id, name
"""
_DELETE = "DELETE FROM projects WHERE tenant_id = :tenant_id AND project_id = :project_id"

Project = dict[str, object]


class Projects:
    """Those of one tenant. There is no parameter by which another's could be asked for."""

    def __init__(self, database: sqlite3.Connection, tenant_id: str) -> None:
        """tenant_id  of a verified token, never of anything else that a request says"""
        self._database = database
        self._tenant = {"tenant_id": tenant_id}

    def all(self) -> list[Project]:
        return [_shown(row) for row in self._database.execute(_LIST, self._tenant)]

    def one(self, project_id: int) -> Project | None:
        row = self._database.execute(_ONE, {**self._tenant, "project_id": project_id}).fetchone()
        return _shown(row) if row else None

    def add(self, name: str) -> Project:
        with self._database:
            return _shown(self._database.execute(_ADD, {**self._tenant, "name": name}).fetchone())

    def delete(self, project_id: int) -> bool:
        with self._database:
            found = self._database.execute(_DELETE, {**self._tenant, "project_id": project_id})
        return found.rowcount == 1


def opened(path: str, first: Mapping[str, Sequence[str]] | None = None) -> sqlite3.Connection:
    """The database, with the first projects of each tenant."""
    made = sqlite3.connect(path, check_same_thread=False)
    made.execute(_TABLE)
    for tenant_id, names in (first or {}).items():
        for name in names:
            Projects(made, tenant_id).add(name)
    return made


def _shown(row: tuple[int, str]) -> Project:
    return {"id": row[0], "name": row[1]}
