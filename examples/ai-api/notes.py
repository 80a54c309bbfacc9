"""Notes in SQLite, of many tenants in one table."""

import sqlite3
from collections.abc import Mapping, Sequence

_TABLE = "CREATE TABLE notes (id INTEGER PRIMARY KEY, tenant_id TEXT NOT NULL, text TEXT NOT NULL)"


class Notes:
    """The notes of one tenant: no method can be asked for another's."""

    def __init__(self, database: sqlite3.Connection, tenant_id: str) -> None:
        """tenant_id  of a verified token, never of anything else that a request says"""
        self._database = database
        self._tenant_id = tenant_id

    def all(self) -> list[str]:
        rows = self._database.execute(
            "SELECT text FROM notes WHERE tenant_id = ? ORDER BY id", (self._tenant_id,)
        )
        return [row[0] for row in rows]

    def add(self, text: str) -> None:
        with self._database:
            self._database.execute(
                "INSERT INTO notes (tenant_id, text) VALUES (?, ?)", (self._tenant_id, text)
            )


def database(first: Mapping[str, Sequence[str]], path: str = ":memory:") -> sqlite3.Connection:
    """A new database with the first notes of each tenant."""
    made = sqlite3.connect(path, check_same_thread=False)
    made.execute(_TABLE)
    for tenant_id, texts in first.items():
        for text in texts:
            Notes(made, tenant_id).add(text)
    return made
