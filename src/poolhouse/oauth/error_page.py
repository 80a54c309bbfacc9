"""The page that says why a sign-in cannot go on (behaviour file, 6.3; the words: UI guide, 7.16).

Nothing on it is made from what the request says, but for the id of an app client that exists.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal, TypeAlias

from poolhouse.directory.clients import Client
from poolhouse.errors import (
    ApiError,
    InternalError,
    OAuthError,
    PageError,
    RedirectMismatch,
    TooManyRequests,
    UnknownClientOnPage,
)
from poolhouse.http.response import Response
from poolhouse.oauth import answers, faces
from poolhouse.oauth.pages.endings import Error
from poolhouse.oauth.visit import Visit
from poolhouse.ports import SECOND

Kind: TypeAlias = Literal["link", "unavailable", "late", "provider", "ours"]

# Codes of /error?error=, and Cognito's sentence for each; other codes are shown as the first.
_SENTENCES: Mapping[str, str] = {
    "invalid_request": "An error was encountered with the requested page.",
    "redirect_mismatch": "An error was encountered with the requested page.",
}


async def shown(visit: Visit, error: PageError) -> Response:
    """The answer to a request that fails. Cognito sends the browser on to /error for some (6.3)."""
    if isinstance(error, RedirectMismatch | UnknownClientOnPage):
        named = {"client_id": error.client_id} if error.client_id else {}
        return answers.redirect(visit.url("/error", {"error": error.error, **named}))
    return await _page(visit, error.status, error.kind, error.error, error.sentence, error.client_id)


async def by_code(visit: Visit) -> Response:
    """GET /error?error=<code>&client_id=<id>."""
    given = visit.query
    code = given.get("error", "")
    if code not in _SENTENCES:
        code = "invalid_request"
    return await _page(visit, 400, "link", code, _SENTENCES[code], given.get("client_id", ""))


async def of_api_error(visit: Visit, error: ApiError) -> Response:
    """What the rest of the house refused in the middle of a page; its text may be a secret of the pool's."""
    if isinstance(error, TooManyRequests):
        return await _page(visit, 429, "ours", "too_many_requests", "Rate Exceeded", "")
    status, code = (500, "server_error") if isinstance(error, InternalError) else (400, "invalid_request")
    return await _page(visit, status, "ours", code, _SENTENCES["invalid_request"], "")


async def _page(visit: Visit, status: int, kind: Kind, code: str, sentence: str, client_id: str) -> Response:
    client = await _client(visit, client_id)
    view = Error(
        kind=kind,
        error=code,
        message=sentence,
        client_id=client.client_id if client else "",
        request_id=visit.request_id,
        time=datetime.fromtimestamp(visit.now // SECOND, UTC).strftime("%Y-%m-%d %H:%M:%S UTC"),
    )
    return await faces.shown(visit, view, client=client, status=status)


async def _client(visit: Visit, client_id: str) -> Client | None:
    try:
        return await visit.client(client_id or visit.query.get("client_id", ""))
    except (PageError, OAuthError):
        return None
