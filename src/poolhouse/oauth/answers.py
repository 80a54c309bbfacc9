"""Answers that pages share: redirects and their errors (behaviour file, 6.3)."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus, urlsplit

import msgspec

from poolhouse.errors import OAuthError
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


def error_parameters(error: OAuthError, state: str, issuer: str) -> dict[str, str]:
    """The members of an error redirect in Cognito's order, then `iss` (RFC 9207)."""
    found = {"error_description": error.description} if error.description else {}
    if state:
        found["state"] = state
    return found | {"error": error.error, "iss": issuer}
