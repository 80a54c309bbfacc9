"""CloudWatch Logs: PutLogEvents, API version 2014-03-28."""

from typing import Any

from poolhouse.drivers.log_sinks.aws import AwsService, ServiceError, Sign, region_of
from poolhouse.errors import LogRefused
from poolhouse.ports import Instant, LogBatch
from poolhouse.sink_settings import CloudWatchSink

_MILLISECOND: Instant = 1_000


class CloudWatchLogs:
    """Puts entries into one stream of the ARN's group."""

    most = 500
    pause: Instant = 0

    def __init__(self, sink: CloudWatchSink, sign: Sign) -> None:
        self._stream = sink.stream
        self._service = AwsService(sign, sink, "logs", "Logs_20140328")

    async def send(self, batch: LogBatch) -> None:
        """As `ports.LogSink.send`. The group must be there; the stream is made."""
        try:
            answer = await self._put(batch)
        except ServiceError as error:
            raise (error.refused() if error.name == "InvalidParameterException" else error.away()) from None
        _check_rejected(batch, answer.get("rejectedLogEventsInfo") or {})

    async def close(self) -> None:
        await self._service.close()

    async def _put(self, batch: LogBatch) -> dict[str, Any]:
        region, group = region_of(batch.arn), batch.arn.split(":", 6)[6]
        members = {
            "logGroupName": group,
            "logStreamName": self._stream,
            "logEvents": [
                {"timestamp": entry.at // _MILLISECOND, "message": entry.body.decode()}
                for entry in batch.entries
            ],
        }
        try:
            return await self._service.call(region, "PutLogEvents", members)
        except ServiceError as error:
            if error.name != "ResourceNotFoundException":
                raise
        await self._make_stream(region, group)
        return await self._service.call(region, "PutLogEvents", members)

    async def _make_stream(self, region: str, group: str) -> None:
        names = {"logGroupName": group, "logStreamName": self._stream}
        try:
            await self._service.call(region, "CreateLogStream", names)
        except ServiceError as error:
            if error.name != "ResourceAlreadyExistsException":  # another worker made it
                raise


def _check_rejected(batch: LogBatch, said: dict[str, Any]) -> None:
    """Entries that are too old or too new for the group are not kept. Raises `LogRefused`."""
    count = len(batch.entries)
    until = max(said.get("tooOldLogEventEndIndex", 0), said.get("expiredLogEventEndIndex", 0))
    since = said.get("tooNewLogEventStartIndex", count)
    refused = [entry.entry_id for place, entry in enumerate(batch.entries) if place < until or place >= since]
    if refused:
        raise LogRefused("CloudWatch Logs keeps no entries of their time.", refused)
