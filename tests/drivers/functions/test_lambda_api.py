"""The Lambda Invoke API: signed so that our own verifier accepts it, and every answer understood."""

import time
from urllib.parse import urlsplit

import pytest
from tests.drivers.functions.remote import Remote, RunningRemote
from tests.drivers.functions.scene import KEYS, arn, scene

from poolhouse.drivers import trace_context
from poolhouse.drivers.clock_rng import SystemClock
from poolhouse.drivers.functions import arns
from poolhouse.drivers.functions.lambda_api import LambdaApi
from poolhouse.errors import FunctionFailed, InvalidSignature, InvocationFailed, InvocationTimeout
from poolhouse.wire import sigv4


def signed_with(secret):
    """A server that refuses what was not signed with the secret, as AWS does, by our own verifier."""

    def check(path, headers, body):
        request = sigv4.Request("POST", path, "", tuple(headers.items()), body)
        signed = sigv4.parse_authorization(request)
        try:
            sigv4.verify(signed, secret, "lambda", SystemClock().now())
        except InvalidSignature:
            return 403
        return None

    return check


@pytest.fixture
def aws():
    with RunningRemote(Remote(signed_with(KEYS.secret_access_key))) as remote:
        yield remote


@pytest.fixture
async def here(tmp_path, aws):
    async with scene(tmp_path, functions="", lambda_endpoint=aws.url) as made:
        yield made


async def test_a_call_is_signed_and_carries_the_event(here, aws):
    aws.answer = b'{"response": {}}'

    assert await here.call("greet", {"a": "ö"}) == {"response": {}}

    ((path, headers, body),) = aws.calls
    assert (path, body) == ("/2015-03-31/functions/greet/invocations", b'{"a": "\\u00f6"}')
    assert headers["x-amz-invocation-type"] == "RequestResponse"
    scope = f"{headers['x-amz-date'][:8]}/us-east-1/lambda/aws4_request"
    assert headers["authorization"].startswith(
        f"AWS4-HMAC-SHA256 Credential={KEYS.access_key_id}/{scope}, "
        "SignedHeaders=content-type;host;x-amz-date;x-amz-invocation-type, "
    )


async def test_the_trace_goes_along_as_lambda_knows_it_and_without_one_nothing_does(here, aws):
    with trace_context.calling("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"):
        await here.call("greet")
    await here.call("greet")

    (_, traced, _), (_, untraced, _) = aws.calls
    assert traced["x-amzn-trace-id"] == (
        "Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=00f067aa0ba902b7;Sampled=0"
    )
    assert "x-amzn-trace-id" not in untraced


async def test_a_call_that_was_signed_with_another_secret_is_refused(tmp_path):
    with RunningRemote(Remote(signed_with("another secret"))) as aws:
        async with scene(tmp_path, functions="", lambda_endpoint=aws.url) as here:
            with pytest.raises(InvocationFailed) as refused:
                await here.call("greet")

    assert (refused.value.reason, refused.value.passing) == ("AccessDeniedException", False)
    assert aws.calls == []


async def test_an_alias_is_called_as_such(here, aws):
    await here.dispatcher.invoke(arn("greet", qualifier="live"), b"{}", seconds=5)
    await here.dispatcher.invoke(arn("greet", qualifier="$LATEST"), b"{}", seconds=5)

    assert [path for path, _, _ in aws.calls] == [
        "/2015-03-31/functions/greet%3Alive/invocations",
        "/2015-03-31/functions/greet%3A%24LATEST/invocations",
    ]


@pytest.mark.parametrize(
    ("settings", "function", "url"),
    [
        ({}, arn("greet"), "https://lambda.us-east-1.amazonaws.com"),
        ({}, arn("greet", region="eu-west-3"), "https://lambda.eu-west-3.amazonaws.com"),
        ({"region": "eu-north-1"}, arn("greet"), "https://lambda.eu-north-1.amazonaws.com"),
        (
            {"endpoint": "https://vpce-1.lambda.us-east-1.vpce.amazonaws.com"},
            arn("greet", qualifier="live"),
            "https://vpce-1.lambda.us-east-1.vpce.amazonaws.com",
        ),
        (
            {},
            "arn:aws-cn:lambda:cn-north-1:000000000000:function:greet",
            "https://lambda.cn-north-1.amazonaws.com.cn",
        ),
    ],
)
async def test_aws_is_told_the_whole_arn_at_its_own_address(monkeypatch, settings, function, url):
    api = LambdaApi(
        sigv4.signer_of_posts(KEYS, "lambda", SystemClock().now),
        **({"region": "", "endpoint": ""} | settings),
    )
    sent = []

    async def send(_, to, headers, body, seconds):
        sent.append((to, headers["host"]))
        raise InvocationFailed("x")

    monkeypatch.setattr(api._post, "send", send)
    with pytest.raises(InvocationFailed):
        await api.invoke(arns.read(function), b"{}", 5)

    quoted = function.replace(":", "%3A")
    assert sent == [(f"{url}/2015-03-31/functions/{quoted}/invocations", urlsplit(url).netloc)]


async def test_an_error_of_the_function_is_told_with_its_type_and_text(here, aws):
    aws.headers = {"X-Amz-Function-Error": "Unhandled"}
    aws.answer = b'{"errorType": "ValueError", "errorMessage": "no ada", "stackTrace": []}'

    with pytest.raises(FunctionFailed) as failed:
        await here.call("greet")

    assert (failed.value.error_type, failed.value.message) == ("ValueError", "no ada")


@pytest.mark.parametrize("answer", [b"", b"null", b"\xff", b'{"errorMessage": 5}'])
async def test_an_error_of_the_function_may_say_anything(here, aws, answer):
    aws.headers = {"X-Amz-Function-Error": "Unhandled"}
    aws.answer = answer

    with pytest.raises(FunctionFailed) as failed:
        await here.call("greet")

    assert (failed.value.error_type, failed.value.message) == ("Unhandled", "")


@pytest.mark.parametrize(
    ("status", "name", "reason", "passing"),
    [
        (429, "TooManyRequestsException:http://x/", "TooManyRequestsException", True),
        (429, "", "TooManyRequestsException", True),
        (403, "AccessDeniedException", "AccessDeniedException", False),
        (403, "", "AccessDeniedException", False),
        (404, "ResourceNotFoundException", "ResourceNotFoundException", False),
        (404, "", "ResourceNotFoundException", False),
        (500, "ServiceException", "ServiceException", True),
        (502, "EC2UnexpectedException", "EC2UnexpectedException", True),
        (503, "", "ServiceException", True),
        (413, "RequestTooLargeException", "RequestTooLargeException", False),
        (302, "", "ServiceException", False),
        (202, "", "ServiceException", False),
    ],
)
async def test_what_lambda_refuses_is_told_by_its_name_and_whether_it_may_pass(
    here, aws, status, name, reason, passing
):
    aws.status, aws.headers = status, {"location": "http://169.254.169.254/"}
    if name:
        aws.headers["x-amzn-ErrorType"] = name

    with pytest.raises(InvocationFailed) as refused:
        await here.call("greet")

    assert (refused.value.reason, refused.value.passing) == (reason, passing)
    assert len(aws.calls) == 1


async def test_an_answer_that_takes_too_long_is_late(here, aws):
    aws.delay = 1.0
    began = time.monotonic()

    with pytest.raises(InvocationTimeout):
        await here.call("greet", seconds=0.2)

    assert time.monotonic() - began < 0.9
    aws.delay = 0.0
    assert await here.call("greet") == {}


async def test_an_answer_of_six_megabytes_arrives_and_a_larger_one_does_not(here, aws):
    aws.answer = b'"' + b"x" * 6_291_554 + b'"'
    assert len(await here.call("greet")) == 6_291_554

    aws.answer += b" "
    with pytest.raises(InvocationFailed, match="ResponseSizeTooLarge"):
        await here.call("greet")


async def test_who_cannot_be_reached_may_be_reached_the_next_time(tmp_path):
    async with scene(tmp_path, functions="", lambda_endpoint="http://127.0.0.1:9") as here:
        with pytest.raises(InvocationFailed) as failed:
            await here.call("greet")

    assert (failed.value.reason, failed.value.passing) == ("ServiceException", True)
