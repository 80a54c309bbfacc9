"""Messages on their way out. A message is put in the transaction of the change that causes it.

WAITING  until it is due (`due_at`)
SENDING  leased by a worker; due again when the lease ends, should that worker die
KEPT     delivered to the dev inbox, which is this table
FAILED   given up; its body is gone

`tries` counts the leases, so (pool, message, tries) names one lease and no other worker can end it.
"""

from collections.abc import Callable, Sequence
from itertools import zip_longest

import msgspec
from msgspec.structs import replace

from poolhouse.context import Ctx, PoolKeys
from poolhouse.crypto import aead
from poolhouse.ports import Instant, Message, Rng, Row, Statement, Tx

INBOX = "inbox"

_PUT = Statement("""
    INSERT INTO outbox (pool_id, message_id, state, sealed, tries, due_at, created_at)
    VALUES (:pool_id, :message_id, :state, :sealed, 0, :now, :now)
""")
_DUE_POOLS = Statement("""
    SELECT pool_id, MIN(due_at) AS since FROM outbox
     WHERE state IN ('WAITING', 'SENDING') AND due_at <= :now
     GROUP BY pool_id
     ORDER BY since LIMIT 200
""")
_DUE = Statement("""
    SELECT pool_id, message_id, tries FROM outbox
     WHERE pool_id = :pool_id AND state IN ('WAITING', 'SENDING') AND due_at <= :now
     ORDER BY due_at LIMIT :most
""")
_LEASE = Statement("""
    UPDATE outbox SET state = 'SENDING', tries = tries + 1, due_at = :until
     WHERE pool_id = :pool_id AND message_id = :message_id AND tries = :tries
       AND state IN ('WAITING', 'SENDING')
 RETURNING sealed, tries
""")
_FINISH = Statement("""
    DELETE FROM outbox WHERE pool_id = :pool_id AND message_id = :message_id AND tries = :tries
""")
_RETRY = Statement("""
    UPDATE outbox SET state = 'WAITING', due_at = :due_at
     WHERE pool_id = :pool_id AND message_id = :message_id AND tries = :tries
""")
_GIVE_UP = Statement("""
    UPDATE outbox SET state = 'FAILED', sealed = :nothing, due_at = :now
     WHERE pool_id = :pool_id AND message_id = :message_id AND tries = :tries
""")
_DEPTHS = Statement("""
    SELECT state, COUNT(*) AS messages FROM outbox
     WHERE state IN ('WAITING', 'SENDING', 'FAILED')
     GROUP BY state
""")
# A kept message is due when it was made, so the index by state and due_at serves the inbox too.
_KEPT = Statement("""
    SELECT pool_id, message_id, sealed FROM outbox
     WHERE state = 'KEPT' AND due_at > :after
     ORDER BY due_at, message_id
""")
_KEPT_OF_POOL = Statement("""
    SELECT pool_id, message_id, sealed FROM outbox
     WHERE state = 'KEPT' AND pool_id = :pool_id AND due_at > :after
     ORDER BY due_at, message_id
""")
_INBOX_SIZE = Statement("SELECT COUNT(*) AS messages FROM outbox WHERE state = 'KEPT'")
_EMPTY_INBOX = Statement("DELETE FROM outbox WHERE state = 'KEPT'")

_decoder = msgspec.msgpack.Decoder(Message)


async def put(tx: Tx, ctx: Ctx, message: Message) -> None:
    """Let the message go out once this transaction is committed."""
    settings, spans = ctx.env.settings, ctx.env.spans
    if spans:
        message = replace(message, trace=spans.header())
    driver = settings.email_driver if message.medium == "EMAIL" else settings.sms_driver
    await tx.run(
        _PUT,
        pool_id=message.user_pool_id,
        message_id=message.message_id,
        state="KEPT" if driver == INBOX and not message.function else "WAITING",
        sealed=seal(ctx.keys, ctx.env.rng, message),
        now=ctx.now,
    )


async def due(tx: Tx, now: Instant, most: int, room: Callable[[str], int]) -> list[Row]:
    """Which messages to send now: one of each pool, then another of each; of a pool the longest due first.

    room  how many of a pool may be sent now

    Gives `pool_id, message_id, tries`.
    """
    lines = []
    for pool in await tx.all(_DUE_POOLS, now=now):
        places = min(room(pool["pool_id"]), most)
        if places:
            lines.append(await tx.all(_DUE, pool_id=pool["pool_id"], now=now, most=places))
    ranks = zip_longest(*lines)
    return [row for rank in ranks for row in rank if row is not None][:most]


async def lease(tx: Tx, row: Row, until: Instant) -> Row | None:
    """Take a due message until then: its `sealed` and `tries`. None when another worker was first."""
    return await tx.one(
        _LEASE, pool_id=row["pool_id"], message_id=row["message_id"], tries=row["tries"], until=until
    )


async def finish(tx: Tx, pool_id: str, message_id: str, tries: int) -> None:
    """The message was taken by the service: nothing of it stays here."""
    await tx.run(_FINISH, pool_id=pool_id, message_id=message_id, tries=tries)


async def retry(tx: Tx, pool_id: str, message_id: str, tries: int, due_at: Instant) -> None:
    await tx.run(_RETRY, pool_id=pool_id, message_id=message_id, tries=tries, due_at=due_at)


async def give_up(tx: Tx, pool_id: str, message_id: str, tries: int, now: Instant) -> None:
    """Send it no more. The row stays to be counted, without the body."""
    await tx.run(_GIVE_UP, pool_id=pool_id, message_id=message_id, tries=tries, nothing=b"", now=now)


async def depths(tx: Tx) -> dict[str, int]:
    """How many messages wait, are being sent, or were given up."""
    found = {"WAITING": 0, "SENDING": 0, "FAILED": 0}
    for row in await tx.all(_DEPTHS):
        found[row["state"]] = row["messages"]
    return found


async def kept(tx: Tx, pool_id: str | None, after: Instant) -> Sequence[Row]:
    """The dev inbox, of one pool or of all, oldest first: `pool_id, message_id, sealed`."""
    if pool_id is None:
        return await tx.all(_KEPT, after=after)
    return await tx.all(_KEPT_OF_POOL, pool_id=pool_id, after=after)


async def inbox_size(tx: Tx) -> int:
    row = await tx.one(_INBOX_SIZE)
    return 0 if row is None else int(row["messages"])


async def empty_inbox(tx: Tx) -> None:
    await tx.run(_EMPTY_INBOX)


def seal(keys: PoolKeys, rng: Rng, message: Message) -> bytes:
    bound_to = _bound_to(message.user_pool_id, message.message_id)
    return aead.seal(keys.seal, msgspec.msgpack.encode(message), bound_to, rng.bytes(aead.NONCE_BYTES))


def opened(keys: PoolKeys, pool_id: str, message_id: str, sealed: bytes) -> Message:
    """Raises `ValueError` when the body was changed or belongs to another message."""
    return _decoder.decode(aead.open_sealed(keys.seal, sealed, _bound_to(pool_id, message_id)))


def _bound_to(pool_id: str, message_id: str) -> str:
    return f"outbox|{pool_id}|{message_id}"
