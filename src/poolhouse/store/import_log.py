"""What became of each line of an import: the line's number, the outcome and why, and nothing of the line.

An entry is `[line]` for a success, `[line, outcome, reason]` for all else.
"""

from collections.abc import Iterator, Sequence

import msgspec
from msgspec import Struct

from poolhouse.ports import Statement, Tx
from poolhouse.store.import_jobs import Key

SUCCEEDED, SKIPPED, FAILED = "SUCCEEDED", "SKIPPED", "FAILED"
_SUCCESS = "The import succeeded."

_PUT = Statement("""
    INSERT INTO import_log (pool_id, job_id, first_line, entries)
    VALUES (:pool_id, :job_id, :first_line, :entries)
    ON CONFLICT (pool_id, job_id, first_line) DO NOTHING
""")
_PAGE = Statement("""
    SELECT first_line, entries FROM import_log
     WHERE pool_id = :pool_id AND job_id = :job_id AND first_line > :after
     ORDER BY first_line LIMIT 100
""")


class Entry(Struct, frozen=True):
    line: int
    outcome: str = SUCCEEDED
    reason: str = _SUCCESS

    def __str__(self) -> str:
        """As Cognito writes it to CloudWatch (behaviour file, section 9)."""
        return f"[{self.outcome}] Line Number {self.line} - {self.reason}"


async def put(tx: Tx, key: Key, entries: Sequence[Entry]) -> None:
    """Keep what became of some lines, in their order."""
    if entries:
        packed = msgspec.json.encode([_packed(entry) for entry in entries]).decode()
        await tx.run(_PUT, **key.members, first_line=entries[0].line, entries=packed)


async def page(tx: Tx, key: Key, after: int) -> Sequence[Entry]:
    """Entries of lines behind `after`, some at a time; empty when there are no more."""
    rows = await tx.all(_PAGE, **key.members, after=after)
    return [entry for row in rows for entry in _unpacked(row["entries"])]


def _packed(entry: Entry) -> list[int | str]:
    return [entry.line] if entry.outcome == SUCCEEDED else [entry.line, entry.outcome, entry.reason]


def _unpacked(entries: str) -> Iterator[Entry]:
    for packed in msgspec.json.decode(entries):
        yield Entry(*packed)
