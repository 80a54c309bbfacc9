"""AWS JSON 1.1: request bodies to dicts, results and errors to bytes.

`parse` is stricter than JSON demands: what two readers could understand differently (duplicate names,
NaN, lone surrogates) is refused, and nothing is big or deep enough to hurt.
"""

import base64
import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import msgspec

from poolhouse.errors import ApiError, RequestTooLarge, Serialization
from poolhouse.wire.operations import LARGEST_BODY, Operation, model

MAX_BODY = LARGEST_BODY  # bytes, unless an operation may have more
MAX_DEPTH = 32  # objects and arrays inside each other; the deepest AWS shape has 6

CONTENT_TYPE = "application/x-amz-json-1.1"

_MAX_HEADER = 1024  # characters of an error text that go into a header

_TOO_DEEP = f"The request body is nested more than {MAX_DEPTH} levels deep."

Encode = Callable[[Any], Any]


def parse(body: bytes, most: int = MAX_BODY) -> dict[str, Any]:
    """The object that a request body holds.

    Raises `RequestTooLarge`, or `Serialization` for anything but one strict JSON object.
    """
    if len(body) > most:
        raise RequestTooLarge(megabytes=most // MAX_BODY)
    try:
        value = msgspec.json.decode(body)
    except RecursionError:
        raise Serialization(_TOO_DEEP) from None
    except (msgspec.MsgspecError, ValueError):
        raise Serialization from None
    if type(value) is not dict:
        raise Serialization("The request body must be a JSON object.")
    # Each member costs the body one colon, so equal numbers prove that no name came twice. Colons
    # inside strings make the numbers differ: then a slower parser looks.
    if _members(value, 1) != body.count(b":"):
        _SLOWER.decode(body.decode())
    return value


def _members(value: Any, depth: int) -> int:
    """The number of object members in `value`, at all levels. Raises `Serialization` below MAX_DEPTH."""
    if depth > MAX_DEPTH:
        raise Serialization(_TOO_DEEP)
    if type(value) is dict:
        count = len(value)
        inner = value.values()
    else:
        count = 0
        inner = value
    for item in inner:
        if type(item) is dict or type(item) is list:
            count += _members(item, depth + 1)
    return count


def _refuse_duplicates(pairs: list[tuple[str, Any]]) -> None:
    if len(dict(pairs)) != len(pairs):
        raise Serialization("The request body has the same member twice.")


_SLOWER = json.JSONDecoder(object_pairs_hook=_refuse_duplicates)


def render(operation: Operation, result: Mapping[str, Any]) -> bytes:
    """The body of a success. Empty for an operation without an output shape.

    Timestamps are `Instant` and become epoch seconds with a millisecond fraction; bytes become base64;
    members that are None are left out. Raises `TypeError` for a member that the model does not have.
    """
    if operation.output is None:
        if result:
            raise TypeError(f"{operation.name} has no output, but its result has {sorted(result)}")
        return b""
    return msgspec.json.encode(_encoder(operation.service, operation.output)(result))


def render_error(error: ApiError) -> tuple[int, dict[str, str], bytes]:
    """HTTP status, headers and body of an error."""
    body = {"__type": error.code, "message": error.message, **error.members()}
    headers = {
        "content-type": CONTENT_TYPE,
        "x-amzn-errortype": f"{error.code}:",
        "x-amzn-errormessage": _header_safe(error.message),
    }
    return error.status, headers, msgspec.json.encode(body)


def _header_safe(text: str) -> str:
    """`text` as one header line: Latin-1, no control characters, of bounded length."""
    start = text[:_MAX_HEADER].encode("latin-1", "replace").decode("latin-1")
    return "".join(char if char.isprintable() else " " for char in start).strip()


@cache
def _encoder(service: str, shape_name: str) -> Encode:
    """Compile the function that turns a result of this shape into what JSON can hold."""
    shape = model(service)["shapes"][shape_name]
    if shape.get("document"):
        return _as_it_is
    kind = shape["type"]
    if kind == "structure":
        return _structure(service, shape_name)
    if kind == "list":
        return _list(_encoder(service, shape["member"]["shape"]))
    if kind == "map":
        return _map(_encoder(service, shape["value"]["shape"]))
    return _SCALARS.get(kind, _as_it_is)


def _as_it_is(value: Any) -> Any:
    return value


def _epoch_seconds(instant: int) -> float:
    return instant // 1000 / 1000


def _base64(blob: bytes) -> str:
    return base64.b64encode(blob).decode("ascii")


_SCALARS: Mapping[str, Encode] = {"timestamp": _epoch_seconds, "blob": _base64}


def _structure(service: str, shape_name: str) -> Encode:
    members = {
        name: _encoder(service, target["shape"])
        for name, target in model(service)["shapes"][shape_name]["members"].items()
    }

    def encode(value: Mapping[str, Any]) -> dict[str, Any]:
        try:
            return {name: members[name](item) for name, item in value.items() if item is not None}
        except KeyError as missing:
            raise TypeError(f"{shape_name} has no member {missing}") from missing

    return encode


def _list(element: Encode) -> Encode:
    if element is _as_it_is:
        return _as_it_is
    return lambda value: [element(item) for item in value]


def _map(element: Encode) -> Encode:
    if element is _as_it_is:
        return _as_it_is
    return lambda value: {key: element(item) for key, item in value.items()}
