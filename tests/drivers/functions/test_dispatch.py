"""Who calls which function, when none is called at all, and what is measured."""

import asyncio

import pytest
from tests.drivers.functions.remote import RunningRemote
from tests.drivers.functions.scene import KEYS, arn, scene, write

from poolhouse.configuration import load
from poolhouse.drivers.functions import breaker
from poolhouse.errors import FunctionFailed, InvocationFailed, InvocationTimeout, SettingsError

ECHO = "def handler(event, context): return event"
HANG = "import time\ndef handler(event, context):\n    if event: time.sleep(60)\n    return 1"
SPARED = "a function has failed too often and is not called for a while"


@pytest.fixture
def remote():
    with RunningRemote() as running:
        yield running


async def test_an_address_goes_before_a_folder_and_a_folder_before_the_lambda_api(tmp_path, remote):
    for name in ("addressed", "local"):
        write(tmp_path, name, "def handler(event, context): return 'local'")
    remote.answer = b'"remote"'
    async with scene(
        tmp_path,
        lambda_endpoint=remote.url,
        function_urls={arn("addressed"): f"{remote.url}/own"},
        function_url_secrets={arn("addressed"): "s" * 32},
    ) as here:
        answers = [await here.call(name) for name in ("addressed", "local", "other")]
        foreign = await here.dispatcher.invoke(arn("local", account="123456789012"), b"{}", seconds=5)
        distant = await here.dispatcher.invoke(arn("local", region="eu-west-1"), b"{}", seconds=5)

    assert answers == ["remote", "local", "remote"]
    assert (foreign, distant) == (b'"remote"', b'"remote"')
    assert [path for path, _, _ in remote.calls][:2] == ["/own", "/2015-03-31/functions/other/invocations"]


async def test_local_functions_have_the_account_of_the_settings_and_the_usual_one(tmp_path):
    write(tmp_path, "echo", ECHO)
    async with scene(tmp_path, account_id="123456789012", region="eu-west-1") as here:
        good = [
            arn("echo", region="eu-west-1", account=account) for account in ("123456789012", "000000000000")
        ]
        good += [f"{good[0]}:live", f"{good[0]}:$LATEST"]

        assert [await here.dispatcher.obstacle(found) for found in good] == [None] * 4
        assert await here.dispatcher.invoke(good[2], b"1", seconds=20) == b"1"
        foreign = await here.dispatcher.obstacle(arn("echo", region="eu-west-1", account="999999999999"))

    assert foreign is not None
    assert "is not in the Region eu-west-1 and the account 000000000000 or 123456789012" in foreign


async def test_an_obstacle_is_one_sentence_that_says_why(tmp_path):
    write(tmp_path, "empty", "", "readme.txt")
    write(tmp_path, "wrong", ECHO)
    write(tmp_path, "wrong", "memory = 1", "function.toml")
    write(tmp_path, "echo", ECHO)
    async with scene(tmp_path) as here:
        said = {
            name: await here.dispatcher.obstacle(arn(name)) for name in ("none", "empty", "wrong", "echo")
        }
        other = await here.dispatcher.obstacle("arn:aws:sns:us-east-1:000000000000:topic")

    assert said["none"] == "There is no folder none among the local functions."
    assert said["empty"] == "The folder empty has neither handler.py nor handler.mjs."
    assert said["wrong"].startswith("`memory` in wrong/function.toml is wrong: ")
    assert said["echo"] is None
    assert other == "arn:aws:sns:us-east-1:000000000000:topic is not the ARN of a Lambda function."


async def test_what_an_obstacle_stands_before_is_not_called(tmp_path):
    write(tmp_path, "empty", "", "readme.txt")
    write(tmp_path, "echo", ECHO)
    async with scene(tmp_path) as here:
        for name in ("none", "empty", "../echo", ".", "echo/../echo"):
            with pytest.raises(InvocationFailed, match="ResourceNotFoundException"):
                await here.call(name)

        assert await here.call("echo", 1) == 1


async def test_a_function_whose_folder_is_made_later_is_found_and_one_that_is_removed_is_not(tmp_path):
    async with scene(tmp_path) as here:
        assert await here.dispatcher.obstacle(arn("echo")) is not None
        here.write("echo", ECHO)
        assert await here.dispatcher.obstacle(arn("echo")) is None
        assert await here.call("echo", 1) == 1

        (tmp_path / "echo" / "handler.py").unlink()

        assert await here.dispatcher.obstacle(arn("echo")) is not None
        with pytest.raises(InvocationFailed):
            await here.call("echo")


async def test_where_nothing_is_set_up_the_obstacle_says_what_to_set_up(tmp_path):
    async with scene(tmp_path, functions="") as here:
        said = await here.dispatcher.obstacle(arn("echo"))
        with pytest.raises(InvocationFailed):
            await here.call("echo")

    assert said is not None
    assert said.startswith("No function can be called here: start with `functions`")


async def test_a_function_that_hangs_again_and_again_is_spared_until_it_answers_again(tmp_path, monkeypatch):
    monkeypatch.setattr(breaker, "PAUSE", 1.0)
    write(tmp_path, "hang", HANG)
    write(tmp_path, "echo", ECHO)
    async with scene(tmp_path, profile="serve") as here:
        for _ in range(breaker.FAILURES):
            with pytest.raises(InvocationTimeout):
                await here.call("hang", 1, seconds=0.05)

        with pytest.raises(InvocationFailed) as spared:
            await here.call("hang")
        assert (spared.value.reason, spared.value.passing) == ("CircuitBreakerOpen", False)
        assert here.told(SPARED) == [{"arn": arn("hang")}]
        assert await here.call("echo", 2) == 2

        await asyncio.sleep(1.0)
        assert await here.call("hang") == 1
        assert await here.call("hang") == 1


async def test_a_function_that_refuses_again_and_again_is_called_every_time(tmp_path):
    write(tmp_path, "refuse", "def handler(event, context): raise ValueError('no')")
    async with scene(tmp_path) as here:
        for _ in range(2 * breaker.FAILURES):
            with pytest.raises(FunctionFailed, match="ValueError"):
                await here.call("refuse")


async def test_a_function_that_was_mended_is_called_at_once(tmp_path):
    write(tmp_path, "dead", "import os\nos._exit(1)")
    async with scene(tmp_path) as here:
        for _ in range(breaker.FAILURES):
            with pytest.raises(FunctionFailed):
                await here.call("dead")
        with pytest.raises(InvocationFailed, match="CircuitBreakerOpen"):
            await here.call("dead")

        here.write("dead", "def handler(event, context): return 'alive'")

        assert await here.call("dead") == "alive"


async def test_every_call_is_measured_by_its_trigger_and_outcome(tmp_path):
    write(tmp_path, "echo", ECHO)
    write(tmp_path, "refuse", "def handler(event, context): raise ValueError('no')")
    write(tmp_path, "hang", HANG)
    event = b'{"version":"1","triggerSource":"PreSignUp_AdminCreateUser","region":"us-east-1"}'
    async with scene(tmp_path) as here:
        await here.dispatcher.invoke(arn("echo"), event, seconds=20)
        for name, seconds in (("refuse", 20), ("hang", 0.2), ("none", 1)):
            with pytest.raises((FunctionFailed, InvocationTimeout, InvocationFailed)):
                await here.dispatcher.invoke(arn(name), event, seconds=seconds)
        await here.call("echo", {"userName": '{"version":"1","triggerSource":"Forged_X"'})

    measured = here.told("call")
    assert [(call["trigger"], call["outcome"]) for call in measured] == [
        ("PreSignUp", "ok"),
        ("PreSignUp", "raised"),
        ("PreSignUp", "late"),
        ("other", "ok"),
    ]
    assert all(0 < call["seconds"] < 20 for call in measured)


@pytest.mark.parametrize(
    ("profile", "endpoint", "good"),
    [
        ("dev", "http://sam:3001", True),
        ("serve", "https://lambda.example.com/base", True),
        ("serve", "http://localhost:3001", True),
        ("serve", "http://sam:3001", False),
        ("dev", "sam:3001", False),
        ("dev", "http://a:b@sam", False),
        ("dev", "https://sam?x=1", False),
    ],
)
async def test_the_lambda_endpoint_must_be_an_address_and_not_plain_http_under_serve(
    tmp_path, profile, endpoint, good
):
    made = scene(tmp_path, functions="", profile=profile, lambda_endpoint=endpoint)
    if good:
        async with made as here:
            assert await here.dispatcher.obstacle(arn("any")) is None
        return
    with pytest.raises(SettingsError, match="`lambda_endpoint` must"):
        async with made:
            pytest.fail("it opened")


@pytest.mark.parametrize("one", ["lambda_access_key_id", "lambda_secret_access_key"])
async def test_an_access_key_for_lambda_needs_its_secret_and_the_other_way_round(tmp_path, one):
    both = {"lambda_access_key_id": "AKIA", "lambda_secret_access_key": "secret"}
    async with scene(tmp_path, functions="", **both) as here:
        assert await here.dispatcher.obstacle(arn("any")) is None

    with pytest.raises(SettingsError, match="need each other"):
        async with scene(tmp_path, functions="", **{one: both[one]}):
            pytest.fail("it opened")


async def test_a_folder_of_functions_that_is_not_there_is_told(tmp_path):
    with pytest.raises(SettingsError, match=r"`functions` names .*, which is not a folder"):
        async with scene(tmp_path, functions=str(tmp_path / "none")):
            pytest.fail("it opened")


def test_tables_of_functions_are_read_from_the_environment():
    settings = load(
        "dev",
        {},
        {
            "POOLHOUSE_FUNCTIONS": "lambdas",
            "POOLHOUSE_FUNCTION_URLS": f"{arn('a')}=https://a.example.com/?x=y, {arn('b')}=https://b.example.com",
            "POOLHOUSE_FUNCTION_URL_SECRETS": f"{arn('a')}={KEYS.secret_access_key}",
        },
    )

    assert settings.functions == "lambdas"
    assert settings.function_urls == {
        arn("a"): "https://a.example.com/?x=y",
        arn("b"): "https://b.example.com",
    }
    assert settings.function_url_secrets == {arn("a"): KEYS.secret_access_key}
