"""Firehose: requests that its own model knows and our own verifier proves; batches taken in part."""

import base64
import json

import pytest
from tests.drivers.log_sinks.receiver import ACCESS_KEY_ID, SECRET, SIGN, Running, batch, signed_for

from poolhouse.drivers.log_sinks.firehose import Firehose
from poolhouse.errors import LogRefused, LogSinkAway
from poolhouse.sink_settings import FirehoseSink

ARN = "arn:aws:firehose:eu-north-1:000000000000:deliverystream/activity"


@pytest.fixture
def service():
    with Running(signed_for("firehose")) as running:
        yield running
    assert running.wrong == []


@pytest.fixture
async def sink(service):
    settings = FirehoseSink(
        access_key_id=ACCESS_KEY_ID, secret_access_key=SECRET, endpoint=f"{service.url}/firehose/"
    )
    made = Firehose(settings, SIGN)
    yield made
    await made.close()


async def test_each_entry_is_a_record_that_ends_in_a_line_feed(service, sink):
    service.will(200, {"FailedPutCount": 0, "RequestResponses": [{"RecordId": "1"}] * 3})
    sent = batch(ARN)

    await sink.send(sent)

    (got,) = service.received
    members = json.loads(got.body)
    assert (got.path, members["DeliveryStreamName"]) == ("/firehose/", "activity")
    assert [base64.b64decode(record["Data"]) for record in members["Records"]] == [
        entry.body + b"\n" for entry in sent.entries
    ]


async def test_of_a_batch_that_is_taken_in_part_the_rest_is_named(service, sink):
    refused = {"ErrorCode": "ServiceUnavailableException", "ErrorMessage": "Slow down."}
    service.will(
        200, {"FailedPutCount": 1, "RequestResponses": [{"RecordId": "1"}, refused, {"RecordId": "3"}]}
    )
    sent = batch(ARN)

    with pytest.raises(LogSinkAway, match="did not take 1 records") as away:
        await sink.send(sent)

    assert away.value.taken == {sent.entries[0].entry_id, sent.entries[2].entry_id}


async def test_a_batch_that_can_never_be_taken_is_refused(service, sink):
    service.will(400, {"__type": "InvalidArgumentException"})

    with pytest.raises(LogRefused, match="InvalidArgumentException"):
        await sink.send(batch(ARN))


async def test_a_stream_that_is_not_there_may_come(service, sink):
    service.will(400, {"__type": "ResourceNotFoundException"})

    with pytest.raises(LogSinkAway, match="ResourceNotFoundException"):
        await sink.send(batch(ARN))
