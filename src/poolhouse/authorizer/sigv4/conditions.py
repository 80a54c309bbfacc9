"""Condition keys of a request that any service can tell (docs/sigv4.md).

Source: AWS IAM User Guide, "AWS global condition context keys"; Amazon S3 API Reference, "Amazon S3 Signature
Version 4 authentication specific policy keys".
"""

from collections.abc import Mapping

from poolhouse.ports import SECOND, Instant
from poolhouse.tokens import condition_keys
from poolhouse.wire import canonical, sigv4
from poolhouse.wire.sigv4 import Signed

_TYPES = {"header": "REST-HEADER", "presigned": "REST-QUERY-STRING"}
_HEADERS = {"aws:UserAgent": "user-agent", "aws:referer": "referer"}


def of_request(signed: Signed, now: Instant, secure: bool, address: str) -> Mapping[str, tuple[str, ...]]:
    """`address` may be empty: then there is no aws:SourceIp."""
    keys = condition_keys.of_moment(now, signed.region, address)
    keys["aws:SecureTransport"] = ("true" if secure else "false",)
    for name, header in _HEADERS.items():
        if header in signed.headers:
            keys[name] = (signed.headers[header],)
    return {**keys, **(_of_s3(signed, now) if canonical.is_s3(signed.service) else {})}


def _of_s3(signed: Signed, now: Instant) -> Mapping[str, tuple[str, ...]]:
    age = (now - sigv4.instant(signed.timestamp)) // (SECOND // 1_000)  # milliseconds
    keys = {
        "s3:authType": (_TYPES[signed.kind],),
        "s3:signatureversion": (sigv4.ALGORITHM,),
        "s3:signatureAge": (str(max(age, 0)),),
    }
    said = signed.headers.get("x-amz-content-sha256")
    return {**keys, **({"s3:x-amz-content-sha256": (said,)} if said else {})}
