"""The worker that takes messages from the outbox to the mail and SMS services.

Any number of workers may run: each message is leased by one of them. A message is sent once, through
restarts and a store that is away for a while; only one whose worker was killed between the service's
"taken" and the store's "gone" is sent again when the lease ends, under the same Message-ID.
"""

import asyncio
from collections.abc import Coroutine, Mapping
from typing import Any

import structlog
from msgspec import Struct

from poolhouse.context import Env
from poolhouse.errors import DeliveryFailed, PoolNotFound
from poolhouse.ports import HOUR, MINUTE, SECOND, Instant, Message, Row, Sender, Tx
from poolhouse.store import outbox, snapshots
from poolhouse.triggers import custom_sender

PAUSE = 0.5  # seconds between two looks at the outbox
MOST_TRIES = 8

_BATCH = 20
_LEASE: Instant = 2 * MINUTE
_SENDING = 60.0  # seconds that one try may take; well within the lease
_FINISHING = (0.1, 1.0, 5.0, 15.0, 30.0)  # seconds between tries; with one try of sending, within the lease
_LAST_WORDS = 10.0  # seconds that the end of a worker waits for what it is sending
_FIRST_WAIT: Instant = 5 * SECOND
_LONGEST_WAIT: Instant = HOUR
_AFTER_TROUBLE = 5.0  # seconds

_log = structlog.get_logger("poolhouse.delivery")


class _Lease(Struct, frozen=True):
    """A message that this worker holds."""

    pool_id: str
    message_id: str
    tries: int
    sealed: bytes


async def run(env: Env, senders: Mapping[str, Sender]) -> None:
    """Deliver until cancelled. `senders` are by medium, and one for custom senders; without one, messages
    are given up."""
    while True:
        try:
            found = await _finishing(deliver_due(env, senders))
        except Exception as error:  # noqa: BLE001 - the store may be away; it comes back
            _log.error("the outbox could not be read", error=type(error).__name__)
            await asyncio.sleep(_AFTER_TROUBLE)
            continue
        if found < _BATCH:
            await asyncio.sleep(PAUSE)


async def _finishing(batch: Coroutine[Any, Any, int]) -> int:
    """Whoever ends this worker waits until what it began is done: half a dialogue would be sent again."""
    work = asyncio.ensure_future(batch)
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        await asyncio.wait({work}, timeout=_LAST_WORDS)
        work.cancel()
        raise


async def deliver_due(env: Env, senders: Mapping[str, Sender]) -> int:
    """Try each message that is due now, a batch at most, and give their number."""
    now = env.clock.now()

    async def due(tx: Tx) -> list[Row]:
        return list(await outbox.due(tx, now, _BATCH))

    rows = await env.db.read(due)
    results = await asyncio.gather(*(_deliver(env, senders, row) for row in rows), return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return len(rows)


async def depths(env: Env) -> dict[str, int]:
    """How many messages wait, are being sent, or were given up: for the metrics."""
    return await env.db.read(outbox.depths)


async def _deliver(env: Env, senders: Mapping[str, Sender], row: Row) -> None:
    lease = await _leased(env, row)
    if lease is None:
        return
    try:
        keys = (await snapshots.of_pool(env, lease.pool_id)).keys
        message = outbox.opened(keys, lease.pool_id, lease.message_id, lease.sealed)
    except PoolNotFound:
        await _finish(env, lease)  # nobody waits for it any more
        return
    except ValueError:
        await _give_up(env, lease, "The message does not open: it was changed in the store.")
        return
    carrier = custom_sender.CARRIER if message.function else message.medium
    await _send(env, senders.get(carrier), message, lease)


async def _leased(env: Env, row: Row) -> _Lease | None:
    until = env.clock.now() + _LEASE

    async def lease(tx: Tx) -> Row | None:
        return await outbox.lease(tx, row, until)

    taken = await env.db.run_singly(lease)
    if taken is None:
        return None
    return _Lease(row["pool_id"], row["message_id"], taken["tries"], taken["sealed"])


async def _send(env: Env, sender: Sender | None, message: Message, lease: _Lease) -> None:
    if sender is None:
        await _give_up(env, lease, f"No driver is set for the medium {message.medium}.")
        return
    refused = await _refusal(sender, message)
    if refused is None:
        await _finish_surely(env, lease)
    elif lease.tries >= MOST_TRIES:
        await _give_up(env, lease, refused)
    else:
        await _retry(env, lease, refused)


async def _refusal(sender: Sender, message: Message) -> str | None:
    """Hand the message over; why it was not taken, else None. Never names the address or the code."""
    try:
        async with asyncio.timeout(_SENDING):
            await sender.send(message)
    except DeliveryFailed as error:
        return str(error)
    except TimeoutError:
        return "The service did not answer in time."
    except Exception as error:  # noqa: BLE001 - its text may hold the address, so only its type is told
        return f"The driver failed with {type(error).__name__}."
    return None


def wait_after(tries: int, fraction: float) -> Instant:
    """How long a message waits after its n-th failed try: 5 s, 15 s, 45 s ... 1 h, less up to a tenth.

    fraction  a random number in [0, 1), so that messages which failed together do not return together
    """
    usual = min(_FIRST_WAIT * 3 ** (tries - 1), _LONGEST_WAIT)
    return int(usual * (1 - fraction / 10))


async def _retry(env: Env, lease: _Lease, reason: str) -> None:
    _tell("message not delivered, will be tried again", lease, reason)
    due_at = env.clock.now() + wait_after(lease.tries, env.rng.fraction())

    async def write(tx: Tx) -> None:
        await outbox.retry(tx, lease.pool_id, lease.message_id, lease.tries, due_at)

    await env.db.run_singly(write)


async def _give_up(env: Env, lease: _Lease, reason: str) -> None:
    _tell("message not delivered, given up", lease, reason)
    now = env.clock.now()

    async def write(tx: Tx) -> None:
        await outbox.give_up(tx, lease.pool_id, lease.message_id, lease.tries, now)

    await env.db.run_singly(write)


async def _finish_surely(env: Env, lease: _Lease) -> None:
    """The message has left: its row must go while the lease lasts, though the store may be away meanwhile."""
    for pause in _FINISHING:
        try:
            await _finish(env, lease)
        except Exception as error:  # noqa: BLE001 - whatever a driver of the store raises
            _tell("message delivered, but the store could not be told yet", lease, type(error).__name__)
            await asyncio.sleep(pause)
        else:
            return
    await _finish(env, lease)


async def _finish(env: Env, lease: _Lease) -> None:
    async def write(tx: Tx) -> None:
        await outbox.finish(tx, lease.pool_id, lease.message_id, lease.tries)

    await env.db.run_singly(write)


def _tell(event: str, lease: _Lease, reason: str) -> None:
    _log.warning(
        event,
        message_id=lease.message_id,
        user_pool_id=lease.pool_id,
        tries=lease.tries,
        reason=reason,
    )
