"""A tenant that hammers its pool, in all ways at once, on a real server: another signs in all the same.

The bound is far above what a quiet machine needs (docs/performance.md has the figures): without turns for the
pools the sign-ins here took five seconds.
"""

from pathlib import Path

import pytest
from benchmarks import fairness, operations

from tests.server import serve_server

AT_MOST = 3_000.0  # ms


def test_a_flooded_tenant_delays_the_sign_ins_of_another_by_no_more_than_a_bound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "SIGNERS_IN", 4)
    with serve_server(tmp_path, POOLHOUSE_LOG_LEVEL="warning") as running:
        rows = fairness.measure(running, 1.5, [list(fairness.FLOODS)])  # whoever is refused raises

    assert [(row["flood"], row["pool"]) for row in rows] == [
        (flood, kind) for flood in ("none", "all") for kind in ("verifier", "argon2id")
    ]
    assert [row for row in rows if row["p95_ms"] > AT_MOST] == []
