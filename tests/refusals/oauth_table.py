"""The table's form for the endpoints that apps call: what must be refused, and what must succeed."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.oauth.booth import Answer, Booth, open_booth
from tests.refusals.ledgers import stored
from tests.world import World

Step = Callable[[Booth], Awaitable[Answer]]

# A code is used up by whoever shows it, and one that is shown twice takes its sign-in with it.
CODES = frozenset({"authorization_codes"})
FAMILIES = frozenset({"authorization_codes", "token_families", "revocations"})


@dataclass(frozen=True)
class OAuthRow:
    """One entry of the table.

    name      completes the sentence "Refused: ..."
    error     `status error`, with the description after a colon where there is one
    refused   the request that must be refused
    twin      almost the same request, afterwards: it must be answered with 200
    arrange   what happens before
    pool, app settings of the pool and of the app that Ada signs in to
    changes   tables that the refusal may write to
    """

    name: str
    error: str
    refused: Step
    twin: Step
    arrange: Callable[[Booth], Awaitable[Any]] | None = None
    pool: Mapping[str, Any] = field(default_factory=dict)
    app: Mapping[str, Any] = field(default_factory=dict)
    changes: frozenset[str] = frozenset()


def oauth_table(*rows: OAuthRow | Iterable[OAuthRow]) -> Callable[[Any], Any]:
    listed: list[OAuthRow] = []
    for row in rows:
        listed.extend([row] if isinstance(row, OAuthRow) else row)
    return pytest.mark.parametrize("row", listed, ids=[row.name for row in listed])


async def play(row: OAuthRow, world: World, file: Path, count: Callable[[str, object], None]) -> None:
    booth = await open_booth(world, row.pool, row.app)
    if row.arrange:
        await row.arrange(booth)
    before = stored(file)
    answer = await row.refused(booth)
    assert said(answer) == row.error
    assert "no-store" in answer.headers["cache-control"]
    changed = {name for name, rows in stored(file).items() if rows != before.get(name, [])}
    assert changed <= row.changes, f"the refused request changed {sorted(changed)}"
    count("refused", 1)
    twin = await row.twin(booth)
    assert twin.status == 200, twin.body
    count("twins", 1)


def said(answer: Answer) -> str:
    """`400 invalid_grant`; only the status of an answer without a body."""
    return f"{answer.status} {answer.error[1]}" if answer.body else str(answer.status)
