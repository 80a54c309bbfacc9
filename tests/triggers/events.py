"""Golden events: what a function is sent, member by member, null by null (behaviour file, 5).

    assert_golden(world, pool, client, "PreSignUp_SignUp")

The files under golden/ say `{pool}`, `{client}` and `{sub}` where a run has ids of its own.
"""

import json
from pathlib import Path
from typing import Any

from tests.world import World

GOLDEN = Path(__file__).parent / "golden"


def golden(source: str) -> dict[str, Any]:
    """The event of a source as its file has it."""
    return dict(json.loads((GOLDEN / f"{source}.json").read_text("utf-8")))


def generalised(event: dict[str, Any], **ids: str) -> dict[str, Any]:
    """The event with the names of ids in place of the ids."""
    text = json.dumps(event)
    for name, value in ids.items():
        text = text.replace(json.dumps(value)[1:-1], f"{{{name}}}")
    return dict(json.loads(text))


def assert_golden(world: World, source: str, **ids: str) -> None:
    """The only event of this source that was fired is the golden one."""
    fired = [event for event in world.fired if event["triggerSource"] == source]

    assert len(fired) == 1, [event["triggerSource"] for event in world.fired]
    assert generalised(fired[0], **ids) == golden(source)
