"""The sinks of the settings: each kind has its driver, made once, when it is first needed."""

import pytest
from tests.drivers.log_sinks.receiver import SIGN

from poolhouse.drivers.log_sinks.cloudwatch import CloudWatchLogs
from poolhouse.drivers.log_sinks.file import JsonLines
from poolhouse.drivers.log_sinks.firehose import Firehose
from poolhouse.drivers.log_sinks.opening import opened
from poolhouse.drivers.log_sinks.otlp import OtlpLogs
from poolhouse.drivers.log_sinks.s3 import S3Objects
from poolhouse.drivers.log_sinks.webhook import Webhook
from poolhouse.sink_settings import CloudWatchSink, FileSink, FirehoseSink, OtlpSink, S3Sink, WebhookSink

KEYS = {"access_key_id": "a", "secret_access_key": "b"}


@pytest.mark.parametrize(
    ("setting", "driver"),
    [
        (CloudWatchSink(**KEYS), CloudWatchLogs),
        (FirehoseSink(**KEYS), Firehose),
        (S3Sink(**KEYS), S3Objects),
        (WebhookSink(url="https://a.example", secret="s" * 32), Webhook),
        (OtlpSink(url="https://a.example"), OtlpLogs),
        (FileSink(path="/a"), JsonLines),
    ],
)
async def test_each_kind_has_its_driver(setting, driver):
    async with opened({"arn:1": setting}, SIGN) as sinks:
        made = sinks.of("arn:1")

        assert type(made) is driver
        assert made.most >= 250
        assert sinks.of("arn:1") is made


async def test_arns_that_mean_one_sink_share_it_and_others_have_none():
    async with opened({"arn:a*": FileSink(path="/a"), "arn:ab": FileSink(path="/ab")}, SIGN) as sinks:
        assert sinks.of("arn:a1") is sinks.of("arn:a2")
        assert sinks.of("arn:ab") is not sinks.of("arn:a1")
        assert sinks.of("arn:b") is None
