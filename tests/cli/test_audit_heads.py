"""What is missing of what `audit verify` printed before; with real stores in test_audit.py."""

from poolhouse.cli import audit_heads
from poolhouse.cli.audit_heads import Kept
from poolhouse.directory.audit import Link
from poolhouse.store.audit_verification import Verdict

NOW = Link(9, "9" * 64)
KEPT = {"house": Kept(5, "5" * 64)}


def missing(**verdict: object) -> list[str]:
    return list(audit_heads.missing(KEPT, [Verdict("house", 4, NOW, **verdict)]))  # type: ignore[arg-type]


def test_a_record_that_is_there_or_was_purged_since_is_not_missing() -> None:
    assert missing(saved=True) == []
    assert missing(purged=6) == []


def test_a_record_that_neither_is_there_nor_was_purged_is_missing() -> None:
    (line,) = missing()
    assert "was record 5 and is none now" in line
    (line,) = missing(purged=4)
    assert line.startswith("FAIL  house  ")


def test_what_is_printed_is_what_is_read() -> None:
    line = f"ok    us-east-1_Ab3dEf6hI  17 records, the last 17 {'a' * 64}\n"

    assert audit_heads.read([line], None) == {"us-east-1_Ab3dEf6hI": Kept(17, "a" * 64)}
