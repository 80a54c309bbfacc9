"""Signed requests, and ways to spoil them."""

import base64
import dataclasses
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from msgspec.structs import replace
from tests.authorizer.signing import (
    LASTING_ID,
    LASTING_SECRET,
    NOW,
    OWN,
    ROLE,
    bundle,
    chunked,
    header,
    signed,
    token,
    with_header,
)

from poolhouse.authorizer.sigv4 import Refused, Request

READ_ONLY = (
    '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}'
)
NO_TLS = """{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"},
  {"Effect": "Deny", "Action": "*", "Resource": "*",
   "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}"""
HOME = """{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*",
  "Condition": {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}}}"""
CRC = "x-amz-checksum-crc32"
LASTING = (LASTING_ID, LASTING_SECRET)


def put(**options: Any) -> Request:
    return signed("PUT", f"{OWN}/cat.png", {"Content-Type": "image/png"}, b"a cat", **options)


def get(target: str = f"{OWN}/cat.png", **options: Any) -> Request:
    return signed("GET", target, **options)


def url(target: str = f"{OWN}/cat.png", **options: Any) -> Request:
    return signed("GET", target, presigned=True, **options)


def chunks(*pieces: bytes) -> Request:
    return chunked(pieces or (b"first", b"second"))


def with_crc(kind: str, content: bytes, said: bytes, name: str = CRC) -> Request:
    return chunked([content], kind, (name, base64.b64encode(zlib.crc32(said).to_bytes(4, "big")).decode()))


def body(request: Request, old: bytes, new: bytes) -> Request:
    assert old in request.body
    return replace(request, body=request.body.replace(old, new, 1))


def authorization(request: Request, old: str, new: str) -> Request:
    value = header(request, "Authorization")
    assert old in value
    return with_header(request, "Authorization", value.replace(old, new, 1))


def query(request: Request, old: str, new: str) -> Request:
    assert old in request.query
    return replace(request, query=request.query.replace(old, new, 1))


def role(policy: str) -> dict[str, Any]:
    return {"document": bundle([dataclasses.replace(ROLE, policies={"only": policy})])}


@dataclass(frozen=True)
class Case:
    """`refused` and `twin` go to a verifier with `options`, and for `at` and `at_twin` from other places."""

    name: str
    error: type[Refused]
    refused: Callable[[], Request]
    twin: Callable[[], Request]
    options: Mapping[str, Any] = field(default_factory=dict)
    at: Mapping[str, Any] = field(default_factory=dict)
    at_twin: Mapping[str, Any] = field(default_factory=dict)


def without_hash() -> Request:
    """As signers for other services do it."""
    return signed("PUT", f"{OWN}/cat.png", {}, b"a cat", rules="any other service")


def other_signature() -> Request:
    value = header(get(), "Authorization")
    last = "0" if value[-1] != "0" else "1"
    return with_header(get(), "Authorization", value[:-1] + last)


def other_token() -> Request:
    other = url(session_token=token(issued_at=NOW))
    mine, theirs = (parameter(request, "X-Amz-Security-Token") for request in (url(), other))
    return query(url(), mine, theirs)


def parameter(request: Request, name: str) -> str:
    return next(part for part in request.query.split("&") if part.startswith(f"{name}="))


def swapped() -> Request:
    """Both of one length, so that everything but the signatures fits."""
    whole = chunks(b"first", b"other")
    size = len(whole.body.split(b"first")[0]) + len(b"first\r\n")
    return replace(whole, body=whole.body[size : 2 * size] + whole.body[:size] + whole.body[2 * size :])


def unsigned_chunk() -> Request:
    whole = chunks(b"first")
    head, _, rest = whole.body.partition(b"\r\n")
    return replace(whole, body=head.partition(b";")[0] + b"\r\n" + rest)


def forged() -> str:
    """The session of one token with the signature of another."""
    head, _, signature = token().split(".")
    return f"{head}.{token(subject='other').split('.')[1]}.{signature}"


def copy(source: str) -> Request:
    return signed("PUT", f"{OWN}/copy", {"x-amz-copy-source": source})
