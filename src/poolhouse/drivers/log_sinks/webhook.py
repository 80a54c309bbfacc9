"""A webhook: one POST for each batch, signed (drivers/hmac_signature.py).

{"userPoolId": "us-east-1_Ab3dEf6hI", "eventSource": "userAuthEvents", "entries": [{...}, {...}]}
"""

import time

from poolhouse.drivers.hmac_signature import signed
from poolhouse.drivers.log_sinks.asking import Asking, check
from poolhouse.ports import Instant, LogBatch
from poolhouse.sink_settings import WebhookSink


class Webhook:
    """Hands batches to one address. What it answers but the status is not read."""

    most = 250
    pause: Instant = 0

    def __init__(self, sink: WebhookSink) -> None:
        self._sink = sink
        self._asking = Asking()

    async def send(self, batch: LogBatch) -> None:
        """As `ports.LogSink.send`."""
        body = _body(batch)
        headers = {"content-type": "application/json", **signed(self._sink.secret, int(time.time()), body)}
        check(await self._asking.send("POST", self._sink.url, headers, body))

    async def close(self) -> None:
        await self._asking.close()


def _body(batch: LogBatch) -> bytes:
    entries = b",".join(entry.body for entry in batch.entries)
    head = f'{{"userPoolId":"{batch.pool_id}","eventSource":"{batch.source}","entries":['
    return head.encode() + entries + b"]}"
