"""What a function returns, as an HTTP answer (API Gateway's guide, "Lambda function response format")."""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any

import msgspec

from poolhouse.gateway.calls import Answer, Headers

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
# The gateway frames the answer; a function cannot.
_FRAMING = frozenset(
    {"connection", "content-length", "keep-alive", "transfer-encoding", "trailer", "upgrade"}
)
_TEXT = b"text/plain; charset=utf-8"
_JSON = b"application/json"


class Malformed(Exception):
    """It is no answer."""


def http_2(returned: bytes) -> Answer:
    """Format 2.0: whatever has no `statusCode` is itself the body. Raises `Malformed`."""
    result = _decoded(returned)
    if not isinstance(result, dict) or "statusCode" not in result:
        body = result.encode() if isinstance(result, str) else returned
        return Answer(200, ((b"content-type", _JSON),), body)
    cookies = result.get("cookies") or []
    if not isinstance(cookies, list):
        raise Malformed
    set_cookies = tuple(_header("set-cookie", cookie) for cookie in cookies)
    return _answer(result, (*_single(result), *set_cookies), _TEXT)


def http_1(returned: bytes) -> Answer:
    """Format 1.0 of HTTP APIs. Raises `Malformed`."""
    return _with_lists(returned, _TEXT)


def rest(returned: bytes) -> Answer:
    """Of REST APIs: an answer without a type is JSON. Raises `Malformed`."""
    return _with_lists(returned, _JSON)


def _with_lists(returned: bytes, usual_type: bytes) -> Answer:
    """`multiValueHeaders` beside `headers`: a header in both has the values of the list."""
    result = _decoded(returned)
    if not isinstance(result, dict) or "statusCode" not in result:
        raise Malformed
    lists = result.get("multiValueHeaders") or {}
    if not isinstance(lists, dict) or not all(isinstance(values, list) for values in lists.values()):
        raise Malformed
    many = tuple(_header(name, value) for name, values in lists.items() for value in values)
    named = {name for name, _ in many}
    once = tuple(pair for pair in _single(result) if pair[0] not in named)
    return _answer(result, (*once, *many), usual_type)


def _answer(result: Mapping[str, Any], headers: Headers, usual_type: bytes) -> Answer:
    kept = tuple(pair for pair in headers if pair[0].decode() not in _FRAMING)
    if not any(name == b"content-type" for name, _ in kept):
        kept = (*kept, (b"content-type", usual_type))
    return Answer(_status(result["statusCode"]), kept, _body(result))


def _decoded(returned: bytes) -> Any:
    try:
        return msgspec.json.decode(returned)
    except msgspec.DecodeError:
        raise Malformed from None


def _status(value: Any) -> int:
    """Digits in a text are good too [K]."""
    digits = value if isinstance(value, str) else str(value) if type(value) is int else ""
    if re.fullmatch(r"[2-5][0-9]{2}", digits) is None:
        raise Malformed
    return int(digits)


def _single(result: Mapping[str, Any]) -> Headers:
    headers = result.get("headers") or {}
    if not isinstance(headers, dict):
        raise Malformed
    return tuple(_header(name, value) for name, value in headers.items())


def _header(name: str, value: Any) -> tuple[bytes, bytes]:
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    if isinstance(value, dict | list) or value is None:
        raise Malformed
    if _NAME.fullmatch(name) is None or _VALUE.fullmatch(text) is None:
        raise Malformed
    return name.lower().encode(), text.encode("latin-1")


def _body(result: Mapping[str, Any]) -> bytes:
    body = result.get("body")
    if body is None:
        return b""
    if not isinstance(body, str):
        raise Malformed
    if not result.get("isBase64Encoded"):
        return body.encode()
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        raise Malformed from None
