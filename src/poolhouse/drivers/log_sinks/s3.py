"""S3, or a store that speaks like it: a batch is an object of JSON lines, compressed with gzip.

    <prefix of the ARN>/<pool>/<source>/2026/11/26/173059-<digest of the ids>.jsonl.gz

A batch that is sent again has the same key, and takes the place of what is there.
"""

import gzip
import hashlib
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

from poolhouse.drivers.log_sinks.asking import Asking, check
from poolhouse.drivers.log_sinks.aws import Headers, Sign
from poolhouse.errors import LogRefused, LogSinkAway
from poolhouse.ports import SECOND, Instant, LogBatch
from poolhouse.sink_settings import S3Sink

_TYPE = "application/gzip"


class S3Objects:
    """Puts objects into the ARN's bucket, whose name is in the path."""

    most = 2_000

    def __init__(self, sink: S3Sink, sign: Sign) -> None:
        self.pause: Instant = sink.seconds * SECOND
        self._sink = sink
        self._sign = sign
        self._asking = Asking()

    async def send(self, batch: LogBatch) -> None:
        """As `ports.LogSink.send`. Nothing that a store answers is about the entries."""
        body = gzip.compress(b"".join(entry.body + b"\n" for entry in batch.entries), mtime=0)
        url = self._sink.endpoint.rstrip("/") or f"https://s3.{self._sink.region}.amazonaws.com"
        parts = urlsplit(url)
        path = parts.path + "/" + quote(_key(batch), safe="/-_.~")
        headers: Headers = (("host", parts.netloc), ("content-type", _TYPE))
        access = (self._sink.access_key_id, self._sink.secret_access_key)
        added = self._sign(access, (self._sink.region, "s3"), ("PUT", path), headers, body)
        url = f"{parts.scheme}://{parts.netloc}{path}"
        answer = await self._asking.send("PUT", url, dict(headers) | dict(added), body)
        try:
            check(answer)
        except LogRefused as refused:
            raise LogSinkAway(str(refused)) from None

    async def close(self) -> None:
        await self._asking.close()


def _key(batch: LogBatch) -> str:
    """With the bucket before it, and the prefix that the ARN may have."""
    place = batch.arn.partition(":::")[2].rstrip("/")
    began = datetime.fromtimestamp(batch.entries[0].at // SECOND, UTC)
    ids = "\n".join(entry.entry_id for entry in batch.entries)
    digest = hashlib.sha256(ids.encode()).hexdigest()[:16]
    return f"{place}/{batch.pool_id}/{batch.source}/{began:%Y/%m/%d/%H%M%S}-{digest}.jsonl.gz"
