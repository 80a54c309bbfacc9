"""What a store holds, for the proof that a refused request changed nothing."""

import sqlite3
from pathlib import Path
from typing import Any

# Tries are counted and put down whatever the answer is, and keys are made when they are first needed.
_LEDGERS = frozenset({"attempts", "hourly", "quota_buckets", "data_keys", "events"})


def stored(file: Path) -> dict[str, list[Any]]:
    """Every row of every table but the ledgers; of a code, all but the number of tries."""
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as connection:
        named = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        names = [name for (name,) in named if name not in _LEDGERS and not name.startswith("sqlite_")]
        found = {
            name: connection.execute(f"SELECT {_columns(name)} FROM {name}").fetchall() for name in names
        }
    connection.close()
    return {name: sorted(rows, key=repr) for name, rows in found.items()}


def _columns(table: str) -> str:
    return "pool_id, sub, purpose, digest, expires_at" if table == "codes" else "*"
