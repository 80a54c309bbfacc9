"""Verify requests that are signed with AWS Signature Version 4, in an application (docs/sigv4.md).

Without a store: temporary credentials of a Poolhouse are checked with what `poolhouse roles export-verifier`
gives, lasting keys are the application's own. `asgi.py` is the middleware, `s3.py` knows the actions of S3.
"""

from poolhouse.authorizer.sigv4.credentials import Credentials, Key
from poolhouse.authorizer.sigv4.errors import (
    BadBody,
    BadToken,
    Denied,
    ExpiredToken,
    ForeignScope,
    MalformedCoding,
    MalformedSignature,
    MissingSignature,
    NotSigned,
    NotUnderstood,
    OutOfTime,
    Refused,
    TooLarge,
    UnknownKey,
    UnreadablePath,
    UrlExpired,
    WrongChecksum,
    WrongHash,
    WrongLength,
    WrongSignature,
)
from poolhouse.authorizer.sigv4.verifier import Asked, SigV4, Verified
from poolhouse.wire.sigv4 import Request

__all__ = [
    "Asked",
    "BadBody",
    "BadToken",
    "Credentials",
    "Denied",
    "ExpiredToken",
    "ForeignScope",
    "Key",
    "MalformedCoding",
    "MalformedSignature",
    "MissingSignature",
    "NotSigned",
    "NotUnderstood",
    "OutOfTime",
    "Refused",
    "Request",
    "SigV4",
    "TooLarge",
    "UnknownKey",
    "UnreadablePath",
    "UrlExpired",
    "Verified",
    "WrongChecksum",
    "WrongHash",
    "WrongLength",
    "WrongSignature",
]
