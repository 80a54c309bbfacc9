"""What comes from an HTTP client: read whole, within bounds, before anything looks at it."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from poolhouse.errors import RequestTooLarge
from poolhouse.http.request import HttpRequest
from poolhouse.wire.operations import LARGEST_BODY, largest_body

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class ClientGone(Exception):
    """The client closed the connection before its request was whole."""


async def read(scope: Scope, receive: Receive) -> HttpRequest:
    """Raises `RequestTooLarge` before more than the limit is kept, and `ClientGone`."""
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"])
    by_name = values_by_name(headers)
    most = largest_body(by_name.get("x-amz-target", ""))
    if int(by_name.get("content-length", 0)) > most:  # that it is a number, the parser has seen
        raise _too_large(most)
    client = scope.get("client")
    return HttpRequest(
        method=scope["method"],
        path=(scope.get("raw_path") or scope["path"].encode()).decode("latin-1"),
        query=scope["query_string"].decode("latin-1"),
        headers=headers,
        body=await _body(receive, most),
        peer=client[0] if client else "",
        by_name=by_name,
    )


def values_by_name(headers: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    """RFC 9110, section 5.3: no reader may take the first value and another one the last."""
    once = dict(headers)
    if len(once) == len(headers):
        return once
    values: dict[str, list[str]] = {}
    for name, value in headers:
        values.setdefault(name, []).append(value)
    return {name: ", ".join(found) for name, found in values.items()}


def _too_large(most: int) -> RequestTooLarge:
    return RequestTooLarge(megabytes=most // LARGEST_BODY)


async def _body(receive: Receive, most: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        event = await receive()
        if event["type"] == "http.disconnect":
            raise ClientGone
        part = event.get("body", b"")
        size += len(part)
        if size > most:
            raise _too_large(most)
        parts.append(part)
        if not event.get("more_body"):
            return parts[0] if len(parts) == 1 else b"".join(parts)
