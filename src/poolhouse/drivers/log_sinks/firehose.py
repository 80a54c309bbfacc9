"""Amazon Data Firehose: PutRecordBatch, API version 2015-08-04. A record is an entry and a line feed."""

import base64

from poolhouse.drivers.log_sinks.aws import AwsService, ServiceError, Sign, region_of
from poolhouse.errors import LogSinkAway
from poolhouse.ports import Instant, LogBatch
from poolhouse.sink_settings import FirehoseSink


class Firehose:
    """Puts entries into the ARN's stream."""

    most = 500  # records, by its API
    pause: Instant = 0

    def __init__(self, sink: FirehoseSink, sign: Sign) -> None:
        self._service = AwsService(sign, sink, "firehose", "Firehose_20150804")

    async def send(self, batch: LogBatch) -> None:
        """As `ports.LogSink.send`. Of a batch some records may be taken and others not."""
        members = {
            "DeliveryStreamName": batch.arn.partition("deliverystream/")[2],
            "Records": [{"Data": base64.b64encode(entry.body + b"\n").decode()} for entry in batch.entries],
        }
        try:
            answer = await self._service.call(region_of(batch.arn), "PutRecordBatch", members)
        except ServiceError as error:
            raise (error.refused() if error.name == "InvalidArgumentException" else error.away()) from None
        if answer.get("FailedPutCount"):
            results = answer.get("RequestResponses") or ()
            taken = [
                entry.entry_id
                for entry, result in zip(batch.entries, results, strict=False)
                if "ErrorCode" not in result
            ]
            raise LogSinkAway(f"Firehose did not take {len(batch.entries) - len(taken)} records.", taken)

    async def close(self) -> None:
        await self._service.close()
