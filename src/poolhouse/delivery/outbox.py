"""The worker that takes messages from the outbox to the mail and SMS services.

Any number of workers may run: each message is leased by one of them. A message is sent once, through
restarts and a store that is away for a while; only one whose worker was killed between the service's
"taken" and the store's "gone" is sent again when the lease ends, under the same Message-ID.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

import structlog
from msgspec import Struct

from poolhouse.context import Env
from poolhouse.directory import log_delivery, log_entries
from poolhouse.errors import DeliveryFailed, PoolNotFound
from poolhouse.ports import HOUR, MINUTE, SECOND, Instant, LogEntry, Message, Row, Sender, Tx
from poolhouse.store import log_outbox, outbox, snapshots
from poolhouse.triggers import custom_sender

PAUSE = 0.5  # seconds between two looks at the outbox
MOST_TRIES = 8

_AT_ONCE = 40
_OF_POOL = 5  # at once, of one pool; of one whose last message was not taken, a single one
_LEASE: Instant = 2 * MINUTE
_SENDING = 60.0  # seconds that one try may take; well within the lease
_FINISHING = (0.1, 1.0, 5.0, 15.0, 30.0)  # seconds between tries; with one try of sending, within the lease
_LAST_WORDS = 10.0  # seconds that the end of a worker waits for what it is sending
_FIRST_WAIT: Instant = 5 * SECOND
_LONGEST_WAIT: Instant = HOUR
_AFTER_TROUBLE = 5.0  # seconds
_WATCHING = 5.0  # seconds between two counts of the outbox

_log = structlog.get_logger("poolhouse.delivery")


class _Lease(Struct, frozen=True):
    """A message that this worker holds."""

    pool_id: str
    message_id: str
    tries: int
    sealed: bytes


async def run(env: Env, senders: Mapping[str, Sender]) -> None:
    """Deliver until cancelled. `senders` are by medium, and one for custom senders; without one, messages
    are given up.

    Whoever ends this worker waits until what it began is done: half a dialogue would be sent again.
    """
    rounds = Rounds(env, senders)
    try:
        while True:
            try:
                await rounds.begin()
                await rounds.some()
            except Exception as error:  # noqa: BLE001 - the store may be away; it comes back
                _log.error("the outbox could not be read", error=type(error).__name__)
                await asyncio.sleep(_AFTER_TROUBLE)
    finally:
        await rounds.end()


async def deliver_due(env: Env, senders: Mapping[str, Sender]) -> int:
    """Try each message that is due now, as many as go at once, and give their number."""
    rounds = Rounds(env, senders)
    begun = await rounds.begin()
    await rounds.all()
    return begun


class Rounds:
    """The messages that this worker is sending. What one pool sends slowly, or not at all, holds up no other:
    a pool has few places, and next to none while its messages are not taken.
    """

    def __init__(self, env: Env, senders: Mapping[str, Sender]) -> None:
        self._env = env
        self._senders = senders
        self._sending: dict[asyncio.Task[bool], str] = {}  # with their pools
        self._ailing: set[str] = set()  # pools whose last message was not taken

    async def begin(self) -> int:
        """Begin with what is due and has a place; how many these are."""
        now, free = self._env.clock.now(), _AT_ONCE - len(self._sending)
        if not free:
            return 0

        async def due(tx: Tx) -> list[Row]:
            return await outbox.due(tx, now, free, self._room)

        rows = await self._env.db.read(due)
        for row in rows:
            sending = asyncio.ensure_future(_deliver(self._env, self._senders, row))
            self._sending[sending] = row["pool_id"]
        return len(rows)

    def _room(self, pool_id: str) -> int:
        most = 1 if pool_id in self._ailing else _OF_POOL
        return most - list(self._sending.values()).count(pool_id)

    async def some(self) -> None:
        """Wait until a place is free, but no longer than one waits to look again."""
        if not self._sending:
            await asyncio.sleep(PAUSE)
            return
        done, _ = await asyncio.wait(self._sending, timeout=PAUSE, return_when=asyncio.FIRST_COMPLETED)
        self._ended(done)

    async def all(self) -> None:
        """Wait for all of them."""
        if self._sending:
            done, _ = await asyncio.wait(self._sending)
            self._ended(done)

    async def end(self) -> None:
        if self._sending:
            _, late = await asyncio.wait(self._sending, timeout=_LAST_WORDS)
            for sending in late:
                sending.cancel()

    def _ended(self, done: Iterable[asyncio.Task[bool]]) -> None:
        """Raises what one of them raised: the store was away."""
        pools = [(sending, self._sending.pop(sending)) for sending in done]
        for sending, pool_id in pools:
            if sending.exception() is None and sending.result():
                self._ailing.discard(pool_id)
            else:
                self._ailing.add(pool_id)
        for sending, _ in pools:
            sending.result()


async def watch(env: Env, observe: Callable[[str, int], None]) -> None:
    """Tell how many messages are in each state, for the metrics, until cancelled."""
    while True:
        with suppress(Exception):  # the store may be away; the figure is then the last one known
            for state, messages in (await depths(env)).items():
                observe(state, messages)
        await asyncio.sleep(_WATCHING)


async def depths(env: Env) -> dict[str, int]:
    """How many messages wait, are being sent, or were given up: for the metrics."""
    return await env.db.read(outbox.depths)


async def _deliver(env: Env, senders: Mapping[str, Sender], row: Row) -> bool:
    """Try to send one message. False: it was not taken."""
    lease = await _leased(env, row)
    if lease is None:
        return True
    try:
        keys = (await snapshots.of_pool(env, lease.pool_id)).keys
        message = outbox.opened(keys, lease.pool_id, lease.message_id, lease.sealed)
    except PoolNotFound:
        await _finish(env, lease)  # nobody waits for it any more
        return True
    except ValueError:
        await _give_up(env, lease, "The message does not open: it was changed in the store.")
        return True
    carrier = custom_sender.CARRIER if message.function else message.medium
    return await _send(env, senders.get(carrier), message, lease)


async def _leased(env: Env, row: Row) -> _Lease | None:
    until = env.clock.now() + _LEASE

    async def lease(tx: Tx) -> Row | None:
        return await outbox.lease(tx, row, until)

    taken = await env.db.run_singly(lease)
    if taken is None:
        return None
    return _Lease(row["pool_id"], row["message_id"], taken["tries"], taken["sealed"])


async def _send(env: Env, sender: Sender | None, message: Message, lease: _Lease) -> bool:
    if sender is None:
        await _give_up(env, lease, f"No driver is set for the medium {message.medium}.")
        return True
    refused = await _refusal(sender, message)
    if refused is None:
        await _finish_surely(env, lease)
    elif lease.tries >= MOST_TRIES:
        await _give_up(env, lease, refused)
    else:
        await _retry(env, lease, refused)
    return refused is None


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
    entry = await _entry(env, lease, reason)

    async def write(tx: Tx) -> None:
        await _log_failure(tx, lease, entry)
        await outbox.retry(tx, lease.pool_id, lease.message_id, lease.tries, due_at)

    await env.db.run_singly(write)


async def _give_up(env: Env, lease: _Lease, reason: str) -> None:
    _tell("message not delivered, given up", lease, reason)
    now = env.clock.now()
    entry = await _entry(env, lease, reason)

    async def write(tx: Tx) -> None:
        await _log_failure(tx, lease, entry)
        await outbox.give_up(tx, lease.pool_id, lease.message_id, lease.tries, now)

    await env.db.run_singly(write)


async def _entry(env: Env, lease: _Lease, reason: str) -> LogEntry | None:
    """What the pool's own log says of a failure (7.2). None: it has none for messages."""
    try:
        pool = (await snapshots.of_pool(env, lease.pool_id)).pool
    except PoolNotFound:
        return None
    if log_delivery.NOTIFICATIONS not in pool.logs:
        return None
    return log_entries.of_failed_delivery(
        lease.pool_id, lease.message_id, lease.tries, env.clock.now(), reason
    )


async def _log_failure(tx: Tx, lease: _Lease, entry: LogEntry | None) -> None:
    if entry is not None:
        await log_outbox.put(tx, lease.pool_id, entry)


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
