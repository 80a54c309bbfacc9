"""What endpoints that apps call share: headers, CORS, errors in JSON (behaviour file, 6.4)."""

from collections.abc import Mapping
from typing import Any

import msgspec

from poolhouse.errors import (
    ApiError,
    BearerRefused,
    InternalError,
    InvalidGrant,
    InvalidOAuthRequest,
    NotAuthorized,
    OAuthError,
    RefreshTokenReuse,
    TooManyRequests,
    UserNotFound,
)
from poolhouse.http.response import Headers, Response
from poolhouse.oauth.visit import Visit

_JSON: Headers = ((b"content-type", b"application/json;charset=UTF-8"),)
_ALWAYS: Headers = (
    (b"cache-control", b"no-cache, no-store, max-age=0, must-revalidate"),
    (b"pragma", b"no-cache"),
    (b"expires", b"0"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-xss-protection", b"1; mode=block"),
    (b"x-frame-options", b"DENY"),
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"x-amz-cognito-request-id,WWW-Authenticate"),
)
_HTTPS: Headers = ((b"strict-transport-security", b"max-age=31536000 ; includeSubDomains"),)

# What the grants raise below OAuth: the proof is not good, or no longer.
_NO_GRANT = (NotAuthorized, UserNotFound, RefreshTokenReuse)


def answered(visit: Visit, document: Mapping[str, Any], status: int = 200, headers: Headers = ()) -> Response:
    return Response(status, (*_JSON, *_headers(visit), *headers), msgspec.json.encode(document))


def empty(visit: Visit, status: int = 200) -> Response:
    return Response(status, _headers(visit), b"")


def refused(visit: Visit, error: OAuthError) -> Response:
    """RFC 6749, 5.2. Whoever showed a bearer token is told in a header too, without a scheme (6.5)."""
    document = {"error": error.error}
    headers: Headers = ()
    if error.description:
        document["error_description"] = error.description
    if isinstance(error, BearerRefused):
        text = f'error="{error.error}", error_description="{error.description}"'
        headers = ((b"www-authenticate", text.encode()),)
    return answered(visit, document, error.status, headers)


def failed(visit: Visit, error: ApiError) -> Response:
    """What the rest of the house refused, in OAuth's words.

    That a function's failure is an invalid_request with what it said, as in the browser flow (6.3), and the
    body of a 429 (6.4) are [K].
    """
    if isinstance(error, TooManyRequests):
        return answered(visit, {"error": "too_many_requests"}, 429)
    if isinstance(error, InternalError):
        return answered(visit, {"error": "server_error"}, 500)
    if isinstance(error, _NO_GRANT):
        return refused(visit, InvalidGrant())
    return refused(visit, InvalidOAuthRequest(error.message))


def _headers(visit: Visit) -> Headers:
    request_id = (b"x-amz-cognito-request-id", visit.request_id.encode())
    return (*_ALWAYS, request_id, *(_HTTPS if visit.secure else ()))
