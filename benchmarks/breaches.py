"""What it costs to look a password up in files of known ones, mapped into memory (docs/breaches.md)."""

import random
import tempfile
import time
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from poolhouse.app import breaches_file
from poolhouse.risk.breaches.build import build
from poolhouse.risk.breaches.lists import COMMON, Lists

BUDGET = 20.0  # us
_A_BATCH = 100_000


def measure(seconds: float, passwords: int = 2_000_000) -> list[dict[str, Any]]:
    """A row for passwords that are in neither file: nothing is looked up faster than what is found nowhere.

    CPU time of one core, with the list that comes along and a file of so many.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "scratch").mkdir()
        began = time.process_time()
        with (folder / "breaches.bin").open("wb") as output:
            header = build(_keys(passwords), output, folder / "scratch")
        built = time.process_time() - began
        known = Lists([breaches_file(COMMON), breaches_file(folder / "breaches.bin")])
        taken = _microseconds(known, seconds)
    return [
        {
            "operation": "breach_check",
            "rate_per_s": round(1e6 / taken, 2),
            "cpu_us": round(taken, 2),
            "entries": header.entries,
            "bytes_per_entry": round(header.size / header.entries, 3),
            "strangers_per_error": round(1 / header.false_positives),
            "build_s_per_million": round(built / passwords * 1e6, 2),
        }
    ]


def _keys(count: int) -> "Iterator[array[int]]":
    dice = random.Random(1)
    for start in range(0, count, _A_BATCH):
        yield array("Q", [dice.getrandbits(64) for _ in range(min(_A_BATCH, count - start))])


def _microseconds(known: Lists, seconds: float) -> float:
    """Of one password, each time another: so the pages of the file are others, too."""
    asked, spent, until = 0, 0, time.monotonic() + seconds
    while not asked or time.monotonic() < until:
        passwords = [f"Tr0ub4dor-{number}" for number in range(asked, asked + 1_000)]
        began = time.thread_time_ns()
        for password in passwords:
            known.has(password)
        spent += time.thread_time_ns() - began
        asked += len(passwords)
    return spent / asked / 1_000


def show(rows: list[dict[str, Any]]) -> None:
    print("\nknown passwords, one core")
    for row in rows:
        verdict = "met" if row["cpu_us"] <= BUDGET else "MISSED"
        print(
            f"  {row['operation']:<20}{row['cpu_us']:>6,.1f} us of {BUDGET:,.0f}: {verdict}; "
            f"{row['entries']:,} entries of {row['bytes_per_entry']} bytes, wrong for one stranger in "
            f"{row['strangers_per_error']:,}, built in {row['build_s_per_million']} s a million"
        )


if __name__ == "__main__":
    show(measure(3.0))
