"""Deleting audit records that are older than `audit_days`, so that what is left can still be verified.

Only the beginning of a chain goes, and only what is as it was written. Where it ended is kept in the head of
the chain with a MAC, and a record tells of it.
"""

from collections.abc import Sequence
from itertools import takewhile

import structlog

from poolhouse.context import Env
from poolhouse.directory import audit as rules
from poolhouse.directory.audit import Act, Change, Keys, Link, Record
from poolhouse.ports import DAY, Instant, Statement, Tx
from poolhouse.store import audit

_BATCH = 500
_CHAINS = 200
_ACT = Act("service:audit", "purge")

_OLD = Statement("SELECT pool_id FROM audit_records WHERE at < :before ORDER BY at LIMIT :most")
_DELETE = Statement("DELETE FROM audit_records WHERE pool_id = :pool_id AND seq <= :seq")
_ANCHOR = Statement("""
    UPDATE audit_heads SET purged_seq = :seq, purged_digest = :digest, purged_mac = :mac
     WHERE pool_id = :pool_id
""")

_log = structlog.get_logger("poolhouse.audit")


async def purge(env: Env) -> int:
    """Delete what is old, a batch of each chain; how many records."""
    if env.settings.audit_days == 0:
        return 0
    before = env.clock.now() - env.settings.audit_days * DAY
    keys = await audit.keys(env)
    return sum([await _purged(env, keys, pool_id, before) for pool_id in await _chains(env, before)])


async def _chains(env: Env, before: Instant) -> list[str]:
    async def read(tx: Tx) -> list[str]:
        return [row["pool_id"] for row in await tx.all(_OLD, before=before, most=_CHAINS)]

    return list(dict.fromkeys(await env.db.read(read)))


async def _purged(env: Env, keys: Keys, pool_id: str, before: Instant) -> int:
    """None of a chain that is broken: it is evidence."""
    now = env.clock.now()

    async def write(tx: Tx) -> int:
        head = await audit.head(tx, pool_id)
        if head is None:
            return _left(pool_id)
        records = await audit.page(tx, pool_id, head.anchor.seq, _BATCH)
        old = list(takewhile(lambda record: record.at < before, records))
        if _broken(keys, head.anchor, old):
            return _left(pool_id)
        if old:
            await _delete(tx, keys, pool_id, old, now)
        return len(old)

    return await env.db.run(write)


async def _delete(tx: Tx, keys: Keys, pool_id: str, old: Sequence[Record], now: Instant) -> None:
    end = Link(old[-1].seq, old[-1].digest)
    await tx.run(_DELETE, pool_id=pool_id, seq=end.seq)
    mac = rules.anchor_mac(keys, pool_id, end)
    await tx.run(_ANCHOR, pool_id=pool_id, seq=end.seq, digest=end.digest, mac=mac)
    change = Change("audit-record", f"{old[0].seq}-{end.seq}", rows=len(old))
    await audit.append(tx, keys, pool_id, _ACT, [change], now)


def _broken(keys: Keys, last: Link, records: Sequence[Record]) -> bool:
    for record in records:
        if rules.fault(record, last, keys):
            return True
        last = Link(record.seq, record.digest)
    return False


def _left(pool_id: str) -> int:
    _log.warning("a broken audit log is not purged: see `poolhouse audit verify`", pool_id=pool_id)
    return 0
