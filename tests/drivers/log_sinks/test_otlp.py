"""OTLP: a receiver that decodes with the protocol's own protobuf classes understands every record."""

import json

import pytest
from google.protobuf import json_format
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.logs.v1.logs_pb2 import SEVERITY_NUMBER_ERROR, SEVERITY_NUMBER_INFO
from tests.drivers.log_sinks.receiver import AT, POOL, Running, batch

from poolhouse.drivers.log_sinks.otlp import OtlpLogs
from poolhouse.errors import LogRefused, LogSinkAway
from poolhouse.sink_settings import OtlpSink

ARN = "arn:aws:logs:us-east-1:000000000000:log-group:app"


@pytest.fixture
def collector():
    with Running() as running:
        yield running


@pytest.fixture
async def sink(collector):
    made = OtlpLogs(OtlpSink(url=f"{collector.url}/v1/logs", headers={"Authorization": "Bearer abc"}))
    yield made
    await made.close()


def decoded(got):
    return json_format.Parse(got.body, ExportLogsServiceRequest())  # an unknown name would be refused


def texts(attributes):
    return {attribute.key: attribute.value.string_value for attribute in attributes}


async def test_every_entry_is_a_record_with_its_time_severity_body_and_attributes(collector, sink):
    sent = batch(ARN)

    await sink.send(sent)

    (got,) = collector.received
    (resource,) = decoded(got).resource_logs
    (scope,) = resource.scope_logs
    assert texts(resource.resource.attributes) == {"service.name": "poolhouse", "cognito.user_pool.id": POOL}
    assert [record.body.string_value for record in scope.log_records] == [
        entry.body.decode() for entry in sent.entries
    ]
    first = scope.log_records[0]
    assert (first.time_unix_nano, first.severity_number) == (AT * 1_000, SEVERITY_NUMBER_INFO)
    assert (first.severity_text, first.event_name) == ("INFO", "cognito.userAuthEvents")
    assert texts(first.attributes) == {"cognito.eventId": "event-0", "cognito.userName": "ada"}


async def test_failed_messages_are_errors(collector, sink):
    await sink.send(batch(ARN, 1, "userNotification"))

    (got,) = collector.received
    record = decoded(got).resource_logs[0].scope_logs[0].log_records[0]
    assert (record.severity_number, record.severity_text) == (SEVERITY_NUMBER_ERROR, "ERROR")


async def test_the_headers_of_the_settings_are_sent(collector, sink):
    await sink.send(batch(ARN))

    (got,) = collector.received
    assert (got.path, got.header("authorization")) == ("/v1/logs", "Bearer abc")
    assert got.header("content-type") == "application/json"


async def test_a_partial_success_is_told_and_must_not_be_sent_again(collector, sink):
    collector.will(200, {"partialSuccess": {"rejectedLogRecords": "2", "errorMessage": "too old"}})

    with pytest.raises(LogRefused) as refusal:
        await sink.send(batch(ARN))

    assert (refusal.value.unnamed, refusal.value.refused) == (2, frozenset())


@pytest.mark.parametrize(
    "answer", [{}, {"partialSuccess": {}}, {"partialSuccess": {"errorMessage": "a hint"}}, []]
)
async def test_a_whole_success_is_one_however_it_is_written(collector, sink, answer):
    collector.will(200, answer)

    await sink.send(batch(ARN))

    assert len(collector.received) == 1


@pytest.mark.parametrize(("status", "raised"), [(400, LogRefused), (429, LogSinkAway), (503, LogSinkAway)])
async def test_only_what_the_protocol_lets_be_tried_again_is(collector, sink, status, raised):
    collector.will(status, {"message": json.dumps("ada")})

    with pytest.raises(raised, match=rf"^The sink answered {status}\.$"):
        await sink.send(batch(ARN))
