"""Local functions in Python, run by AWS's own runtime client."""

from pathlib import Path

import pytest
from tests.drivers.functions.scene import arn, scene

from poolhouse import app
from poolhouse.errors import FunctionFailed
from poolhouse.settings import Settings


@pytest.fixture
async def here(tmp_path):
    async with scene(tmp_path) as made:
        yield made


async def test_a_function_answers_with_what_its_handler_returns(here):
    here.write("echo", "def handler(event, context): return event | {'name': context.function_name}")

    assert await here.call("echo", {"a": "ö"}) == {"a": "ö", "name": "echo"}


async def test_what_a_handler_raises_is_told_with_its_type_and_text(here):
    here.write("refuse", "def handler(event, context): raise ValueError('no ' + event['who'])")

    with pytest.raises(FunctionFailed) as failed:
        await here.call("refuse", {"who": "ada"})

    assert (failed.value.error_type, failed.value.message) == ("ValueError", "no ada")


async def test_the_server_has_an_invoker_that_calls_the_functions_of_its_settings(tmp_path: Path):
    folder = tmp_path / "functions" / "echo"
    folder.mkdir(parents=True)
    (folder / "handler.py").write_text("def handler(event, context): return event")
    settings = Settings(functions=str(folder.parent), data=str(tmp_path / "data"), no_demo=True)

    async with app.opened(settings) as (gateway, _):
        invoker = gateway._env.invoker
        assert invoker is not None
        assert await invoker.obstacle(arn("echo")) is None
        assert await invoker.invoke(arn("echo"), b'{"a": 1}', seconds=20) == b'{"a": 1}'
