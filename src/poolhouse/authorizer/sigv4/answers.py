"""Refusals as answers: S3's XML, and the JSON of other services."""

import json
from collections.abc import Mapping
from typing import NamedTuple
from xml.sax.saxutils import escape

from poolhouse.authorizer.sigv4.errors import Refused


class Answer(NamedTuple):
    """Names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def of(refused: Refused, *, is_s3: bool, request_id: str = "", method: str = "GET") -> Answer:
    """An answer to HEAD has no body."""
    status, kind, body = _s3(refused, request_id) if is_s3 else _json(refused)
    headers = {"content-type": kind, "cache-control": "no-store"}
    if is_s3:
        headers["x-amz-request-id"] = request_id
    else:
        headers |= {"x-amzn-requestid": request_id, "x-amzn-errortype": refused.json_code}
    headers = {name: value for name, value in headers.items() if value}
    headers["content-length"] = str(len(body))
    return Answer(status, headers, b"" if method == "HEAD" else body)


def _s3(refused: Refused, request_id: str) -> tuple[int, str, bytes]:
    members = {"Code": refused.code, "Message": refused.message, "RequestId": request_id}
    inside = "".join(f"<{name}>{_printable(value)}</{name}>" for name, value in members.items())
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{inside}</Error>'
    return refused.status, "application/xml", text.encode()


def _json(refused: Refused) -> tuple[int, str, bytes]:
    members = {"__type": refused.json_code, "message": refused.json_message or refused.message}
    return refused.json_status, "application/json", json.dumps(members).encode()


def _printable(text: str) -> str:
    """Without what XML cannot hold, such as control characters of an object's key (XML 1.0, section 2.2)."""
    return escape("".join(char if char.isprintable() else "\ufffd" for char in text))
