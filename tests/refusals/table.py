"""The form of the table: what must be refused, in which words, and what must succeed all the same."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from tests.refusals.ledgers import stored
from tests.refusals.scene import Scene

from poolhouse.errors import ApiError

Step = Callable[[Scene], Awaitable[Any]]

# What any operation may answer, whatever its model declares: it comes before the operation.
WIRE = frozenset(
    {
        "AccessDeniedException",
        "IncompleteSignatureException",
        "InternalErrorException",
        "InvalidParameterException",
        "InvalidSignatureException",
        "MissingAuthenticationTokenException",
        "SerializationException",
        "UnrecognizedClientException",
    }
)


@dataclass(frozen=True)
class Row:
    """One entry of the table.

    name     completes the sentence "Refused: ..."
    error    `Code: text`, to the letter; {pool}, {client} and {sub} stand for the scene's own
    refused  the request that must be refused
    twin     almost the same request, in the same scene, after the refusal: it must succeed
    arrange  what happens before
    pool, client, user  settings of the scene's pool and client, attributes of its user
    changes  tables that the refusal may write to, beside the ledgers of tries
    """

    name: str
    error: str
    refused: Step
    twin: Step
    arrange: Step | None = None
    pool: Mapping[str, Any] = field(default_factory=dict)
    client: Mapping[str, Any] = field(default_factory=dict)
    user: Mapping[str, str] = field(default_factory=dict)
    changes: frozenset[str] = frozenset()


def table(*rows: Row | Iterable[Row]) -> Callable[[Any], Any]:
    """Run a test once for each row, under the row's name."""
    listed: list[Row] = []
    for row in rows:
        listed.extend([row] if isinstance(row, Row) else row)
    return pytest.mark.parametrize("row", listed, ids=[row.name for row in listed])


async def play(row: Row, scene: Scene, count: Callable[[str, object], None]) -> None:
    """Arrange, be refused without any change to the store, and succeed with the twin."""
    await scene.set_up(row.pool, row.client, row.user)
    if row.arrange:
        await row.arrange(scene)
    before = stored(scene.file)
    with pytest.raises(ApiError) as refusal:
        await row.refused(scene)
    operation = scene.last_operation
    changed = {name for name, rows in stored(scene.file).items() if rows != before.get(name, [])}
    error = refusal.value
    said, expected = f"{error.code}: {error.message}", scene.filled(row.error)
    assert said == expected, f"{said!r} is not {expected!r}"
    assert changed <= row.changes, f"the refused request changed {sorted(changed)}"
    assert error.code in operation.errors | WIRE, f"the model of {operation.name} does not declare it"
    count("refused", 1)
    await row.twin(scene)
    count("twins", 1)
