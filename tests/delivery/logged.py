"""A pool whose logs are delivered, the entries that it has, and sinks that keep what they are given."""

import asyncio
import json

from tests.pool_parts import POOL, add_pool

from poolhouse.errors import LogRefused, LogSinkAway
from poolhouse.ports import LogEntry
from poolhouse.store import log_outbox, pools, snapshots

EVENTS, NOTIFICATIONS = "userAuthEvents", "userNotification"
GROUP = "arn:aws:logs:us-east-1:000000000000:log-group:app"
BUCKET = "arn:aws:s3:::logs"
OTHER_POOL = "us-east-1_Other0000"


class Sink:
    """Keeps what it is given, after failing as often as told."""

    most = 10
    pause = 0

    def __init__(self, failures=0, error=None):
        self.batches = []
        self.calls = 0
        self.failures = failures
        self.error = error or LogSinkAway("The sink answered 503.")

    async def send(self, batch):
        self.calls += 1
        await asyncio.sleep(0)
        if self.calls <= self.failures:
            raise self.error
        self.batches.append(batch)

    @property
    def numbers(self):
        return [json.loads(entry.body)["number"] for batch in self.batches for entry in batch.entries]

    @property
    def ids(self):
        return [entry.entry_id for batch in self.batches for entry in batch.entries]


class Picky(Sink):
    """Refuses every batch with one of these numbers in it."""

    def __init__(self, *bad):
        super().__init__()
        self.bad = frozenset(bad)

    async def send(self, batch):
        if self.bad & {json.loads(entry.body)["number"] for entry in batch.entries}:
            raise LogRefused("The sink answered 400.")
        await super().send(batch)


class Silent(Sink):
    """Has a batch, and never says so."""

    def __init__(self):
        super().__init__()
        self.has_it = asyncio.Event()

    async def send(self, batch):
        await super().send(batch)
        self.has_it.set()
        await asyncio.Event().wait()


class Sinks:
    def __init__(self, **by_arn):
        self.by_arn = by_arn

    def of(self, arn):
        return self.by_arn.get({GROUP: "group", BUCKET: "bucket"}[arn])


def configured(source=EVENTS, arn=BUCKET):
    group = ("CloudWatchLogsConfiguration", "LogGroupArn")
    member, name = ("S3Configuration", "BucketArn") if arn == BUCKET else group
    return {"EventSource": source, "LogLevel": "INFO", member: {name: arn}}


async def add_logged_pool(env, pool_id):
    await add_pool(env, pool_id, LogDeliveryConfiguration=[configured(), configured(NOTIFICATIONS, GROUP)])


def entry(env, number, source=EVENTS):
    at = env.clock.now() + number
    return LogEntry(f"{source}/{at:016d}/{number}", at, b'{"number":%d}' % number)


async def put(env, *numbers, pool_id=POOL, source=EVENTS):
    entries = [entry(env, number, source) for number in numbers]

    async def write(tx):
        for each in entries:
            await log_outbox.put(tx, pool_id, each)

    await env.db.run(write)
    return entries


async def waiting(env):
    return sum(depth.waiting for depth in await env.db.read(log_outbox.depths))


async def failures(env, pool_id=POOL):
    found = await env.db.read(log_outbox.depths)
    return next(depth.failures for depth in found if (depth.pool_id, depth.source) == (pool_id, EVENTS))


async def set_pool(env, *configurations):
    async def write(tx):
        await pools.begin_change(tx, POOL)
        config = {"LogDeliveryConfiguration": list(configurations)}
        await pools.replace(tx, POOL, "pool", config, env.clock.now())

    await env.db.run(write)
    snapshots.forget(env, POOL)
