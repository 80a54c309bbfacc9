"""GET <issuer>/.well-known/revocations: what was revoked lately, for who has the pool's feed key (ADR 17).

Off until the operator sets `revocation_feed_keys`. An entry is the digest of a sign-in or of a user, so it
tells something to who has seen a token of theirs, and nothing to others.
"""

import hmac
from collections.abc import Iterable

import msgspec

from poolhouse.context import Env
from poolhouse.crypto import revocation_feed
from poolhouse.errors import PoolNotFound
from poolhouse.http import parameters
from poolhouse.http.parameters import BadParameters
from poolhouse.http.request import HttpRequest
from poolhouse.http.response import Response
from poolhouse.ports import SECOND, Instant, Row
from poolhouse.store import revocations, snapshots
from poolhouse.store.revocations import FAMILY, REMOVED, USER, Page

NAME = "revocations"

_JSON = ((b"content-type", b"application/json"), (b"cache-control", b"no-store"))
_UNAUTHORIZED = Response(401, (*_JSON, (b"www-authenticate", b"Bearer")), b'{"message":"Unauthorized"}')
_BAD_CURSOR = Response(400, _JSON, b'{"message":"since is no cursor of this feed."}')


async def answer(env: Env, request: HttpRequest, pool_id: str) -> Response | None:
    """A page of the feed; None where there is none."""
    if not env.settings.revocation_feed_keys:
        return None
    try:
        await snapshots.of_pool(env, pool_id)
    except PoolNotFound:
        return None
    if not _may_read(env.settings.revocation_feed_keys, pool_id, request.header("authorization")):
        return _UNAUTHORIZED
    now = env.clock.now()
    since = _since(request.query, now)
    if since is None:
        return _BAD_CURSOR
    page = await env.db.read(lambda tx: revocations.page(tx, pool_id, since, now))
    return Response(200, _JSON, msgspec.json.encode(_document(page)))


def _may_read(masters: Iterable[str], pool_id: str, header: str) -> bool:
    scheme, _, given = header.partition(" ")
    keys = [revocation_feed.pool_key(master, pool_id).encode() for master in masters]
    good = [hmac.compare_digest(key, given.strip().encode()) for key in keys]
    return scheme.lower() == "bearer" and any(good)


def _since(query: str, now: Instant) -> Instant | None:
    """Where to begin: at the cursor, but not before the time of which no token is alive. None: no cursor."""
    try:
        cursor = parameters.parse(query).get("since", "0")
    except BadParameters:
        return None
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 18):
        return None
    return max(int(cursor), now - revocation_feed.LIFE * SECOND)


def _document(page: Page) -> dict[str, object]:
    return {
        "cursor": str(page.then),
        "more": page.more,
        "families": _entries(page.rows, FAMILY),
        "users": _entries(page.rows, USER),
        "removed": _entries(page.rows, REMOVED),
    }


def _entries(rows: Iterable[Row], kind: str) -> list[tuple[str, int]]:
    """Digest and time, in seconds since 1970."""
    return [
        (revocation_feed.digest(row["subject"]), row["revoked_at"] // SECOND)
        for row in rows
        if row["kind"] == kind
    ]
