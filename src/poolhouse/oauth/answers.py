"""Answers that endpoints and pages share: redirects, JSON, errors (behaviour file, 6.3 and 6.4)."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus, urlsplit

import msgspec

from poolhouse.errors import ApiError, InternalError, OAuthError, TooManyRequests
from poolhouse.http.response import Headers, Response

NO_STORE: Headers = (
    (b"cache-control", b"no-store"),
    (b"pragma", b"no-cache"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)


def redirect(address: str, headers: Headers = ()) -> Response:
    """302, as Cognito answers a post too. `address` was made by us or is a registered one."""
    return Response(302, ((b"location", address.encode()), *NO_STORE, *headers), b"")


def with_parameters(address: str, values: Mapping[str, str], *, fragment: bool = False) -> str:
    """The address with these parameters added to its query, or as its fragment, in their order."""
    text = "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in values.items())
    if fragment:
        return f"{address}#{text}"
    joint = "&" if urlsplit(address).query else "?"
    return f"{address}{joint}{text}"


def json(status: int, document: Mapping[str, Any], headers: Headers = ()) -> Response:
    content = ((b"content-type", b"application/json;charset=UTF-8"), *NO_STORE, *headers)
    return Response(status, content, msgspec.json.encode(document))


def refused(error: OAuthError, headers: Headers = ()) -> Response:
    """An error of an endpoint that answers in JSON (RFC 6749, section 5.2)."""
    document = {"error": error.error}
    if error.description:
        document["error_description"] = error.description
    return json(error.status, document, headers)


def error_parameters(error: OAuthError, state: str, issuer: str) -> dict[str, str]:
    """The members of an error redirect in Cognito's order, then `iss` (RFC 9207)."""
    found = {"error_description": error.description} if error.description else {}
    if state:
        found["state"] = state
    return found | {"error": error.error, "iss": issuer}


def failed(error: ApiError, headers: Headers = ()) -> Response:
    """What the rest of the house refused, at such an endpoint (6.4)."""
    if isinstance(error, TooManyRequests):
        return json(429, {"error": "too_many_requests"}, headers)
    if isinstance(error, InternalError):
        return json(500, {"error": "server_error"}, headers)
    return json(400, {"error": "invalid_request", "error_description": error.message}, headers)
