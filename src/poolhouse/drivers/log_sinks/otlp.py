"""OTLP over HTTP, logs, in the JSON encoding of its protocol buffers (OTLP specification 1.x, "JSON Protobuf
Encoding": names in lowerCamelCase, numbers of 64 bits as decimal texts)."""

import json
from typing import Any

from poolhouse.drivers.log_sinks.asking import Answer, Asking, check
from poolhouse.errors import LogRefused
from poolhouse.ports import Instant, LogBatch, LogEntry
from poolhouse.sink_settings import OtlpSink

_SEVERITIES = {"INFO": 9, "ERROR": 17}  # of the data model of logs, "SeverityNumber"
_NANOSECONDS = 1_000  # of a microsecond


class OtlpLogs:
    """Hands batches to a collector. What it answers that it has thrown away is not sent again."""

    most = 500
    pause: Instant = 0

    def __init__(self, sink: OtlpSink) -> None:
        self._sink = sink
        self._asking = Asking()

    async def send(self, batch: LogBatch) -> None:
        """As `ports.LogSink.send`."""
        body = json.dumps(_request(batch), separators=(",", ":")).encode()
        headers = {
            **{name.lower(): value for name, value in self._sink.headers.items()},
            "content-type": "application/json",
        }
        answer = await self._asking.send("POST", self._sink.url, headers, body)
        check(answer)
        _check_rejected(answer)

    async def close(self) -> None:
        await self._asking.close()


def _request(batch: LogBatch) -> dict[str, Any]:
    """ExportLogsServiceRequest."""
    resource = {"service.name": "poolhouse", "cognito.user_pool.id": batch.pool_id}
    return {
        "resourceLogs": [
            {
                "resource": {"attributes": _attributes(resource)},
                "scopeLogs": [
                    {
                        "scope": {"name": "poolhouse.log_delivery"},
                        "logRecords": [_record(batch.source, entry) for entry in batch.entries],
                    }
                ],
            }
        ]
    }


def _record(source: str, entry: LogEntry) -> dict[str, Any]:
    """The body is the entry as it is; what its message says is in attributes too, to be searched by."""
    read = json.loads(entry.body)
    said = {f"cognito.{name}": value for name, value in read["message"].items() if isinstance(value, str)}
    return {
        "timeUnixNano": str(entry.at * _NANOSECONDS),
        "observedTimeUnixNano": str(entry.at * _NANOSECONDS),
        "severityNumber": _SEVERITIES[read["logLevel"]],
        "severityText": read["logLevel"],
        "eventName": f"cognito.{source}",
        "body": {"stringValue": entry.body.decode()},
        "attributes": _attributes(said),
    }


def _attributes(values: dict[str, str]) -> list[dict[str, Any]]:
    return [{"key": name, "value": {"stringValue": value}} for name, value in values.items()]


def _check_rejected(answer: Answer) -> None:
    """Partial success: the collector has thrown some away, and "the client MUST NOT retry"."""
    try:
        rejected = int(json.loads(answer.body or b"{}")["partialSuccess"]["rejectedLogRecords"])
    except (ValueError, KeyError, TypeError):
        return
    if rejected > 0:
        raise LogRefused("The collector has thrown some records away.", unnamed=rejected)
