"""Cross-origin calls: scripts may call operations and OAuth endpoints (behaviour file, 0 and 6.4)."""

from msgspec.structs import replace

from poolhouse.http.response import Headers, Response

_ALLOWED = (
    b"authorization,content-type,x-amz-content-sha256,x-amz-date,x-amz-security-token,x-amz-target,"
    b"x-amz-user-agent,amz-sdk-invocation-id,amz-sdk-request,cache-control,mcp-protocol-version"
)

HEADERS: Headers = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date"),
)

_SHARED: Headers = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"www-authenticate"),
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


def shared(response: Response) -> Response:
    """A document that any page may read: nothing in it rests on a cookie."""
    return replace(response, headers=(*response.headers, *_SHARED))
