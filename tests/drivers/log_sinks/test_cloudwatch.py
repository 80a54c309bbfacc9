"""CloudWatch Logs: requests that its own model knows and our own verifier proves; its refusals."""

import json

import pytest
from tests.drivers.log_sinks.receiver import ACCESS_KEY_ID, AT, SECRET, SIGN, Running, batch, signed_for

from poolhouse.drivers.log_sinks.cloudwatch import CloudWatchLogs
from poolhouse.errors import LogRefused, LogSinkAway
from poolhouse.sink_settings import CloudWatchSink

ARN = "arn:aws:logs:eu-north-1:000000000000:log-group:/poolhouse/app"


@pytest.fixture
def service():
    with Running(signed_for("logs")) as running:
        yield running
    assert running.wrong == []


@pytest.fixture
async def sink(service):
    settings = CloudWatchSink(
        access_key_id=ACCESS_KEY_ID, secret_access_key=SECRET, endpoint=service.url, stream="main"
    )
    made = CloudWatchLogs(settings, SIGN)
    yield made
    await made.close()


def operations(service):
    return [got.header("x-amz-target").partition(".")[2] for got in service.received]


async def test_a_batch_is_put_into_the_group_of_the_arn_in_milliseconds(service, sink):
    sent = batch(ARN)

    await sink.send(sent)

    (got,) = service.received
    assert (got.path, got.header("content-type")) == ("/", "application/x-amz-json-1.1")
    assert json.loads(got.body) == {
        "logGroupName": "/poolhouse/app",
        "logStreamName": "main",
        "logEvents": [
            {"timestamp": AT // 1_000 + number, "message": sent.entries[number].body.decode()}
            for number in range(3)
        ],
    }


async def test_a_stream_that_is_not_there_is_made(service, sink):
    service.will(400, {"__type": "ResourceNotFoundException"})

    await sink.send(batch(ARN))

    assert operations(service) == ["PutLogEvents", "CreateLogStream", "PutLogEvents"]
    assert json.loads(service.received[1].body) == {"logGroupName": "/poolhouse/app", "logStreamName": "main"}


async def test_a_stream_that_another_worker_made_meanwhile_is_good(service, sink):
    service.will(400, {"__type": "ResourceNotFoundException"})
    service.will(400, {"__type": "ResourceAlreadyExistsException"})

    await sink.send(batch(ARN))

    assert operations(service)[-1] == "PutLogEvents"


async def test_a_group_that_is_not_there_is_no_fault_of_the_entries(service, sink):
    service.will(400, {"__type": "ResourceNotFoundException"})
    service.will(400, {"__type": "ResourceNotFoundException", "message": "a sentence with ada in it"})

    with pytest.raises(LogSinkAway, match=r"^The service answered 400 \(ResourceNotFoundException\)\.$"):
        await sink.send(batch(ARN))


@pytest.mark.parametrize(
    ("status", "name"),
    [(400, "ThrottlingException"), (400, "AccessDeniedException"), (503, "ServiceUnavailableException")],
)
async def test_what_may_be_another_time_is_tried_again(service, sink, status, name):
    service.will(status, {"__type": f"com.amazonaws.logs#{name}"})

    with pytest.raises(LogSinkAway, match=name):
        await sink.send(batch(ARN))


async def test_a_batch_that_can_never_be_taken_is_refused(service, sink):
    service.will(400, {"__type": "InvalidParameterException"})

    with pytest.raises(LogRefused, match="InvalidParameterException") as refusal:
        await sink.send(batch(ARN))

    assert refusal.value.refused == frozenset()


@pytest.mark.parametrize(
    ("rejected", "places"),
    [
        ({"tooOldLogEventEndIndex": 1}, [0]),
        ({"expiredLogEventEndIndex": 2}, [0, 1]),
        ({"tooNewLogEventStartIndex": 2}, [2]),
        ({"tooOldLogEventEndIndex": 1, "tooNewLogEventStartIndex": 2}, [0, 2]),
    ],
)
async def test_entries_whose_time_the_group_does_not_keep_are_named(service, sink, rejected, places):
    service.will(200, {"rejectedLogEventsInfo": rejected})
    sent = batch(ARN)

    with pytest.raises(LogRefused) as refusal:
        await sink.send(sent)

    assert refusal.value.refused == {sent.entries[place].entry_id for place in places}


async def test_a_wrong_secret_is_seen_by_the_verifier():
    with Running(signed_for("logs")) as service:
        settings = CloudWatchSink(access_key_id=ACCESS_KEY_ID, secret_access_key="no", endpoint=service.url)
        sink = CloudWatchLogs(settings, SIGN)
        with pytest.raises(LogSinkAway, match="AccessDenied"):
            await sink.send(batch(ARN))
        await sink.close()

    assert [wrong.partition(":")[0] for wrong in service.wrong] == ["InvalidSignature"]


async def test_an_endpoint_that_nobody_listens_at_is_away():
    with Running() as service:
        pass
    settings = CloudWatchSink(access_key_id=ACCESS_KEY_ID, secret_access_key=SECRET, endpoint=service.url)
    sink = CloudWatchLogs(settings, SIGN)

    with pytest.raises(LogSinkAway, match="cannot be reached"):
        await sink.send(batch(ARN))
    await sink.close()
