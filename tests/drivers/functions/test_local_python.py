"""Local functions in Python, run by AWS's own runtime client."""

import asyncio
import os
import signal
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from tests.drivers.functions.scene import arn, scene, write

from poolhouse import app
from poolhouse.drivers import trace_context
from poolhouse.drivers.functions import crowd, warm
from poolhouse.errors import FunctionFailed, InvocationFailed, InvocationTimeout
from poolhouse.settings import Settings

TRACED = "import os\n\ndef handler(event, context):\n    return os.environ.get('_X_AMZN_TRACE_ID')\n"
ECHO = "def handler(event, context): return event"
# Notes its start in the log, then does what the event says.
BUSY = """
import os, time
print("started")
def handler(event, context):
    if "sleep" in event: time.sleep(event["sleep"])
    if "exit" in event: os._exit(event["exit"])
    return {"pid": os.getpid(), "left": context.get_remaining_time_in_millis()}
"""


def children() -> list[psutil.Process]:
    """Processes of functions, and what those have started: this process may have other children."""
    return [found for found in psutil.Process().children(recursive=True) if is_of_a_function(found)]


def is_of_a_function(process: psutil.Process) -> bool:
    try:
        return "AWS_LAMBDA_FUNCTION_NAME" in process.environ()
    except psutil.Error:  # it has ended
        return False


def kill_all() -> None:
    for child in children():
        with suppress(ProcessLookupError):
            os.kill(child.pid, signal.SIGKILL)


async def nobody_left() -> bool:
    for _ in range(100):
        if not children():
            return True
        await asyncio.sleep(0.05)
    return False


async def test_a_function_answers_with_what_its_handler_returns(here):
    here.write("echo", "def handler(event, context): return event | {'name': context.function_name}")

    assert await here.call("echo", {"a": "ö"}) == {"a": "ö", "name": "echo"}


async def test_a_function_knows_by_which_arn_it_was_called_and_how_long_it_has(here):
    here.write(
        "ask",
        "def handler(event, context):\n"
        "    return [context.invoked_function_arn, context.get_remaining_time_in_millis()]",
    )

    answer = await here.dispatcher.invoke(arn("ask", qualifier="live"), b"{}", seconds=20)

    assert answer.startswith(b'["arn:aws:lambda:us-east-1:000000000000:function:ask:live", 1')


async def test_what_a_handler_raises_is_told_with_its_type_and_text(here):
    here.write("refuse", "def handler(event, context): raise ValueError('no ' + event['who'])")

    with pytest.raises(FunctionFailed) as failed:
        await here.call("refuse", {"who": "ada"})

    assert (failed.value.error_type, failed.value.message) == ("ValueError", "no ada")


async def test_a_module_that_cannot_be_loaded_is_told_as_lambda_tells_it(here):
    here.write("broken", "import nothing_of_that_name")

    with pytest.raises(FunctionFailed) as failed:
        await here.call("broken")

    assert failed.value.error_type == "Runtime.ImportModuleError"
    assert "No module named 'nothing_of_that_name'" in failed.value.message


async def test_a_process_is_used_again(here):
    here.write("busy", BUSY)

    first, second = await here.call("busy"), await here.call("busy")

    assert first["pid"] == second["pid"]
    assert here.printed("busy") == ["started"]


async def test_a_function_that_hangs_is_killed_at_the_limit_and_others_go_on(here):
    here.write("busy", BUSY)
    here.write("echo", ECHO)
    await here.call("busy")
    hanging = asyncio.create_task(here.call("busy", {"sleep": 60}, seconds=1.5))

    assert await here.call("echo", {"a": 1}) == {"a": 1}
    began = time.monotonic()
    with pytest.raises(InvocationTimeout):
        await hanging

    assert time.monotonic() - began < 5
    assert (await here.call("busy"))["left"] > 0
    assert here.printed("busy") == ["started", "started"]


async def test_a_start_that_takes_too_long_leaves_nobody_behind(here):
    here.write("busy", BUSY)
    for milliseconds in range(0, 45, 5):
        with pytest.raises(InvocationTimeout):
            await here.call("busy", {"sleep": 60}, seconds=milliseconds / 1000)

    assert await nobody_left()
    here.write("busy", BUSY + "\n")
    assert "pid" in await here.call("busy")


async def test_what_a_killed_function_has_started_is_killed_too(here):
    here.write(
        "parent",
        "import subprocess, time\n"
        "def handler(event, context):\n"
        "    subprocess.Popen(['/bin/sleep', '600'])\n"
        "    print('both are here')\n"
        "    time.sleep(60)",
    )

    with pytest.raises(InvocationTimeout):
        await here.call("parent", seconds=6)

    assert here.printed("parent") == ["both are here"]
    assert await nobody_left()


async def test_a_function_that_ends_in_mid_call_fails_as_on_lambda(here):
    here.write("busy", BUSY)

    with pytest.raises(FunctionFailed) as failed:
        await here.call("busy", {"exit": 3})

    assert failed.value.error_type == "Runtime.ExitError"
    assert failed.value.message == "Runtime exited with error: exit status 3"
    assert "pid" in await here.call("busy")


async def test_a_function_that_is_killed_in_mid_call_fails_at_once(here):
    here.write("busy", BUSY)
    await here.call("busy")
    call = asyncio.create_task(here.call("busy", {"sleep": 60}))
    await asyncio.sleep(0.3)
    began = time.monotonic()

    kill_all()
    with pytest.raises(FunctionFailed) as failed:
        await call

    assert failed.value.message == "Runtime exited with error: signal: killed"
    assert time.monotonic() - began < 5


async def test_a_function_that_died_while_it_waited_swallows_no_event(here):
    here.write("busy", BUSY)
    for _ in range(5):
        await here.call("busy")
        kill_all()
        assert "pid" in await here.call("busy")  # at once: nobody has noticed the death yet
    assert len(here.printed("busy")) >= 6


async def test_a_function_that_ends_at_its_start_fails_and_is_started_for_every_call(here):
    here.write("dead", "import sys\nprint('started')\nsys.exit(7)")

    for _ in range(2):
        with pytest.raises(FunctionFailed, match=r"Runtime\.ExitError") as failed:
            await here.call("dead")
        assert failed.value.message == "Runtime exited with error: exit status 7"

    assert here.printed("dead") == ["started", "started"]


async def test_calls_at_once_get_processes_of_their_own_and_the_rest_wait(tmp_path: Path):
    write(tmp_path, "busy", BUSY)
    async with scene(tmp_path, function_processes=2) as here:
        answers = await asyncio.gather(*(here.call("busy", {"sleep": 0.2}) for _ in range(6)))

    assert len({answer["pid"] for answer in answers}) <= 2
    assert len(here.printed("busy")) == 2


async def test_what_waits_too_long_for_a_process_is_late(tmp_path: Path):
    write(tmp_path, "busy", BUSY)
    async with scene(tmp_path, function_processes=1) as here:
        await here.call("busy")
        first = asyncio.create_task(here.call("busy", {"sleep": 1.5}))
        await asyncio.sleep(0.1)

        with pytest.raises(InvocationTimeout):
            await here.call("busy", seconds=0.3)

        assert "pid" in await first


async def test_an_answer_of_six_megabytes_arrives_and_a_larger_one_is_refused(here):
    here.write("large", "def handler(event, context): return 'x' * event")
    most = 6_291_556 - 2  # with its quotation marks

    assert len(await here.call("large", most)) == most
    with pytest.raises(FunctionFailed) as failed:
        await here.call("large", most + 1)

    assert failed.value.error_type == "Function.ResponseSizeTooLarge"
    assert await here.call("large", 3) == "xxx"


async def test_an_event_of_six_megabytes_arrives_and_a_larger_one_is_refused(here):
    here.write("length", "def handler(event, context): return len(event)")
    most = 6_291_456 - 2

    assert await here.call("length", "x" * most) == most
    with pytest.raises(InvocationFailed, match="RequestTooLargeException"):
        await here.call("length", "x" * (most + 1))


async def test_what_cannot_be_written_as_json_is_the_functions_error(here):
    here.write("odd", "def handler(event, context): return {1, 2}")

    with pytest.raises(FunctionFailed) as failed:
        await here.call("odd")

    assert failed.value.error_type == "Runtime.MarshalError"


async def test_a_function_that_prints_a_lot_is_not_held_up_and_its_lines_are_counted(here):
    here.write(
        "loud",
        "def handler(event, context):\n"
        "    for number in range(20_000): print(f'line {number} ' + 'x' * 100)\n"
        "    print('y' * 100_000)\n"
        "    return 'done'",
    )

    assert await here.call("loud") == "done"
    await asyncio.sleep(1.2)
    await here.call("loud", seconds=20)

    lines = here.printed("loud")
    left_out = sum(told["lines"] for told in here.told("function output left out"))
    assert lines[0] == "line 0 " + "x" * 100
    assert len(lines) < 10_000
    assert left_out > 10_000
    assert max(map(len, lines)) <= 4_096


async def test_a_function_that_uses_too_much_memory_fails(here):
    here.write("hungry", "def handler(event, context): return len(bytearray(event << 20))")

    assert await here.call("hungry", 30) == 30 << 20
    with pytest.raises(FunctionFailed) as failed:
        await here.call("hungry", 300)

    assert failed.value.error_type == "MemoryError"


async def test_a_function_may_be_given_more_memory_and_an_environment(here):
    here.write(
        "hungry", "import os\ndef handler(event, context): return len(bytearray(300 << 20)), os.environ['A']"
    )
    here.write("hungry", 'memory = 512\n[environment]\nA = "b"\n', "function.toml")

    assert await here.call("hungry") == [300 << 20, "b"]


async def test_the_environment_is_clean(here, monkeypatch):
    monkeypatch.setenv("POOLHOUSE_MASTER_KEY", "a secret of the server")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another")
    monkeypatch.setenv("PYTHONPATH", "src")
    here.write("look", "import os\ndef handler(event, context): return dict(os.environ)")

    seen = await here.call("look")

    assert [name for name in seen if name.startswith("POOLHOUSE_")] == []
    assert "secret" not in str(seen)
    assert {name for name in seen if not name.startswith("AWS_")} <= {
        *("PATH", "HOME", "LANG", "LC_CTYPE", "TZ", "PWD", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE"),
        *("LAMBDA_TASK_ROOT", "_HANDLER"),
    }
    assert (seen["AWS_LAMBDA_FUNCTION_NAME"], seen["AWS_REGION"]) == ("look", "us-east-1")


async def test_under_dev_an_edit_is_seen_by_the_next_call(here):
    here.write("edited", "def handler(event, context): return 1")
    assert await here.call("edited") == 1

    here.write("edited", "def handler(event, context): return 2222")
    assert await here.call("edited") == 2222

    here.write("edited", "from helper import answer\ndef handler(event, context): return answer")
    here.write("edited", "answer = 3", "helper.py")
    assert await here.call("edited") == 3


async def test_an_edit_does_not_disturb_the_call_in_progress(here):
    here.write("busy", BUSY)
    await here.call("busy")
    before = asyncio.create_task(here.call("busy", {"sleep": 1}))
    await asyncio.sleep(0.1)

    here.write("busy", ECHO)

    assert await here.call("busy", {"a": 1}) == {"a": 1}
    assert "pid" in await before
    assert await here.call("busy", {"a": 2}) == {"a": 2}


async def test_under_serve_an_edit_changes_nothing_before_the_next_start(tmp_path: Path):
    write(tmp_path, "edited", "def handler(event, context): return 1")
    async with scene(tmp_path, profile="serve") as here:
        assert await here.call("edited") == 1
        here.write("edited", "def handler(event, context): return 2222")

        assert await here.call("edited") == 1


async def test_a_process_that_has_nothing_to_do_ends_after_a_while(here, monkeypatch):
    monkeypatch.setattr(warm, "_IDLE_SECONDS", 0.2)
    here.write("busy", BUSY)

    await here.call("busy")

    assert await nobody_left()
    assert "pid" in await here.call("busy")


async def test_more_calls_than_may_wait_are_refused_and_the_others_answered(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(crowd, "_MOST_WAITING", 2)
    write(tmp_path, "busy", BUSY)
    async with scene(tmp_path, function_processes=1) as here:
        answers = await asyncio.gather(*(here.call("busy") for _ in range(5)), return_exceptions=True)

    refused = [answer for answer in answers if isinstance(answer, InvocationFailed)]
    assert [(answer.reason, answer.passing) for answer in refused] == [("TooManyRequestsException", True)] * 2
    assert sum("pid" in answer for answer in answers if isinstance(answer, dict)) == 3


async def test_a_function_finds_the_trace_where_lambda_puts_it(tmp_path: Path):
    write(tmp_path, "traced", TRACED)
    async with scene(tmp_path) as here:
        with trace_context.calling("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"):
            traced = await here.call("traced")
        untraced = await here.call("traced")

    assert traced == "Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=00f067aa0ba902b7;Sampled=1"
    assert not untraced


async def test_at_the_end_no_process_is_left(tmp_path: Path):
    write(tmp_path, "busy", BUSY)
    async with scene(tmp_path) as here:
        await here.call("busy")
        call = asyncio.create_task(here.call("busy", {"sleep": 60}))
        await asyncio.sleep(0.3)
        assert children() != []

    with pytest.raises(FunctionFailed):
        await call
    assert await nobody_left()


async def test_the_server_has_an_invoker_that_calls_the_functions_of_its_settings(tmp_path: Path):
    write(tmp_path / "functions", "echo", ECHO)
    settings = Settings(functions=str(tmp_path / "functions"), data=str(tmp_path / "data"), no_demo=True)

    async with app.opened(settings) as (gateway, _):
        invoker = gateway._env.invoker
        assert invoker is not None
        assert await invoker.obstacle(arn("echo")) is None
        assert await invoker.invoke(arn("echo"), b'{"a": 1}', seconds=20) == b'{"a": 1}'
