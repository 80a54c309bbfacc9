"""The audit log in the store: chains of records, one a pool and one of the house (docs/audit.md).

A record is written in the transaction of what it records. The row of the chain's head is held from then to
the commit, so records follow each other; were it not held, the primary key would let one of two in.
"""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import asdict

from poolhouse.context import Env
from poolhouse.directory import audit
from poolhouse.directory.audit import Act, Change, Keys, Link, Record
from poolhouse.ports import Instant, Row, Statement, Tx
from poolhouse.store import data_keys

_HOLD = Statement("""
    INSERT INTO audit_heads (pool_id, seq, digest, mac, purged_seq, purged_digest, purged_mac)
    VALUES (:pool_id, 0, '', '', 0, '', '')
    ON CONFLICT (pool_id) DO UPDATE SET seq = audit_heads.seq
 RETURNING seq, digest
""")
_INSERT = Statement("""
    INSERT INTO audit_records (pool_id, seq, at, who, what, changes, request_id, previous, digest, mac)
    VALUES (:pool_id, :seq, :at, :who, :what, :changes, :request_id, :previous, :digest, :mac)
""")
_MOVE = Statement("""
    UPDATE audit_heads SET seq = :seq, digest = :digest, mac = :mac WHERE pool_id = :pool_id
""")
_HEAD = Statement("""
    SELECT seq, digest, mac, purged_seq, purged_digest, purged_mac FROM audit_heads WHERE pool_id = :pool_id
""")
_PAGE = Statement("""
    SELECT pool_id, seq, at, who, what, changes, request_id, previous, digest, mac
      FROM audit_records
     WHERE pool_id = :pool_id AND seq > :after
     ORDER BY seq
     LIMIT :most
""")
_HEADS = Statement("SELECT pool_id FROM audit_heads ORDER BY pool_id")
_NEXT = Statement("""
    SELECT MIN(pool_id) AS pool_id FROM audit_records WHERE pool_id > :after
""")


class Head(Struct, frozen=True):
    """The end of a chain, and the place up to which it was purged, each with its MAC."""

    end: Link
    mac: str
    anchor: Link
    anchor_mac: str


async def keys(env: Env) -> Keys:
    return audit.keys(await data_keys.of_scope(env, data_keys.HOUSE))


async def append(
    tx: Tx, keys: Keys, pool_id: str, act: Act, changes: Sequence[Change], at: Instant
) -> Record:
    """Add a record to a chain, which is held until the commit."""
    held = await tx.one(_HOLD, pool_id=pool_id)
    if held is None:
        raise LookupError("a row that was just written is not there")
    made = audit.record(keys, Link(held["seq"], held["digest"]), pool_id, act, changes, at)
    await tx.run(_INSERT, **asdict(made))
    end = Link(made.seq, made.digest)
    await tx.run(
        _MOVE, pool_id=pool_id, seq=end.seq, digest=end.digest, mac=audit.head_mac(keys, pool_id, end)
    )
    return made


async def head(tx: Tx, pool_id: str) -> Head | None:
    row = await tx.one(_HEAD, pool_id=pool_id)
    if row is None:
        return None
    purged = Link(row["purged_seq"], row["purged_digest"])
    return Head(Link(row["seq"], row["digest"]), row["mac"], purged, row["purged_mac"])


async def page(tx: Tx, pool_id: str, after: int, most: int) -> Sequence[Record]:
    """The records of a chain that follow the number `after`, as they are in the store."""
    return [Record(**dict(row)) for row in await tx.all(_PAGE, pool_id=pool_id, after=after, most=most)]


async def chains(tx: Tx) -> Sequence[str]:
    """The pools that have a head or a record, and the house."""
    found = {row["pool_id"] for row in await tx.all(_HEADS)}
    after: Row | None = await tx.one(_NEXT, after="")
    while after is not None and after["pool_id"] is not None:
        found.add(after["pool_id"])
        after = await tx.one(_NEXT, after=after["pool_id"])
    return sorted(found)
