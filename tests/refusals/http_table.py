"""The table for what arrives as HTTP: the request as bytes, the refusal as status and body."""

import datetime
import html
import json
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol
from unittest import mock

import pytest
from botocore import auth
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

TARGET = "AWSCognitoIdentityProviderService."
JSON = "application/x-amz-json-1.1"
FORM = "application/x-www-form-urlencoded"
Headers = tuple[tuple[str, str], ...]
Step = Callable[[Any], Awaitable["Answer"]]
_XML_ERROR = re.compile(r"<(?:Code|Message)>(.*?)</")
_TIME = re.compile(r"\d{8}T\d{6}Z")


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]  # by lower-case name
    body: bytes

    @property
    def error(self) -> str:
        """`status Code: text`, with {time} for every time in it."""
        if self.body.startswith(b"<"):
            code, text = (html.unescape(found) for found in _XML_ERROR.findall(self.body.decode()))
        else:
            document = json.loads(self.body)
            code, text = document["__type"], document["message"]
        return f"{self.status} {code}: {_TIME.sub('{time}', str(text))}"


class Door(Protocol):
    """Where a request can be handed in. `key` names an access key and its secret."""

    host: str
    pool: str
    client: str
    key: tuple[str, str]

    async def send(self, method: str, target: str, headers: Headers, body: bytes) -> Answer: ...


@dataclass(frozen=True)
class Request:
    """A request of an operation, before it is signed."""

    operation: str
    members: Mapping[str, Any] = field(default_factory=dict)
    service: str = "cognito-idp"
    region: str = "us-east-1"
    method: str = "POST"
    target: str = "/"
    seconds: int = 0  # how far the signer's clock is ahead
    content_type: str = JSON
    body: bytes | None = None  # in place of the members
    more: Headers = ()  # signed as well

    @property
    def payload(self) -> bytes:
        return json.dumps(dict(self.members)).encode() if self.body is None else self.body

    def headers(self, door: Door) -> Headers:
        named = [("Host", door.host), ("Content-Type", self.content_type)]
        if self.content_type != FORM:
            named.append(("X-Amz-Target", TARGET + self.operation))
        return (*named, *self.more)


@dataclass(frozen=True)
class HttpRow:
    """As `tests.refusals.table.Row`, over HTTP. The twin must be answered with 200."""

    name: str
    error: str
    refused: Step
    twin: Step
    arrange: Callable[[Any], Awaitable[Any]] | None = None


def http_table(*rows: HttpRow | Iterable[HttpRow]) -> Callable[[Any], Any]:
    listed: list[HttpRow] = []
    for row in rows:
        listed.extend([row] if isinstance(row, HttpRow) else row)
    return pytest.mark.parametrize("row", listed, ids=[row.name for row in listed])


async def play(row: HttpRow, door: Any, count: Callable[[str, object], None]) -> None:
    if row.arrange:
        await row.arrange(door)
    refusal = await row.refused(door)
    expected = row.error.replace("{pool}", door.pool).replace("{client}", door.client)
    assert refusal.error == expected, f"{refusal.error!r} is not {expected!r}"
    assert refusal.headers["cache-control"] == "no-store"
    assert refusal.headers["x-amzn-requestid"]
    count("refused", 1)
    answer = await row.twin(door)
    assert answer.status == 200, answer.body
    count("twins", 1)


# Sending


async def unsigned(door: Door, request: Request) -> Answer:
    return await door.send(request.method, request.target, request.headers(door), request.payload)


async def signed(
    door: Door,
    request: Request,
    *,
    key: tuple[str, str] | None = None,
    token: str | None = None,
    scope: str = "",
    changed: Callable[[Headers], Headers] = lambda headers: headers,
    **after: Any,
) -> Answer:
    """Sign with botocore, change what is asked for, and send.

    scope    the service to sign for, where it is not the request's own
    changed  what becomes of the headers after the signature
    after    fields of the request that change after the signature: body, operation, target, method
    """
    headers = changed(_signed_headers(door, request, key or door.key, token, scope or request.service))
    sent = replace(request, **after)
    if sent.operation != request.operation:
        headers = with_header(headers, "X-Amz-Target", TARGET + sent.operation)
    return await door.send(sent.method, sent.target, headers, sent.payload)


def _signed_headers(
    door: Door, request: Request, key: tuple[str, str], token: str | None, service: str
) -> Headers:
    prepared = AWSRequest(
        method=request.method,
        url=f"http://{door.host}{request.target}",
        data=request.payload,
        headers=dict(request.headers(door)),
    )
    with _clock(request.seconds):
        SigV4Auth(Credentials(*key, token), service, request.region).add_auth(prepared)
    return tuple((name, str(value)) for name, value in prepared.headers.items())


async def presigned(door: Door, request: Request, *, expires: int = 60, body: bytes = b"") -> Answer:
    """Sign a query request in its query string, parameters and all, and send `body` with it."""
    prepared = AWSRequest(
        method=request.method,
        url=f"http://{door.host}{request.target}",
        data=request.payload,
        headers=dict(request.headers(door)),
    )
    with _clock(request.seconds):
        SigV4QueryAuth(Credentials(*door.key), request.service, request.region, expires).add_auth(prepared)
    headers = tuple((name, str(value)) for name, value in prepared.headers.items())
    return await door.send(request.method, prepared.url.partition(door.host)[2], headers, body)


def _clock(seconds: int) -> Any:
    """botocore's clock, so far ahead of the true one."""
    moment = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=seconds)
    return mock.patch.object(auth, "get_current_datetime", return_value=moment)


def with_header(headers: Headers, name: str, value: str) -> Headers:
    """With another value for a header that is there."""
    return tuple((known, value if known.lower() == name.lower() else old) for known, old in headers)


def without_header(headers: Headers, name: str) -> Headers:
    return tuple(header for header in headers if header[0].lower() != name.lower())


def added(headers: Headers, name: str, value: str) -> Headers:
    return (*headers, (name, value))
