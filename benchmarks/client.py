"""A small, fast HTTP/1.1 client: the load must cost less than the server that it drives."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import msgspec

from poolhouse.drivers.clock_rng import SystemClock
from poolhouse.wire import sigv4

_CLOCK = SystemClock()
_TARGETS = {
    "cognito-idp": "AWSCognitoIdentityProviderService",
    "cognito-identity": "AWSCognitoIdentityService",
}


class Refused(Exception):
    """The server answered an error. Its text is the code and the message."""


@dataclass(frozen=True)
class Target:
    """Where the server is, and the access key for what must be signed."""

    host: str
    port: int
    credentials: sigv4.Credentials
    region: str = "us-east-1"


class Connection:
    """One kept connection. Calls follow one another on it."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._host = f"{target.host}:{target.port}"
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def call(
        self, operation: str, request: dict[str, Any], *, signed: bool = False, service: str = "cognito-idp"
    ) -> dict[str, Any]:
        """Run an operation of cognito-idp or cognito-identity. Raises `Refused`."""
        body = msgspec.json.encode(request)
        headers = {
            "host": self._host,
            "content-type": "application/x-amz-json-1.1",
            "x-amz-target": f"{_TARGETS[service]}.{operation}",
        }
        if signed:
            headers |= self._signature(headers, body, service)
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"POST / HTTP/1.1\r\n{lines}content-length: {len(body)}\r\n\r\n"
        status, _, answer = await self._exchange(head.encode() + body)
        result: dict[str, Any] = msgspec.json.decode(answer) if answer else {}
        if status != 200:
            raise Refused(f"{operation}: {result.get('__type')}: {result.get('message')}")
        return result

    @property
    def url(self) -> str:
        return f"http://{self._host}"

    async def http(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes = b""
    ) -> tuple[int, dict[str, str], bytes]:
        """Any request: status, headers by their names in lower case, and body of the answer."""
        lines = "".join(f"{name}: {value}\r\n" for name, value in {"host": self._host, **headers}.items())
        start = f"{method} {path} HTTP/1.1\r\n{lines}content-length: {len(body)}\r\n\r\n"
        status, head, answer = await self._exchange(start.encode() + body)
        pairs = [line.split(": ", 1) for line in head.decode("latin-1").split("\r\n")[1:] if line]
        return status, {name.lower(): value for name, value in pairs}, answer

    def _signature(self, headers: dict[str, str], body: bytes, service: str) -> dict[str, str]:
        request = sigv4.Request("POST", "/", "", tuple(headers.items()), body)
        return sigv4.sign(request, self._target.credentials, self._target.region, service, _CLOCK.now())

    async def _exchange(self, data: bytes) -> tuple[int, bytes, bytes]:
        """Status, head and body."""
        if self._writer is None or self._reader is None:
            self._reader, self._writer = await asyncio.open_connection(self._target.host, self._target.port)
        self._writer.write(data)
        head = await self._reader.readuntil(b"\r\n\r\n")
        status = int(head[9:12])
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        return status, head, await self._reader.readexactly(int(length))

    async def close(self) -> None:
        """Close it; the next call opens it again."""
        if self._writer is not None:
            self._writer.close()
            with suppress(ConnectionError):
                await self._writer.wait_closed()
        self._reader = self._writer = None
