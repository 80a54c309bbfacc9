"""Cross-origin calls: public operations are called from browsers (behaviour file, section 0)."""

from poolhouse.http.response import Headers, Response

_ALLOWED = (
    b"authorization,content-type,x-amz-content-sha256,x-amz-date,x-amz-security-token,x-amz-target,"
    b"x-amz-user-agent,amz-sdk-invocation-id,amz-sdk-request,cache-control"
)

HEADERS: Headers = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date"),
)

PREFLIGHT = Response(
    200,
    (
        (b"access-control-allow-origin", b"*"),
        (b"access-control-allow-methods", b"POST, GET, OPTIONS"),
        (b"access-control-allow-headers", _ALLOWED),
        (b"access-control-max-age", b"172800"),
    ),
    b"",
)
