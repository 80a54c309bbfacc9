"""Local functions in Node, run by our own client of the Runtime API."""

import pytest
from tests.drivers.functions.scene import arn

from poolhouse.errors import FunctionFailed, InvocationTimeout

pytestmark = pytest.mark.node

HANDLER = "handler.mjs"


async def test_an_async_handler_answers_with_what_it_returns(here):
    here.write(
        "echo", "export const handler = async (event, context) => [event, context.functionName];", HANDLER
    )

    assert await here.call("echo", {"a": "ö"}) == [{"a": "ö"}, "echo"]


async def test_a_handler_may_call_back(here):
    here.write(
        "back",
        "export const handler = (event, context, callback) => setTimeout(() => "
        "event.no ? callback(new TypeError(event.no)) : callback(null, { ...event, b: 2 }), 5);",
        HANDLER,
    )

    assert await here.call("back", {"a": 1}) == {"a": 1, "b": 2}
    with pytest.raises(FunctionFailed) as failed:
        await here.call("back", {"no": "not you"})

    assert (failed.value.error_type, failed.value.message) == ("TypeError", "not you")


async def test_a_handler_without_callback_may_simply_return(here):
    here.write("plain", "export function handler(event) { return event.a + 1; }", HANDLER)

    assert await here.call("plain", {"a": 1}) == 2


async def test_a_handler_that_returns_nothing_answers_null(here):
    here.write("silent", "export const handler = async () => {};", HANDLER)

    assert await here.call("silent") is None


async def test_a_function_knows_by_which_arn_it_was_called_and_how_long_it_has(here):
    here.write(
        "ask",
        "export const handler = async (event, context) => "
        "[context.invokedFunctionArn, context.getRemainingTimeInMillis() > 999, context.awsRequestId.length]",
        HANDLER,
    )

    answer = await here.dispatcher.invoke(arn("ask", qualifier="live"), b"{}", seconds=20)

    assert answer == f'["{arn("ask", qualifier="live")}",true,36]'.encode()


@pytest.mark.parametrize(
    ("thrown", "error_type", "message"),
    [
        ("new RangeError('no ada')", "RangeError", "no ada"),
        ("'a plain text'", "string", "a plain text"),
        ("Object.assign(new Error('x'), { name: 'Custom' })", "Custom", "x"),
    ],
)
async def test_what_a_handler_throws_is_told_with_its_type_and_text(here, thrown, error_type, message):
    here.write("refuse", f"export const handler = async () => {{ throw {thrown}; }};", HANDLER)

    with pytest.raises(FunctionFailed) as failed:
        await here.call("refuse")

    assert (failed.value.error_type, failed.value.message) == (error_type, message)


async def test_what_nobody_catches_fails_the_call_and_ends_the_process(here):
    here.write(
        "late",
        "console.log('started');"
        "export const handler = (event) => event.fine ? Promise.resolve(1) : new Promise(() => "
        "setTimeout(() => { throw new Error('nobody catches this'); }, 5));",
        HANDLER,
    )

    with pytest.raises(FunctionFailed, match="Error") as failed:
        await here.call("late")

    assert failed.value.message == "nobody catches this"
    assert await here.call("late", {"fine": 1}) == 1
    assert here.printed("late").count("started") == 2


async def test_a_module_that_cannot_be_loaded_is_told(here):
    here.write("broken", "import 'nothing-of-that-name';", HANDLER)
    here.write("empty", "export const other = 1;", HANDLER)

    with pytest.raises(FunctionFailed) as broken:
        await here.call("broken")
    with pytest.raises(FunctionFailed) as empty:
        await here.call("empty")

    assert "Cannot find package 'nothing-of-that-name'" in broken.value.message
    assert empty.value.error_type == "Runtime.HandlerNotFound"


async def test_a_function_that_hangs_is_killed_at_the_limit_and_started_again(here):
    here.write(
        "hang",
        "console.log('started'); export const handler = async (event) => { while (event.hang); return 1; };",
        HANDLER,
    )
    assert await here.call("hang") == 1

    with pytest.raises(InvocationTimeout):
        await here.call("hang", {"hang": True}, seconds=1)

    assert await here.call("hang") == 1
    assert here.printed("hang") == ["started", "started"]


async def test_a_function_that_ends_in_mid_call_fails_as_on_lambda(here):
    here.write("end", "export const handler = async (event) => process.exit(event.code);", HANDLER)

    with pytest.raises(FunctionFailed) as failed:
        await here.call("end", {"code": 3})
    with pytest.raises(FunctionFailed) as silent:
        await here.call("end", {"code": 0})

    assert failed.value.error_type == silent.value.error_type == "Runtime.ExitError"
    assert failed.value.message == "Runtime exited with error: exit status 3"
    assert silent.value.message == "Runtime exited without providing a reason"


async def test_an_answer_of_six_megabytes_arrives_and_a_larger_one_is_refused(here):
    here.write("large", "export const handler = async (event) => 'x'.repeat(event);", HANDLER)
    most = 6_291_556 - 2

    assert len(await here.call("large", most)) == most
    with pytest.raises(FunctionFailed) as failed:
        await here.call("large", most + 1)

    assert failed.value.error_type == "Function.ResponseSizeTooLarge"
    assert await here.call("large", 3) == "xxx"


async def test_a_function_that_uses_too_much_memory_ends(here):
    here.write(
        "hungry",
        "export const handler = async (event) => { const all = []; "
        "for (let n = 0; n < event; n++) all.push(new Array(131072).fill(n)); return all.length; };",
        HANDLER,
    )

    assert await here.call("hungry", 20) == 20
    with pytest.raises(FunctionFailed) as failed:
        await here.call("hungry", 2_000)

    assert failed.value.error_type == "Runtime.ExitError"


async def test_a_function_runs_with_the_least_memory_that_can_be_set(here):
    here.write("small", "export const handler = async (event) => 'x'.repeat(event).length;", HANDLER)
    here.write("small", "memory = 64", "function.toml")

    assert await here.call("small", 1_000_000) == 1_000_000


async def test_the_environment_is_clean(here, monkeypatch):
    monkeypatch.setenv("POOLHOUSE_MASTER_KEY", "a secret of the server")
    here.write("look", "export const handler = async () => process.env;", HANDLER)
    here.write("look", '[environment]\nTABLE = "users"\n', "function.toml")

    seen = await here.call("look")

    assert [name for name in seen if name.startswith("POOLHOUSE_")] == []
    assert "a secret of the server" not in str(seen)
    assert (seen["TABLE"], seen["AWS_LAMBDA_FUNCTION_NAME"]) == ("users", "look")


async def test_under_dev_an_edit_is_seen_by_the_next_call(here):
    here.write("edited", "export const handler = async () => 1;", HANDLER)
    assert await here.call("edited") == 1

    here.write("edited", "export const handler = async () => 2222;", HANDLER)

    assert await here.call("edited") == 2222


async def test_what_a_function_prints_is_in_the_log(here):
    here.write(
        "loud", "export const handler = async () => { console.log('one'); console.error('two'); };", HANDLER
    )

    await here.call("loud")
    await here.call("loud")

    assert here.printed("loud")[:2] == ["one", "two"]
