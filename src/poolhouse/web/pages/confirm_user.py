"""/<pool>/confirmUser: where the link in a mail leads (behaviour file, 6.1; the words: UI guide, 7.11)."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from poolhouse.auth import confirmation
from poolhouse.context import Ctx, Env
from poolhouse.delivery import links
from poolhouse.errors import (
    AliasExists,
    ApiError,
    ClientNotFound,
    CodeMismatch,
    ExpiredCode,
    InvalidParameter,
    LimitExceeded,
    PoolNotFound,
    TooManyRequests,
)
from poolhouse.http.request import HttpRequest
from poolhouse.http.response import Response
from poolhouse.http.site import PRIVATE, Site
from poolhouse.oauth.pages import render
from poolhouse.store import snapshots
from poolhouse.web import limits
from poolhouse.wire import validate
from poolhouse.wire.operations import operations

STATIC = "/_pages/"

_PATH = re.compile(rf"/([\w-]{{1,55}}){links.PATH}", re.ASCII)
_POLICY = b"default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'"
_SITE = Site(Path(__file__).parent, STATIC, _POLICY)
_MEMBERS = {"client_id": "ClientId", "user_name": "Username", "confirmation_code": "ConfirmationCode"}
_MOST_FIELDS = 20


@dataclass(frozen=True, slots=True)
class _Words:
    """What a page says. `good`: nothing is wrong."""

    status: int
    heading: str
    lead: str
    good: bool = False


_DONE = _Words(
    200, "You’re confirmed", "Your email address is confirmed. Close this page and sign in.", good=True
)
_USED = _Words(200, "Already confirmed", "This address is confirmed already. You can sign in.", good=True)
_WRONG = _Words(
    400, "This link doesn’t work", "Open the link in the newest email we sent, or sign in to get a new one."
)
_FAILED = _Words(400, "Something went wrong on our side", "Try again in a moment.")
_SAYS: tuple[tuple[type[ApiError], _Words], ...] = (
    (ExpiredCode, _Words(400, "This link has run out", "Sign in and we’ll send a new one.")),
    (CodeMismatch, _WRONG),
    (InvalidParameter, _WRONG),
    (ClientNotFound, _WRONG),
    (PoolNotFound, _WRONG),
    (LimitExceeded, _Words(429, "Too many tries", "Wait a while, then open the link again.")),
    (TooManyRequests, _Words(429, "A lot is going on", "Wait a moment, then open the link again.")),
    (
        AliasExists,
        _Words(400, "This address is taken", "Another account uses it. Sign in with that one."),
    ),
)


class ConfirmUser:
    """One of the pages of the gateway."""

    def __init__(self, env: Env) -> None:
        self._env = env

    async def page(self, request: HttpRequest) -> Response | None:
        """Only GET confirms: a scanner that asks for the HEAD of every link changes nothing."""
        if request.path.startswith(STATIC):
            path = request.path.removeprefix(STATIC)
            return _SITE.file(path) or render.file(path)
        found = _PATH.fullmatch(request.path)
        if found is None:
            return None
        if request.method != "GET":
            return Response(405, ((b"allow", b"GET"), *PRIVATE), b"")
        words = await self._confirmed(found[1], request.query)
        return _SITE.page("confirm_user.html", words.status, words=words)

    async def _confirmed(self, pool_id: str, query: str) -> _Words:
        try:
            asked = _asked(query)
            ctx = await self._context(pool_id, asked)
            await limits.take(ctx, asked)
            first = await confirmation.by_link(ctx, asked["Username"], asked["ConfirmationCode"])
        except ApiError as error:
            return next((words for kind, words in _SAYS if isinstance(error, kind)), _FAILED)
        return _DONE if first else _USED

    async def _context(self, pool_id: str, asked: dict[str, Any]) -> Ctx:
        snapshot, client = await snapshots.of_client(self._env, asked["ClientId"], pool_id)
        return Ctx(
            env=self._env,
            request_id=self._env.rng.uuid(),
            operation="ConfirmSignUp",
            region=snapshot.pool.region,
            now=self._env.clock.now(),
            snapshot=snapshot,
            app_client=client,
        )


def _asked(query: str) -> dict[str, Any]:
    """The query as a ConfirmSignUp request, checked as one. Raises `InvalidParameter`."""
    try:
        given = dict(parse_qsl(query, max_num_fields=_MOST_FIELDS, errors="strict"))
    except ValueError:
        raise InvalidParameter("The query cannot be read.") from None
    body = {member: given[name] for name, member in _MEMBERS.items() if name in given}
    return dict(validate.check(operations()[("cognito-idp", "ConfirmSignUp")], body))
