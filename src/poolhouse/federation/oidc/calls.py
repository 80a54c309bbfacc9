"""What a provider's endpoints are asked, and what becomes of their failures (6.3)."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec

from poolhouse.context import Env
from poolhouse.errors import (
    ConnectionReset,
    FetchFailed,
    FetchRefused,
    FetchTimeout,
    ProviderAnswered,
    ProviderNotAsked,
    UnreadableAnswer,
)
from poolhouse.ports import Fetched

SECONDS = 5.0
_LONGEST_CODE = 60


async def send(
    env: Env, method: str, url: str, headers: Mapping[str, str], body: bytes, *, late: type[Exception]
) -> Fetched:
    """The answer, whatever its status. Raises `late` for one that does not come in time, and `ApiError`s."""
    if env.fetch is None:
        raise ProviderNotAsked
    accepting = {"accept": "application/json", **headers}
    try:
        return await env.fetch.send(method, url, accepting, body, seconds=SECONDS)
    except FetchTimeout as failed:
        raise late() from failed
    except FetchRefused as failed:
        raise ProviderNotAsked from failed
    except FetchFailed as failed:
        raise ConnectionReset from failed


def document(provider: str, answer: Fetched) -> dict[str, Any]:
    """The JSON object of a successful answer. Raises `ProviderAnswered` and `UnreadableAnswer`."""
    found = _decoded(answer.body)
    if answer.status != HTTPStatus.OK:
        raise ProviderAnswered(provider=provider, status=answer.status, error=_error(found))
    if found is None:
        raise UnreadableAnswer(provider=provider)
    return found


def _decoded(body: bytes) -> dict[str, Any] | None:
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _error(found: Mapping[str, Any] | None) -> str:
    """The code of an error answer: a word of the provider's, in letters that nothing can be made of.

    Facebook has an object there, with a `type`.
    """
    code: Any = (found or {}).get("error", "")
    if isinstance(code, dict):
        code = code.get("type", "")
    text = code if isinstance(code, str) else ""
    return "".join(letter for letter in text if letter.isascii() and (letter.isalnum() or letter in "_-"))[
        :_LONGEST_CODE
    ]
