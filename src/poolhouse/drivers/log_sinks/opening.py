"""The sinks that the settings ask for."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Protocol

from poolhouse import sink_settings
from poolhouse.drivers.log_sinks.aws import Sign
from poolhouse.drivers.log_sinks.cloudwatch import CloudWatchLogs
from poolhouse.drivers.log_sinks.file import JsonLines
from poolhouse.drivers.log_sinks.firehose import Firehose
from poolhouse.drivers.log_sinks.otlp import OtlpLogs
from poolhouse.drivers.log_sinks.s3 import S3Objects
from poolhouse.drivers.log_sinks.webhook import Webhook
from poolhouse.ports import LogSink
from poolhouse.sink_settings import (
    AnySink,
    CloudWatchSink,
    FileSink,
    FirehoseSink,
    OtlpSink,
    S3Sink,
)


class Closable(LogSink, Protocol):
    async def close(self) -> None: ...


class Sinks:
    """`ports.LogSinks`: a sink is made when it is first needed."""

    def __init__(self, settings: Mapping[str, AnySink], sign: Sign) -> None:
        self._settings = settings
        self._sign = sign
        self._made: dict[str, Closable] = {}

    def of(self, arn: str) -> LogSink | None:
        key = sink_settings.named(self._settings, arn)
        if key is None:
            return None
        if key not in self._made:
            self._made[key] = _made(self._settings[key], self._sign)
        return self._made[key]

    async def close(self) -> None:
        for sink in self._made.values():
            await sink.close()


@asynccontextmanager
async def opened(settings: Mapping[str, AnySink], sign: Sign) -> AsyncIterator[Sinks]:
    """sign  for services of AWS, and what speaks like them"""
    sinks = Sinks(settings, sign)
    try:
        yield sinks
    finally:
        await sinks.close()


def _made(sink: AnySink, sign: Sign) -> Closable:
    match sink:
        case CloudWatchSink():
            return CloudWatchLogs(sink, sign)
        case FirehoseSink():
            return Firehose(sink, sign)
        case S3Sink():
            return S3Objects(sink, sign)
        case OtlpSink():
            return OtlpLogs(sink)
        case FileSink():
            return JsonLines(sink)
        case _:
            return Webhook(sink)
