"""What a refused call answers."""

from typing import Any

import pytest
from tests.world import World

from poolhouse.errors import ApiError
from poolhouse.wire import operations


async def refusal(world: World, name: str, /, **request: Any) -> str:
    """Run an operation that must be refused, with a code that its model declares: `Code: message`."""
    with pytest.raises(ApiError) as caught:
        await world.call(name, **request)
    assert caught.value.code in operations.operations()[("cognito-idp", name)].errors
    return f"{caught.value.code}: {caught.value.message}"


def pairs(**attributes: str) -> list[dict[str, str]]:
    """An attribute list; `custom_plan` stands for `custom:plan`."""
    return [
        {"Name": name.replace("custom_", "custom:"), "Value": value} for name, value in attributes.items()
    ]


def plain(listed: list[dict[str, str]]) -> dict[str, str]:
    """An attribute list without `sub`, as a mapping."""
    return {entry["Name"]: entry["Value"] for entry in listed if entry["Name"] != "sub"}
