"""Sinks in the settings: which one an ARN means, and what an operator must put right, in one sentence."""

import json
import re
from pathlib import Path

import pytest

from poolhouse.configuration import load
from poolhouse.errors import SettingsError
from poolhouse.sink_settings import FileSink, OtlpSink, WebhookSink, named

LOGS = "arn:aws:logs:us-east-1:000000000000:log-group:app"
S3 = "arn:aws:s3:::audit"
FIREHOSE = "arn:aws:firehose:us-east-1:000000000000:deliverystream/app"
SECRET = "s" * 32
DOCS = Path(__file__).parents[1] / "docs" / "log-delivery.md"
KEYS = {"access_key_id": "AKIA", "secret_access_key": "s"}
UNSAFE = (
    "needs an address that begins with https:// (http:// is for this computer only, unless `plain_http` is "
    "true) and holds no user name"
)


def settings(arn, **sink):
    return load("dev", {}, {"POOLHOUSE_LOG_SINKS": json.dumps({arn: sink})}).log_sinks


def refusal(arn, **sink):
    with pytest.raises(SettingsError) as refused:
        settings(arn, **sink)
    return str(refused.value)


@pytest.mark.parametrize(
    ("arn", "sink"),
    [
        (LOGS, {"kind": "cloudwatch"} | KEYS),
        (LOGS, {"kind": "cloudwatch", "endpoint": "https://logs.internal", "stream": "s"} | KEYS),
        (FIREHOSE, {"kind": "firehose"} | KEYS),
        (S3, {"kind": "s3", "endpoint": "http://localhost:8333", "seconds": 5} | KEYS),
        ("arn:aws:s3:::*", {"kind": "s3", "endpoint": "http://seaweedfs:8333", "plain_http": True} | KEYS),
        (S3, {"kind": "webhook", "url": "https://hooks.example.com/in?a=b", "secret": SECRET}),
        (LOGS, {"kind": "otlp", "url": "http://127.0.0.1:4318/v1/logs", "headers": {"api-key": "k"}}),
        ("arn:*", {"kind": "file", "path": "/var/log/all.jsonl"}),
    ],
)
def test_a_sink_that_can_be_is_a_setting(arn, sink):
    assert list(settings(arn, **sink)) == [arn]


@pytest.mark.parametrize(
    ("arn", "sink", "wrong"),
    [
        (S3, {"kind": "cloudwatch"} | KEYS, "is for ARNs of log groups"),
        (LOGS, {"kind": "firehose"} | KEYS, "is for ARNs of Firehose streams"),
        ("arn:*", {"kind": "s3"} | KEYS, "is for ARNs of buckets"),
        (S3, {"kind": "s3", "seconds": 3_601} | KEYS, "needs `seconds` from 0 to 3,600"),
        (
            S3,
            {"kind": "s3", "access_key_id": "a", "secret_access_key": ""},
            "needs `access_key_id` and `secret_access_key`",
        ),
        (S3, {"kind": "s3", "endpoint": "http://seaweedfs:8333"} | KEYS, UNSAFE),
        (S3, {"kind": "webhook", "url": "http://hooks.example.com", "secret": SECRET}, UNSAFE),
        (S3, {"kind": "webhook", "url": "https://me:pw@hooks.example.com", "secret": SECRET}, UNSAFE),
        (S3, {"kind": "webhook", "url": "ftp://hooks.example.com", "secret": SECRET}, UNSAFE),
        (S3, {"kind": "webhook", "url": "", "secret": SECRET}, UNSAFE),
        (
            S3,
            {"kind": "webhook", "url": "https://a.example", "secret": "s" * 31},
            "needs a `secret` of at least 32 characters",
        ),
        (LOGS, {"kind": "otlp", "url": "https://["}, UNSAFE),
        (
            LOGS,
            {"kind": "otlp", "url": "https://a.example", "headers": {"a b": "c"}},
            "has a header that cannot be sent",
        ),
        (
            LOGS,
            {"kind": "otlp", "url": "https://a.example", "headers": {"a": "c\r\nd: e"}},
            "has a header that cannot be sent",
        ),
        (LOGS, {"kind": "file", "path": "logs.jsonl"}, "needs a `path` that begins with /"),
        (
            "my bucket",
            {"kind": "file", "path": "/a"},
            "is not named by an ARN, or its beginning and *",
        ),
    ],
)
def test_a_sink_that_cannot_be_is_told_in_one_sentence(arn, sink, wrong):
    assert refusal(arn, **sink) == f"The sink of {arn} in `log_sinks` {wrong}: correct it."


@pytest.mark.parametrize(
    "sink",
    [
        {"kind": "pigeon"},
        {"kind": "file"},
        {"kind": "file", "path": "/a", "url": "https://a.example"},
        {"path": "/a"},
    ],
)
def test_what_is_no_sink_is_no_setting_and_no_value_is_shown(sink):
    said = refusal(S3, **sink)

    assert said.startswith("`log_sinks` must be a table of ARN and sink")
    assert "pigeon" not in said


def test_an_arn_means_its_own_sink_then_the_longest_beginning_then_none():
    sinks = {
        "arn:aws:s3:::*": FileSink(path="/all"),
        "arn:aws:s3:::audit*": FileSink(path="/audits"),
        S3: FileSink(path="/audit"),
    }

    assert named(sinks, S3) == S3
    assert named(sinks, S3 + "-2026") == "arn:aws:s3:::audit*"
    assert named(sinks, "arn:aws:s3:::photos") == "arn:aws:s3:::*"
    assert named(sinks, LOGS) is None


def test_a_sink_shows_no_secret():
    sinks = [WebhookSink(url="https://a", secret=SECRET), OtlpSink(url="https://a", headers={"k": SECRET})]

    assert str(sinks) == "[WebhookSink(...), OtlpSink(...)]"


def test_the_documented_file_of_settings_is_good(tmp_path):
    (documented,) = re.findall(r"```toml\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
    file = tmp_path / "poolhouse.toml"
    file.write_text(documented)

    sinks = load("dev", {}, {}, file).log_sinks

    assert [type(sink).__name__ for sink in sinks.values()] == ["FileSink", "S3Sink", "OtlpSink"]
