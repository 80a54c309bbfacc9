"""Draw auth/table.py into docs/architecture.md, between its markers; `--check` says whether it is stale."""

import sys
from collections.abc import Iterator
from pathlib import Path

from poolhouse.auth.table import BEGINS, FOLLOWS, PROVES

TARGET = Path(__file__).parents[1] / "docs" / "architecture.md"
BEGIN, END = "<!-- flow:begin -->", "<!-- flow:end -->"


def diagram() -> str:
    """The table as a mermaid state diagram: flows lead in, arrows say what was proven, TOKENS leads out."""
    return "\n".join(["```mermaid", "stateDiagram-v2", *_lines(), "```"])


def _lines() -> Iterator[str]:
    for flow, step in BEGINS.items():
        yield f"    [*] --> {step}: {flow}"
    for step, following in FOLLOWS.items():
        for after in sorted(following):
            yield f"    {step} --> {after}" + (f": proven {PROVES[step]}" if PROVES[step] else "")
    yield "    TOKENS --> [*]"


def with_diagram(page: str) -> str:
    """The page with the diagram of now. Raises `ValueError` when a marker is missing."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{TARGET.name} needs the markers {BEGIN} and {END}.")
    return f"{before}{BEGIN}\n{diagram()}\n{END}{after}"


def main() -> int:
    page = TARGET.read_text("utf-8")
    made = with_diagram(page)
    if "--check" not in sys.argv[1:]:
        TARGET.write_text(made, "utf-8")
        return 0
    if made != page:
        print("docs/architecture.md is stale: run `make docs`.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
