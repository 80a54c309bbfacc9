"""What `poolhouse audit verify` printed before, and what is missing since (docs/audit.md)."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from poolhouse.errors import SettingsError

if TYPE_CHECKING:
    from poolhouse.store.audit_verification import Verdict

_LINE = re.compile(r"ok +(\S+) +[0-9]+ records, the last ([0-9]+) ([0-9a-f]{64})", re.ASCII)


class Kept(NamedTuple):
    """The last record of a chain, as it was then."""

    seq: int
    digest: str


def read(lines: Iterable[str], pool: str | None) -> dict[str, Kept]:
    """By chain; of `pool` alone where one is given.

    Raises `SettingsError` for a line that says of no chain that it is in order: who passed over it would miss
    less than they think.
    """
    found: dict[str, Kept] = {}
    for number, line in enumerate(lines, 1):
        match = _LINE.fullmatch(line.strip())
        if match is None:
            raise SettingsError(
                f"Line {number} of --against is not what `audit verify` prints of a chain in order."
            )
        found[match[1]] = Kept(int(match[2]), match[3])
    kept = {chain: one for chain, one in found.items() if pool in (None, chain)}
    if not kept:
        raise SettingsError("--against has no chain to look for: give what `audit verify` printed.")
    return kept


def missing(kept: Mapping[str, Kept], verdicts: Sequence["Verdict"]) -> Iterator[str]:
    """A line for each chain that no longer has what it had. What was purged since is not missing."""
    now = {verdict.pool_id: verdict for verdict in verdicts}
    for chain, (seq, digest) in kept.items():
        verdict = now.get(chain)
        if verdict is None:
            yield f"FAIL  {chain}  the whole log is gone: it had {seq} records."
        elif not verdict.saved and seq > verdict.purged:
            yield (
                f"FAIL  {chain}  {digest} was record {seq} and is none now: records were taken from the end, "
                "or the chain was made anew."
            )
