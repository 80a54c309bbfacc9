"""The messages that the dev inbox keeps, and /_dev/messages: the same for programs."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl

from poolhouse.context import Env
from poolhouse.errors import PoolNotFound
from poolhouse.http.response import Response
from poolhouse.ports import Instant, Message, Row, Tx
from poolhouse.store import outbox, snapshots
from poolhouse.web.dev import rendering, times

PATH = "/_dev/messages"

_PARAMETERS = ("user_pool_id", "to", "after")
_MOST_FIELDS = 20


class BadQuery(Exception):
    """What is wrong with the query string."""


def parameters(query: str) -> dict[str, str]:
    """The query string as names and values. A plus sign in an address or a time need not be escaped."""
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise BadQuery("The query string cannot be read.") from None
    return {name: value.replace(" ", "+") for name, value in pairs}


async def listing(env: Env, query: str) -> Response:
    """`?user_pool_id=&to=&after=`: the messages as JSON, oldest first.

    to     the whole address or number
    after  only what was sent later than this time (ISO 8601, as `at` has it)
    """
    asked = parameters(query)
    unknown = sorted(asked.keys() - set(_PARAMETERS))
    if unknown:
        raise BadQuery(f"`{unknown[0][:64]}` is no parameter here: use user_pool_id, to and after.")
    found = await kept(env, asked.get("user_pool_id") or None, _after(asked.get("after", "")))
    to = asked.get("to", "").lower()
    return rendering.json(200, [_shown(message) for message in found if not to or message.to.lower() == to])


async def delete(env: Env) -> None:
    """Empty the inbox, of every pool."""
    await env.db.run(outbox.empty_inbox)


async def number(env: Env) -> int:
    """How many messages the inbox holds."""
    return await env.db.read(outbox.inbox_size)


async def kept(env: Env, pool_id: str | None = None, after: Instant = -1) -> list[Message]:
    """The messages that were sent later than `after`, oldest first."""

    async def read(tx: Tx) -> Sequence[Row]:
        return await outbox.kept(tx, pool_id, after)

    rows = await env.db.read(read)
    opened = [await _opened(env, row) for row in rows]
    return [message for message in opened if message is not None]


async def _opened(env: Env, row: Row) -> Message | None:
    try:
        keys = (await snapshots.of_pool(env, row["pool_id"])).keys
    except PoolNotFound:
        return None  # the pool was deleted, and with it the key
    return outbox.opened(keys, row["pool_id"], row["message_id"], row["sealed"])


def _after(text: str) -> Instant:
    if not text:
        return -1
    try:
        return times.from_iso(text)
    except (ValueError, OverflowError):
        raise BadQuery("`after` is a time with its zone, such as 2027-01-01T00:00:00Z.") from None


def _shown(message: Message) -> dict[str, Any]:
    return {
        "id": message.message_id,
        "medium": message.medium,
        "to": message.to,
        "user_pool_id": message.user_pool_id,
        "username": message.username,
        "purpose": message.purpose,
        "code": message.code,
        "subject": message.subject,
        "body": message.body,
        "at": times.iso(message.at),
    }
