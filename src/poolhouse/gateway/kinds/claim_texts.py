"""Claims as API Gateway gives them to functions: every one is a text, written in the way of the kind of API.

Seen in events that people have published; AWS does not document it [K]:
HTTP API  groups "[admins users]", numbers in digits, true and false in words
REST API  groups "admins,users", `exp` and `iat` as "Wed May 01 13:10:22 UTC 2024"
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from poolhouse.authorizer import Claims

_DATES = ("exp", "iat")


def of_http(claims: Claims) -> dict[str, str]:
    return {name: _http(value) for name, value in claims.items()}


def of_rest(claims: Claims) -> dict[str, str]:
    return {name: _date(value) if name in _DATES else _rest(value) for name, value in claims.items()}


def scopes(claims: Claims | None, wanted: Sequence[str]) -> list[str] | None:
    """Those of the token that the route asks for; None where it asks for none [K]."""
    if claims is None or not wanted:
        return None
    return [scope for scope in wanted if scope in claims.scopes]


def _http(value: Any) -> str:
    if isinstance(value, list):
        return f"[{' '.join(_text(entry) for entry in value)}]"
    return _text(value)


def _rest(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(_text(entry) for entry in value)
    return _text(value)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _date(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%a %b %d %H:%M:%S UTC %Y")
