"""The sinks of log delivery in the settings file, by the ARN that a pool names (docs/log-delivery.md)."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from msgspec import Struct

SHORTEST_SECRET = 32  # characters, of a webhook's secret

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_HEADER_NAME = re.compile(r"[A-Za-z0-9-]{1,64}")


class Sink(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, tag_field="kind"
):
    """Of any kind. `plain_http`: its address may be http:// although it is another computer's."""

    plain_http: bool = False

    def __repr__(self) -> str:
        return f"{type(self).__name__}(...)"  # some members are secrets

    @property
    def address(self) -> str:
        """Where it is asked; empty: AWS's own, or no address at all."""
        return ""

    def fault(self, arn: str) -> str:
        """What is wrong with it, as the end of a sentence. Empty: nothing."""
        return "" if not self.address or _is_safe(self.address, self.plain_http) else _UNSAFE


class AwsSink(Sink, frozen=True, kw_only=True):
    """A service of AWS, or one that speaks like it at `endpoint`. Empty: AWS, in the ARN's Region."""

    access_key_id: str
    secret_access_key: str
    endpoint: str = ""

    @property
    def address(self) -> str:
        return self.endpoint

    def fault(self, arn: str) -> str:
        if not (self.access_key_id and self.secret_access_key):
            return "needs `access_key_id` and `secret_access_key`"
        return super().fault(arn)


class CloudWatchSink(AwsSink, frozen=True, kw_only=True, tag="cloudwatch"):
    """CloudWatch Logs: PutLogEvents to the group of the ARN. `stream` is made where it is not there."""

    stream: str = "poolhouse"

    def fault(self, arn: str) -> str:
        return super().fault(arn) if _service(arn) == "logs" else "is for ARNs of log groups"


class FirehoseSink(AwsSink, frozen=True, kw_only=True, tag="firehose"):
    """Amazon Data Firehose: PutRecordBatch to the stream of the ARN."""

    def fault(self, arn: str) -> str:
        return super().fault(arn) if _service(arn) == "firehose" else "is for ARNs of Firehose streams"


class S3Sink(AwsSink, frozen=True, kw_only=True, tag="s3"):
    """S3: PutObject into the bucket of the ARN, with `region` in the signature. `seconds`: at most one object
    in so long for each pool, unless there is more than one object can have."""

    region: str = "us-east-1"
    seconds: int = 60

    def fault(self, arn: str) -> str:
        if not 0 <= self.seconds <= 3_600:
            return "needs `seconds` from 0 to 3,600"
        return super().fault(arn) if _service(arn) == "s3" else "is for ARNs of buckets"


class WebhookSink(Sink, frozen=True, kw_only=True, tag="webhook"):
    """One signed POST for each batch."""

    url: str
    secret: str

    @property
    def address(self) -> str:
        return self.url

    def fault(self, arn: str) -> str:
        if len(self.secret) < SHORTEST_SECRET:
            return f"needs a `secret` of at least {SHORTEST_SECRET} characters"
        return super().fault(arn) if self.url else _UNSAFE


class OtlpSink(Sink, frozen=True, kw_only=True, tag="otlp"):
    """OTLP over HTTP, in its JSON encoding. `url` is whole, with `/v1/logs`."""

    url: str
    headers: dict[str, str] = {}

    @property
    def address(self) -> str:
        return self.url

    def fault(self, arn: str) -> str:
        for name, value in self.headers.items():
            if not _HEADER_NAME.fullmatch(name) or not (value.isascii() and value.isprintable()):
                return "has a header that cannot be sent"
        return super().fault(arn) if self.url else _UNSAFE


class FileSink(Sink, frozen=True, kw_only=True, tag="file"):
    """A file of JSON lines on this computer."""

    path: str

    def fault(self, arn: str) -> str:
        return "" if self.path.startswith("/") else "needs a `path` that begins with /"


AnySink = CloudWatchSink | FirehoseSink | S3Sink | WebhookSink | OtlpSink | FileSink
_UNSAFE = (
    "needs an address that begins with https:// (http:// is for this computer only, unless `plain_http` is "
    "true) and holds no user name"
)


def named(sinks: Mapping[str, AnySink], arn: str) -> str | None:
    """The key of the sink for an ARN: the ARN itself, else the longest beginning of it that ends in `*`."""
    if arn in sinks:
        return arn
    beginnings = [key for key in sinks if key.endswith("*") and arn.startswith(key[:-1])]
    return max(beginnings, key=len, default=None)


def fault(sinks: Mapping[str, AnySink]) -> str | None:
    """What an operator must put right, as one sentence. None: all is well."""
    for arn, sink in sinks.items():
        wrong = (
            sink.fault(arn) if arn.startswith("arn:") else "is not named by an ARN, or its beginning and *"
        )
        if wrong:
            return f"The sink of {arn} in `log_sinks` {wrong}: correct it."
    return None


def _service(arn: str) -> str:
    return arn.split(":")[2] if arn.count(":") > 2 else ""


def _is_safe(url: str, plain_http: bool) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if not parts.hostname or "@" in parts.netloc or parts.fragment or not url.isascii() or " " in url:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and (plain_http or parts.hostname in _LOOPBACK))
