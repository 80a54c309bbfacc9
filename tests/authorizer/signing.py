"""Requests as botocore signs them, and the temporary credentials of a Poolhouse, without a server."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import Any
from unittest import mock
from urllib.parse import quote, urlsplit

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotoCredentials
from msgspec.structs import replace

from poolhouse.authorizer.sigv4 import Credentials, Key, Request, SigV4
from poolhouse.crypto.session_tokens import MintingKey, Session, VerifyingKey
from poolhouse.directory import verifier_bundle
from poolhouse.directory.roles import Role
from poolhouse.ports import HOUR, SECOND, Instant

NOW: Instant = int(datetime(2026, 1, 1, 0, 6, tzinfo=UTC).timestamp()) * SECOND
ACCOUNT = "123456789012"
REGION = "us-east-1"
BUCKET = "photos"
HOST = "s3.example.com"
IDENTITY = "us-east-1:5f1c2a7e-0b51-4f2d-9a52-0d3c7c1f6a10"
OWN = f"/{BUCKET}/private/{quote(IDENTITY)}"

LASTING_ID, LASTING_SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
TEMPORARY_ID, TEMPORARY_SECRET = "ASIAEXAMPLEEXAMPLE01", "abcdefghijklmnopqrstuvwxyz0123456789+/AB"
KEY = MintingKey(b"s" * 32, b"v" * 32)
OTHER_KEY = MintingKey(b"t" * 32, b"w" * 32)

ALL_OF_S3 = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}
OWN_PREFIX = """{"Version": "2012-10-17", "Statement": [
  {"Sid": "Own", "Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload",
    "s3:ListMultipartUploadParts"],
   "Resource": "arn:aws:s3:::photos/private/${cognito-identity.amazonaws.com:sub}/*"},
  {"Sid": "List", "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::photos",
   "Condition": {"StringLike": {"s3:prefix": "private/${cognito-identity.amazonaws.com:sub}/*"}}},
  {"Sid": "NoThumbs", "Effect": "Deny", "Action": "s3:*", "Resource": "*",
   "Condition": {"StringLike": {"s3:prefix": "*thumbs*"}}}]}"""
TRUST = """{"Version": "2012-10-17", "Statement": {"Effect": "Allow",
  "Principal": {"Federated": "cognito-identity.amazonaws.com"}, "Action": "sts:AssumeRoleWithWebIdentity"}}"""
ROLE = Role(
    role_id="AROAEXAMPLEEXAMPLE001",
    name="app",
    path="/",
    trust=TRUST,
    policies={"own": OWN_PREFIX},
    managed=(),
    tags={},
    revoked_before=0,
)
ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/app"
SESSION_ARN = f"arn:aws:sts::{ACCOUNT}:assumed-role/app/CognitoIdentityCredentials"


def session(**changes: Any) -> Session:
    said: dict[str, Any] = {
        "access_key_id": TEMPORARY_ID,
        "issued_at": NOW - SECOND,
        "expires_at": NOW + HOUR,
        "principal": ROLE_ARN,
        "principal_id": ROLE.role_id,
        "name": "CognitoIdentityCredentials",
        "provider": "cognito-identity.amazonaws.com",
        "subject": IDENTITY,
        "audience": "us-east-1:0b6f1e9e-0000-4000-8000-0000000000aa",
        "context": {"cognito-identity.amazonaws.com:sub": (IDENTITY,)},
    }
    return Session(**(said | changes))


def token(key: MintingKey = KEY, secret: str = TEMPORARY_SECRET, **changes: Any) -> str:
    return key.issue(session(**changes), secret, b"n" * 12)


def bundle(
    roles: Iterable[Role] = (ROLE,),
    revoked: Mapping[tuple[str, str], Instant] | None = None,
    managed: Mapping[str, str] | None = None,
    key: VerifyingKey = KEY.verifying,
) -> bytes:
    return verifier_bundle.written(ACCOUNT, NOW, [key], list(roles), managed or {}, revoked or {})


def credentials(document: bytes | None = None) -> Credentials:
    keys = {LASTING_ID: Key(LASTING_SECRET, "backup", [ALL_OF_S3])}
    return Credentials(keys, bundle() if document is None else document, ACCOUNT)


def verifier(document: bytes | None = None, now: Instant = NOW, **options: Any) -> SigV4:
    options = {"service": "s3", "regions": REGION} | options
    return SigV4(credentials(document), clock=lambda: now, **options)


def signed(
    method: str = "GET",
    target: str = f"{OWN}/cat.png",
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    *,
    presigned: bool = False,
    key: tuple[str, str] = (TEMPORARY_ID, TEMPORARY_SECRET),
    session_token: str | None = "",
    service: str = "s3",
    region: str = REGION,
    at: Instant = NOW,
    expires: int = 900,
    payload: str | None = None,
    host: str = HOST,
    rules: str = "",
) -> Request:
    """A request as it comes out of botocore. `payload` is said in place of the body's hash (header only).

    session_token  empty: that of the temporary key, or none for a lasting one
    rules          those of which service; empty: of the one that it is signed for
    """
    if session_token == "":
        session_token = token() if key[0] == TEMPORARY_ID else None
    request = AWSRequest(method=method, url=f"https://{host}{target}", headers=headers or {}, data=body)
    request.context["payload_signing_enabled"] = True
    signer = _signer(rules or service, presigned)
    moment = datetime.fromtimestamp(at // SECOND, UTC).replace(tzinfo=None)
    with (
        mock.patch.object(botocore.auth, "get_current_datetime", return_value=moment),
        mock.patch.object(signer, "payload", return_value=payload) if payload else nullcontext(),
    ):
        options = {"expires": expires} if presigned else {}
        signer(BotoCredentials(*key, session_token), service, region, **options).add_auth(request)
    parts = urlsplit(request.url)
    sent = {name: value for name, value in request.headers.items() if name.lower() != "host"}
    named = {name: value for name, value in sent.items() if name.lower() != "content-length"}
    return Request(method, parts.path or "/", parts.query, (("Host", parts.netloc), *named.items()), body)


def _signer(service: str, presigned: bool) -> Any:
    if service == "s3":
        return botocore.auth.S3SigV4QueryAuth if presigned else botocore.auth.S3SigV4Auth
    return botocore.auth.SigV4QueryAuth if presigned else botocore.auth.SigV4Auth


def header(request: Request, name: str) -> str:
    return next(value for found, value in request.headers if found.lower() == name.lower())


def with_header(request: Request, name: str, value: str | None) -> Request:
    kept = tuple(pair for pair in request.headers if pair[0].lower() != name.lower())
    return replace(request, headers=kept if value is None else (*kept, (name, value)))


# Bodies in the aws-chunked coding, made from the specification and by no code of ours.

CODED = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
CODED_TRAILER = f"{CODED}-TRAILER"
UNSIGNED_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
_EMPTY = hashlib.sha256(b"").hexdigest()


def chunked(
    pieces: Iterable[bytes],
    kind: str = CODED,
    trailer: tuple[str, str] | None = None,
    target: str = f"{OWN}/cat.png",
    length: int | None = None,
) -> Request:
    """A PUT whose body is sent in these chunks, with a trailer where `kind` has one."""
    pieces = [*pieces, b""]
    headers = {
        "Content-Encoding": "aws-chunked",
        "X-Amz-Decoded-Content-Length": str(sum(map(len, pieces)) if length is None else length),
    }
    if trailer:
        headers["X-Amz-Trailer"] = trailer[0]
    request = signed("PUT", target, headers, payload=kind)
    seed = header(request, "Authorization").rpartition("=")[2]
    return replace(request, body=_coded(pieces, kind, trailer, seed, TEMPORARY_SECRET))


def _coded(pieces: list[bytes], kind: str, trailer: tuple[str, str] | None, last: str, secret: str) -> bytes:
    stamp = datetime.fromtimestamp(NOW // SECOND, UTC).strftime("%Y%m%dT%H%M%SZ")
    scope = f"{stamp[:8]}/{REGION}/s3/aws4_request"
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    out = b""
    for piece in pieces:
        extension = b""
        if kind != UNSIGNED_TRAILER:
            hashed = f"{_EMPTY}\n{hashlib.sha256(piece).hexdigest()}"
            text = f"AWS4-HMAC-SHA256-PAYLOAD\n{stamp}\n{scope}\n{last}\n{hashed}"
            last = hmac.digest(key, text.encode(), "sha256").hex()
            extension = f";chunk-signature={last}".encode()
        out += f"{len(piece):x}".encode() + extension + b"\r\n" + piece + (b"\r\n" if piece else b"")
    if trailer:
        out += f"{trailer[0]}:{trailer[1]}\r\n".encode()
        if kind == CODED_TRAILER:
            hashed = hashlib.sha256(f"{trailer[0]}:{trailer[1]}\n".encode()).hexdigest()
            text = f"AWS4-HMAC-SHA256-TRAILER\n{stamp}\n{scope}\n{last}\n{hashed}"
            out += (
                b"x-amz-trailer-signature:"
                + hmac.digest(key, text.encode(), "sha256").hex().encode()
                + b"\r\n"
            )
    return out + b"\r\n"
