"""The two protocols at `/`: AWS JSON 1.1 and, for STS, AWS query. Each reads and answers in its own words."""

from collections.abc import Callable, Mapping
from typing import Any
from typing import Protocol as Interface

from poolhouse.errors import ApiError, Serialization
from poolhouse.http.request import HttpRequest
from poolhouse.http.response import Headers, Response
from poolhouse.web import cors
from poolhouse.wire import json11, query
from poolhouse.wire.operations import Operation, by_target, largest_body

REQUEST_ID = b"x-amzn-requestid"
_NO_STORE = (b"cache-control", b"no-store")
_FORM = "application/x-www-form-urlencoded"
_JSON_TYPES = ("application/x-amz-json-1.1", "application/x-amz-json-1.0", "application/json")

Body = Callable[[], Mapping[str, Any]]


class Protocol(Interface):
    def operation(self, request: HttpRequest) -> tuple[Operation, Body]:
        """What is asked, and how to read its body: that waits until the caller is known."""
        ...

    def answered(self, operation: Operation, result: Mapping[str, Any], request_id: str) -> Response: ...

    def refused(self, error: ApiError, request_id: str) -> Response: ...


class Json11:
    """AWS JSON 1.1: the operation is in `X-Amz-Target`."""

    def operation(self, request: HttpRequest) -> tuple[Operation, Body]:
        target = request.header("x-amz-target")
        operation = by_target(target)
        media_type = request.header("content-type").partition(";")[0].strip().lower()
        if media_type not in _JSON_TYPES:
            raise Serialization("The Content-Type must be application/x-amz-json-1.1.")
        return operation, lambda: json11.parse(request.body, largest_body(target))

    def answered(self, operation: Operation, result: Mapping[str, Any], request_id: str) -> Response:
        headers = ((b"content-type", json11.CONTENT_TYPE.encode()), *_usual(request_id))
        return Response(200, headers, json11.render(operation, result))

    def refused(self, error: ApiError, request_id: str) -> Response:
        status, headers, body = json11.render_error(error)
        return Response(status, (*_bytes(headers), *_usual(request_id)), body)


class Query:
    """AWS query: the operation is the parameter `Action`; answers are XML."""

    def operation(self, request: HttpRequest) -> tuple[Operation, Body]:
        operation, parameters = query.parse(request.body or request.query.encode())
        return operation, lambda: parameters

    def answered(self, operation: Operation, result: Mapping[str, Any], request_id: str) -> Response:
        headers = ((b"content-type", query.CONTENT_TYPE.encode()), *_usual(request_id))
        return Response(200, headers, query.render(operation, result, request_id))

    def refused(self, error: ApiError, request_id: str) -> Response:
        status, headers, body = query.render_error(error, request_id)
        return Response(status, (*_bytes(headers), *_usual(request_id)), body)


JSON = Json11()
QUERY = Query()


def spoken_in(request: HttpRequest) -> Protocol:
    """A form, or an action in the URL, without a target is the query protocol; everything else is JSON."""
    is_form = request.header("content-type").partition(";")[0].strip().lower() == _FORM
    return QUERY if (is_form or is_query(request)) and not request.header("x-amz-target") else JSON


def is_query(request: HttpRequest) -> bool:
    """STS takes a call whose parameters are all in the URL, as GET too: that is how they are presigned."""
    return request.method in ("GET", "POST") and "&Action=" in f"&{request.query}"


def _usual(request_id: str) -> Headers:
    return ((REQUEST_ID, request_id.encode()), _NO_STORE, *cors.HEADERS)


def _bytes(headers: Mapping[str, str]) -> Headers:
    return tuple((name.encode(), value.encode("latin-1")) for name, value in headers.items())
