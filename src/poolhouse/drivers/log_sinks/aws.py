"""Signed calls of CloudWatch Logs and Firehose: JSON 1.1, an operation in a header."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from poolhouse.drivers.log_sinks.asking import Answer, Asking
from poolhouse.errors import LogRefused, LogSinkAway
from poolhouse.sink_settings import AwsSink

Headers = tuple[tuple[str, str], ...]
Pair = tuple[str, str]
# ((access key, secret), (Region, service), (method, path), headers, body) -> the headers to add
Sign = Callable[[Pair, Pair, Pair, Headers, bytes], Mapping[str, str]]

_JSON = "application/x-amz-json-1.1"
_NAME = re.compile(r"(?:[\w.]{1,64}#)?([A-Za-z]{1,64})", re.ASCII)


class AwsService:
    """One service, in whatever Region an ARN names."""

    def __init__(self, sign: Sign, sink: AwsSink, service: str, prefix: str) -> None:
        """prefix  of its operations in X-Amz-Target"""
        self._sign = sign
        self._sink = sink
        self._service = service
        self._prefix = prefix
        self._asking = Asking()

    async def call(self, region: str, operation: str, members: Mapping[str, Any]) -> dict[str, Any]:
        """The members of the answer. Raises `ServiceError` and `LogSinkAway`."""
        url = (
            self._sink.endpoint.rstrip("/")
            or f"https://{self._service}.{region}.amazonaws.com{_suffix(region)}"
        )
        parts = urlsplit(url)
        path = parts.path + "/"
        body = json.dumps(members, separators=(",", ":")).encode()
        headers: Headers = (
            ("host", parts.netloc),
            ("content-type", _JSON),
            ("x-amz-target", f"{self._prefix}.{operation}"),
        )
        access = (self._sink.access_key_id, self._sink.secret_access_key)
        added = self._sign(access, (region, self._service), ("POST", path), headers, body)
        url = f"{parts.scheme}://{parts.netloc}{path}"
        return _read(await self._asking.send("POST", url, dict(headers) | dict(added), body))

    async def close(self) -> None:
        await self._asking.close()


class ServiceError(Exception):
    """The service refused; `name` is that of its error. Its sentences may hold more than a log should."""

    def __init__(self, name: str, status: int, after: float) -> None:
        super().__init__(name)
        self.name = name
        self.status = status
        self.after = after

    def away(self) -> LogSinkAway:
        return LogSinkAway(f"The service answered {self.status} ({self.name}).", after=self.after)

    def refused(self) -> LogRefused:
        return LogRefused(f"The service answered {self.status} ({self.name}).")


def region_of(arn: str) -> str:
    return arn.split(":")[3]


def _read(answer: Answer) -> dict[str, Any]:
    try:
        members = json.loads(answer.body or b"{}")
    except ValueError:
        members = None
    if answer.status == 200 and isinstance(members, dict):
        return members
    if answer.status == 200:
        raise LogSinkAway("The service answered something else than JSON.")
    said = members.get("__type", "") if isinstance(members, dict) else ""
    named = _NAME.match(str(said)) or _NAME.match(answer.headers.get("x-amzn-errortype", ""))
    raise ServiceError(named[1] if named else "no name", answer.status, answer.after)


def _suffix(region: str) -> str:
    return ".cn" if region.startswith("cn-") else ""
