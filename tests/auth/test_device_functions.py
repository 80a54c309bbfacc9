"""What a pool's functions learn of devices: that one is new, and that one has proven itself (5.2)."""

from pathlib import Path

import pytest
from tests.browser import TRACKING
from tests.functions import untouched
from tests.refusals import device_steps as steps
from tests.refusals.device_steps import key
from tests.refusals.scene import Scene
from tests.world import World


@pytest.fixture
async def s(world: World, tmp_path: Path) -> Scene:
    """A pool that tracks devices and asks two functions."""
    for kind in ("PostAuthentication", "PreTokenGeneration"):
        world.functions[kind] = untouched
    made = Scene(world, tmp_path / "poolhouse.sqlite3")
    await made.set_up({**TRACKING, "LambdaConfig": world.triggers()}, {}, {})
    return made


def told(s: Scene) -> list[tuple[str, object]]:
    """The sources of the events so far, each with what it says of the device; forgets them."""
    events = s.world.functions.fired
    found = [(event["triggerSource"], event["request"].get("newDeviceUsed")) for event in events]
    events.clear()
    return found


async def test_a_new_device_is_told_of(s: Scene) -> None:
    await steps.signed_in(s)

    assert told(s) == [
        ("PostAuthentication_Authentication", True),
        ("TokenGeneration_Authentication", None),
    ]


async def test_a_device_that_names_itself_is_no_new_one(s: Scene) -> None:
    await steps.confirmed(s)
    told(s)

    await steps.offered(s, DEVICE_KEY=key(s))

    assert told(s) == [
        ("PostAuthentication_Authentication", False),
        ("TokenGeneration_Authentication", None),
    ]


async def test_tokens_that_a_device_has_proven_are_generated_for_it(s: Scene) -> None:
    await steps.suppressed(s)
    told(s)

    await steps.device_sign_in(s)

    assert told(s) == [
        ("PostAuthentication_Authentication", False),
        ("TokenGeneration_AuthenticateDevice", None),
    ]
